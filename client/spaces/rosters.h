// Rosters: new roster entries of a space, each with a fresh epoch key.
#pragma once

#include <functional>

#include "client/spaces/space_parts.h"
#include "core/space/build.h"

namespace obhut::client {

// helps_writers tells whether readers are to renew the epoch (core/space/renewal.h).
bool helps_writers(const Space::Parts& space);

class Rosters {
public:
    explicit Rosters(Space::Parts& space) : space_(space), session_(space.session) {}

    // set gives a principal a role, or adds it. Errors: not_manager, no_key_yet, last_manager,
    // member_unchanged.
    Result<> set(const PrincipalId& principal, Role role);
    // remove takes a principal out. Errors: not_manager, last_manager, member_unchanged.
    Result<> remove(const PrincipalId& principal);
    // own charges the space to another owner's quota; absent: the organisation's. The server takes
    // it if the new owner is who signs, or an administrator signs. Errors: not_manager,
    // owner_unchanged, owner_refused.
    Result<> own(const std::optional<UserId>& owner);
    // limit says how many bytes the space may take, versions and trash included; absent: as many as
    // the server allows. Errors: not_manager.
    Result<> limit(const std::optional<std::uint64_t>& bytes);
    // rotate makes the entry that follows without anybody's decision: newest generations, those who
    // left or were disabled out. Any editor may. Errors: not_editor.
    Result<> rotate();
    // renew is what a reader makes of it where nobody who may write has a box of the newest epoch:
    // one of them gets his. Nothing happens where that is not so. Errors: epoch_broken.
    Result<> renew();
    // leave signs that this user leaves.
    Result<> leave();
    // close ends the space for good; managers only. Errors: not_manager.
    Result<> close();
    // settle confirms or reverts the links that are held. Errors: nothing_held, not_editor (a
    // manager where a held link needed one), held_is_older (nothing to revert for the server).
    Result<> settle(bool confirm);
    // resume lets the chain go on under the server's new incarnation, after a restore that has all
    // that is known here; nothing happens without one. Errors: space_read_only unless this user is
    // a manager.
    Result<> resume();
    // reset gives up what the server has lost in a restore and no device brings back; clients
    // follow it. Who has seen nothing of it does so once for those who have. Errors: nothing_lost,
    // not_manager.
    Result<> reset(space::ResetReason reason);

private:
    bool leaves_no_manager() const;
    // append_mark makes a mark on the newest head, again while others were first.
    Result<> append_mark(Role needed, const std::function<Result<Bytes>()>& build);
    // Edit changes what the next roster entry is to be; false if there is nothing to do.
    using Edit = std::function<Result<bool>(space::NewRoster&)>;
    Result<> append(const Edit& edit, Role needed);
    Result<> stand_on_good_epoch(space::NewRoster& wanted);
    Result<bool> try_once(const Edit& edit, Role needed);
    Result<> take_charge(std::vector<space::Member>& members) const;
    Result<std::vector<space::Member>> members_with_keys();
    bool follows_another(const space::Chain& servers) const;
    space::Head lost_head(const space::Chain& servers) const;
    Result<bool> send(Bytes bytes, std::optional<space::EpochMaterial> material);

    Space::Parts& space_;
    Session& session_;
};

}  // namespace obhut::client
