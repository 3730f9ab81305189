#include "client/spaces/rosters.h"

#include <algorithm>

#include "client/directory/rotation.h"
#include "client/groups/groups.h"
#include "client/spaces/news.h"
#include "client/spaces/restored.h"
#include "core/space/errors.h"
#include "core/space/renewal.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

constexpr unsigned kMaxTries = 16;
constexpr Millis kPause = 50;
constexpr space::Sequence kSeenByOthers = 4096;  // links that a restored server may have lost

auto find_member(std::vector<space::Member>& members, const PrincipalId& principal) {
    return std::find_if(members.begin(), members.end(),
                        [&](const space::Member& member) { return member.principal == principal; });
}

}  // namespace

bool helps_writers(const Space::Parts& space) {
    const space::Standing& standing = space.chain.chain().trusted();
    const Directory& known = space.session.directory;
    return standing.roster &&
           space::renewal_helps(
               known.view(), {space.id, standing.roster->members, standing.left, {}}, known.size());
}

Result<> Rosters::set(const PrincipalId& principal, Role role) {
    return append(
        [&, this](space::NewRoster& wanted) -> Result<bool> {
            std::vector<space::Member>& members = wanted.members;
            const auto found = find_member(members, principal);
            if (found == members.end()) {
                auto member = space::member_of(session_.directory.view(), principal, role,
                                               session_.directory.size());
                if (!member) return fail(errors::no_key_yet);
                members.push_back(std::move(*member));
                return true;
            }
            if (found->role == role) return fail(errors::member_unchanged);
            found->role = role;
            return true;
        },
        Role::manager);
}

Result<> Rosters::remove(const PrincipalId& principal) {
    return append(
        [&](space::NewRoster& wanted) -> Result<bool> {
            std::vector<space::Member>& members = wanted.members;
            const auto found = find_member(members, principal);
            if (found == members.end()) return fail(errors::member_unchanged);
            members.erase(found);
            return true;
        },
        Role::manager);
}

Result<> Rosters::rotate() {
    return append([](space::NewRoster&) -> Result<bool> { return true; }, Role::editor);
}

Result<> Rosters::renew() {
    // Asked on each try: another reader may have been first.
    return append([this](space::NewRoster&) -> Result<bool> { return helps_writers(space_); },
                  Role::reader);
}

Result<> Rosters::own(const std::optional<UserId>& owner) {
    const auto changed = append(
        [&](space::NewRoster& wanted) -> Result<bool> {
            if (wanted.owner == owner) return fail(errors::owner_unchanged);
            wanted.owner = owner;
            return true;
        },
        Role::manager);
    const bool for_others = owner != session_.user() && !session_.is_administrator();
    if (!changed && for_others && changed.error().is(errors::link_refused))
        return fail(errors::owner_refused);
    return changed;
}

Result<> Rosters::limit(const std::optional<std::uint64_t>& bytes) {
    return append(
        [&](space::NewRoster& wanted) -> Result<bool> {
            const bool news = wanted.limit != bytes;
            wanted.limit = bytes;
            return news;
        },
        Role::manager);
}

Result<> Rosters::resume() {
    const auto waits = [&] { return waits_since_restore(session_, space_.chain.chain()); };
    for (unsigned tried = 1; waits(); ++tried) {
        // refuses a chain that lacks something of ours, and takes what others have done
        TRY(space_.chain.refresh());
        if (!waits()) return {};
        if (space_.role() < Role::manager) return fail(errors::space_read_only);
        const std::uint64_t next = session_.directory.checkpoint().incarnation;
        Bytes link = space::build_resumed(space_.chain.chain(), session_.author(), next);
        const auto sent = send(std::move(link), std::nullopt);
        if (sent && *sent) return {};
        if (!sent) {
            // The server may have been restored once more since we looked.
            if (!sent.error().is(errors::link_refused)) return std::unexpected(sent.error());
            TRY(session_.directory.catch_up());
            if (session_.directory.checkpoint().incarnation == next)
                return std::unexpected(sent.error());
        }
        if (tried == kMaxTries) return fail(errors::commit_gave_up);
        session_.pause(kPause * tried);
    }
    return {};
}

Result<> Rosters::reset(space::ResetReason reason) {
    TRY(session_.ready());
    TRY(session_.directory.catch_up());
    const space::Chain chain = TRY(space_.chain.server_chain());
    const auto role =
        chain.role_of(session_.directory.view(), session_.user(), session_.directory.size());
    if (role != Role::manager) return fail(errors::not_manager);
    if (follows_another(chain)) return fail(errors::not_manager);
    api::AppendLink request;
    const std::uint64_t incarnation = session_.directory.checkpoint().incarnation;
    request.link =
        space::build_reset(chain, session_.author(), incarnation, lost_head(chain), reason);
    const Bytes body = encode(request);
    const auto answer = session_.remote.append_link(space_.id, body);
    if (!answer && answer.error().kind() != Kind::retry) return std::unexpected(answer.error());
    TRY(space_.chain.refresh());  // done, or somebody else was first: the chain tells
    const auto sent = TRY(space::parse_link(request.link.view()));
    if (TRY(space_.chain.holds(sent.header().sequence, sent.hash)))
        session_.kept.keep(space_.id, {sent.header().sequence, sent.hash, body, {}});
    return {};
}

// follows_another: in what was lost this user ceased to manage the space. Who has seen that does
// not follow him any more, this device included; somebody does it whom all follow, if there is one.
bool Rosters::follows_another(const space::Chain& servers) const {
    const space::Chain& ours = space_.chain.chain();
    const space::DirectoryView& view = session_.directory.view();
    const directory::Position size = session_.directory.size();
    const auto manages = [&](const space::Chain& chain, const PrincipalId& principal) {
        const auto& roster = chain.trusted().roster;
        return roster && std::ranges::any_of(roster->members, [&](const space::Member& member) {
                   return member.principal == principal && member.role == Role::manager &&
                          space::is_active(view, principal, size);
               });
    };
    if (ours.role_of(view, session_.user(), size) == Role::manager) return false;
    const auto& roster = servers.trusted().roster;
    return roster && std::ranges::any_of(roster->members, [&](const space::Member& member) {
               return manages(servers, member.principal) && manages(ours, member.principal);
           });
}

// lost_head is the newest that was seen of what is given up; where only others have seen it, some
// head far enough on.
space::Head Rosters::lost_head(const space::Chain& servers) const {
    const space::Head& ours = space_.chain.chain().head();
    if (ours != servers.head() || !servers.restored()) return ours;
    return {servers.restored()->head.sequence + kSeenByOthers, {}};
}

Result<> Rosters::append(const Edit& edit, Role needed) {
    TRY(session_.ready());
    TRY(session_.directory.catch_up());
    TRY(space_.chain.refresh());
    for (unsigned tried = 1; tried <= kMaxTries; ++tried) {
        TRY(resume());
        if (TRY(try_once(edit, needed))) return {};
        session_.pause(kPause * tried);
        TRY(session_.directory.catch_up());
        TRY(space_.chain.refresh());
    }
    return fail(errors::commit_gave_up);
}

// members_with_keys gives the members with their newest keys, of which this device sees to it that
// one is fresh: an epoch is sealed to nobody else. Others' stale keys wait for their own devices.
Result<std::vector<space::Member>> Rosters::members_with_keys() {
    const auto members = [&] {
        return space_.chain.chain().recomputed_members(session_.directory.view(),
                                                       session_.directory.size());
    };
    const auto boxed = [](const space::Member& member) { return member.boxed; };
    if (std::ranges::any_of(members(), boxed)) return members();
    if (rotation_due(session_)) TRY(rotate_user_key(session_));
    if (std::ranges::none_of(members(), boxed)) TRY(heal_groups(session_));
    return members();
}

// A reader whom an administrator raised manages by the present list only: the next one names him
// manager, whatever else it is for.
Result<> Rosters::take_charge(std::vector<space::Member>& members) const {
    const bool has_others = std::ranges::any_of(
        members, [](const space::Member& member) { return member.role >= Role::editor; });
    if (has_others || space_.role() != Role::manager) return {};
    const PrincipalId self = principal(session_.user());
    auto found = find_member(members, self);
    if (found == members.end()) {
        auto member = space::member_of(session_.directory.view(), self, Role::manager,
                                       session_.directory.size());
        if (!member) return fail(errors::no_key_yet);
        found = members.insert(members.end(), std::move(*member));
    }
    found->role = Role::manager;
    return {};
}

// An entry stands on the newest epoch. If whoever made that gave this device no key, it sets the
// epoch aside, names its signer, and stands on the newest one that this device has the key of.
Result<> Rosters::stand_on_good_epoch(space::NewRoster& wanted) {
    const auto reason = space_.keys.broken();
    if (!reason) return space_.keys.newest();
    const auto& epochs = space_.chain.chain().trusted().epochs;
    // Readers set no epoch aside.
    const bool reads = space_.role() == Role::reader;
    for (auto epoch = std::next(epochs.rbegin()); !reads && epoch != epochs.rend(); ++epoch) {
        if (!space_.keys.key(epoch->number)) continue;
        wanted.skip = space::Skip{epochs.back().signer, *reason};
        wanted.stands_on = epoch->number;
        return {};
    }
    return fail(errors::epoch_broken, static_cast<std::int32_t>(*reason));
}

// try_once makes one entry on what is known; false if somebody was first.
Result<bool> Rosters::try_once(const Edit& edit, Role needed) {
    const auto role = space_.role();
    if (!role || *role < needed)
        return fail(needed == Role::manager ? errors::not_manager : errors::not_editor);
    const space::Chain& chain = space_.chain.chain();
    space::NewRoster wanted;
    wanted.members = TRY(members_with_keys());
    if (const auto& roster = chain.trusted().roster) {
        wanted.owner = roster->owner;
        wanted.limit = roster->limit;
    }
    TRY(take_charge(wanted.members));
    if (!TRY(edit(wanted))) return true;
    // Of a group whose key is being renewed, say: its home waits for that.
    if (std::ranges::none_of(wanted.members, &space::Member::boxed))
        return fail(errors::key_renewal_waits);
    // Who decides something leaves a manager: also an editor who counts as one while there is none.
    const std::vector<UserId> nobody;
    const bool managed = space::has_active_manager(session_.directory.view(),
                                                   {space_.id, wanted.members, nobody, {}},
                                                   session_.directory.size());
    if (needed == Role::manager && !managed) return fail(errors::last_manager);
    std::vector<KemKeyHash> hashes;
    for (const space::Member& member : wanted.members) hashes.push_back(member.key);
    TRY(session_.kem_keys.fetch(hashes));
    TRY(stand_on_good_epoch(wanted));
    space::BuiltRoster built =
        TRY(space::build_roster(chain, session_.author(), std::move(wanted), space_.keys.ring(),
                                session_.kem_keys, session_.entropy));
    // The key is kept before anybody can be told of it: its maker may be the only one who gets it.
    // Whether it becomes the epoch's, the chain tells.
    TRY(space_.keys.keep(built.epoch, built.key));
    return send(std::move(built.link), std::move(built.material));
}

Result<bool> Rosters::send(Bytes bytes, std::optional<space::EpochMaterial> material) {
    space::Chain chain = space_.chain.chain();
    const space::Appended appended = TRY(chain.append(bytes, space_.chain.judging()));
    api::AppendLink request;
    request.link = bytes;
    request.epoch = std::move(material);
    Bytes body = encode(request);
    const auto answer = session_.remote.append_link(space_.id, body);
    const bool done = answer && answer->outcome == Appending::Outcome::done;
    if (done) {
        const KeptLink kept{
            appended.link.header().sequence, appended.link.hash, std::move(body), {}};
        TRY(space_.chain.accept(std::move(chain), new_link(appended.link, std::move(bytes)), {}));
        session_.kept.keep(space_.id, kept);
        return true;
    }
    // Moved on, in doubt, or refused for what is new: the chain tells.
    bool again = answer.has_value();
    if (!answer && answer.error().kind() != Kind::retry) {
        again = TRY(may_be_taken_now(space_, answer.error()));
    } else {
        TRY(session_.directory.catch_up());
        again = TRY(space_.chain.refresh()) || again;
    }
    if (TRY(space_.chain.holds(appended.link.header().sequence, appended.link.hash))) return true;
    if (!again) return std::unexpected(answer.error());
    return false;
}

Result<> Rosters::append_mark(Role needed, const std::function<Result<Bytes>()>& build) {
    TRY(session_.ready());
    TRY(session_.directory.catch_up());
    TRY(space_.chain.refresh());
    for (unsigned tried = 1; tried <= kMaxTries; ++tried) {
        TRY(resume());
        const auto role = space_.role();
        if (!role || *role < needed)
            return fail(needed == Role::manager ? errors::not_manager : errors::not_editor);
        if (TRY(send(TRY(build()), std::nullopt))) return {};
        session_.pause(kPause * tried);
    }
    return fail(errors::commit_gave_up);
}

Result<> Rosters::close() {
    return append_mark(Role::manager, [this]() -> Result<Bytes> {
        return space::build_closed(space_.chain.chain(), session_.author());
    });
}

Result<> Rosters::settle(bool confirm) {
    const auto settled = append_mark(Role::editor, [&, this]() -> Result<Bytes> {
        const space::Chain& chain = space_.chain.chain();
        if (!chain.held()) return fail(errors::nothing_held);
        if (space_.role() < chain.held()->settler) return fail(errors::not_manager);
        return space::build_settled(chain, session_.author(), confirm);
    });
    if (!settled && !confirm && settled.error().is(errors::link_refused))
        return fail(errors::held_is_older);
    return settled;
}

// leaves_no_manager: of those who are active and stay; the disabled manage nothing.
bool Rosters::leaves_no_manager() const {
    const space::Chain& chain = space_.chain.chain();
    const space::Standing& standing = chain.trusted();
    const directory::Position size = session_.directory.size();
    std::vector<UserId> left = standing.left;
    const auto managed = [&] {
        return space::has_active_manager(session_.directory.view(),
                                         {space_.id, standing.roster->members, left, {}}, size);
    };
    const bool before = managed();
    left.push_back(session_.user());
    return before && !managed();
}

Result<> Rosters::leave() {
    TRY(session_.ready());
    TRY(session_.directory.catch_up());
    TRY(space_.chain.refresh());
    for (unsigned tried = 1; tried <= kMaxTries; ++tried) {
        TRY(resume());
        const auto& roster = space_.chain.chain().trusted().roster;
        if (!roster) return fail(errors::space_not_found);
        std::vector<space::Member> members = roster->members;
        const auto self = find_member(members, principal(session_.user()));
        const auto& left = space_.chain.chain().trusted().left;
        const bool already = std::ranges::find(left, session_.user()) != left.end();
        if (self == members.end() || already) return fail(errors::member_unchanged);
        if (leaves_no_manager()) return fail(errors::last_manager);
        if (TRY(send(space::build_left(space_.chain.chain(), session_.author()), std::nullopt)))
            return {};
        session_.pause(kPause * tried);
    }
    return fail(errors::commit_gave_up);
}

}  // namespace obhut::client
