// Shelf: the spaces of one engine, opened once and kept; their names, aliases and pins.
//
// The home tree pins the whole genesis of every space that was seen (SR-43) and holds this user's
// aliases; the space itself says its name. A space that does not verify is shown with its trouble
// and not used; the others go on.
#pragma once

#include <map>

#include "client/engine_types.h"
#include "client/session.h"
#include "client/spaces/space.h"
#include "client/spaces/space_info.h"

namespace obhut::client {

class Shelf {
public:
    explicit Shelf(Session& session) : session_(session) {}

    // open gives a space, verified. Errors: those of ChainSync::open.
    Result<Space*> open(const SpaceId& id);
    Result<Space*> home();
    // group_home is the mailbox of a group that this user is in. Errors: space_not_found (no member
    // has made it yet).
    Result<Space*> group_home(const GroupId& group);
    // address_book is the organisation's: group *all* reads it, an administrator made it.
    // Errors: space_not_found, space_not_readable (this user waits for a box).
    Result<Space*> address_book();
    // close forgets what is in memory.
    void close();

    // list: see Engine::spaces.
    Result<std::vector<SpaceView>> list();
    // listed is what list() gave last; null before.
    const std::vector<SpaceView>* listed() const { return listed_ ? &*listed_ : nullptr; }
    // find: see Engine::find_space.
    Result<SpaceId> find(std::string_view name);
    const std::vector<SpaceView>& candidates() const { return candidates_; }

    Result<SpaceId> create(const std::string& name);
    Result<> rename(const SpaceId& id, const std::string& name);
    Result<> set_alias(const SpaceId& id, const std::string& alias);

    // organisation_name from the address book; empty if none stands there.
    Result<std::string> organisation_name();
    // names of people from the address book; empty as long as it cannot be read.
    std::map<UserId, std::string> names();
    // group_names from the address book; of groups without a name there, what this user calls them.
    std::map<GroupId, std::string> group_names();

private:
    Result<Space*> open(const SpaceId& id, std::optional<Hash> genesis);
    Result<std::optional<Pin>> pin_of(const SpaceId& id);
    Result<> pin(const SpaceId& id, const Hash& genesis);
    using Heads = std::map<SpaceId, space::Head>;
    SpaceView view_of(const api::SpaceInfo& info, const Heads& verified);
    Result<api::Spaces> shown_spaces();
    Result<> check_shown(const api::SpaceInfo& info, const Heads& verified);
    // What the server does not show any more has to be explained (hidden.cpp).
    Result<> look_for_hidden(const Heads& verified, std::vector<SpaceView>& views);
    Result<> explain(const SpaceId& id, bool asked_lately);
    Result<> fill_view(SpaceView& view, const api::Head& shown);
    Result<SpaceId> look_for_address_book();

    Session& session_;
    std::map<SpaceId, std::unique_ptr<Space>> spaces_;
    std::optional<SpaceId> address_book_;
    std::vector<SpaceView> candidates_;
    std::optional<std::vector<SpaceView>> listed_;
};

// check_name accepts names of spaces and people: valid UTF-8 of 1 to 255 bytes without controls.
// Errors: name_malformed.
Result<> check_name(std::string_view name);

}  // namespace obhut::client
