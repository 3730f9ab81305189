#include "client/directory/changes.h"

#include <algorithm>
#include <map>

#include "client/directory/people.h"
#include "client/directory/rotation.h"
#include "client/enrolment/heads.h"
#include "protocols/api/heads.h"

namespace obhut::client {
namespace {

bool fit_what_was_seen(const std::vector<space::SpaceHead>& given,
                       const std::vector<space::SpaceHead>& seen) {
    std::map<SpaceId, space::Head> known;
    for (const space::SpaceHead& head : seen) known[head.space] = head.head;
    return std::all_of(given.begin(), given.end(), [&](const space::SpaceHead& head) {
        const auto found = known.find(head.space);
        if (found == known.end()) return true;
        if (found->second.sequence == head.head.sequence) return found->second == head.head;
        return found->second.sequence < head.head.sequence;
    });
}

std::vector<DeviceId> active_devices(const Session& session, const UserId& user) {
    std::vector<DeviceId> active;
    const directory::UserRecord* record = session.directory.state().user(user);
    if (record == nullptr) return active;
    for (const DeviceId& id : record->devices)
        if (session.directory.state().device_active(id)) active.push_back(id);
    return active;
}

Result<> demand_administrator(Session& session) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    if (!session.is_administrator()) return fail(errors::not_administrator);
    return {};
}

// A kit that a device put in after notice would go with the device.
void add_kit(const directory::UserRecord& user, Revocation& revocation) {
    if (!revocation.keep_kit || !user.kit) return;
    revocation.keep.push_back(user.kit->device);
}

}  // namespace

Result<Hash> concerned_heads(Session& session, std::vector<PrincipalId> principals) {
    const auto answer = session.remote.heads(std::move(principals));
    if (!answer) {
        if (answer.error().kind() == Kind::retry) return std::unexpected(answer.error());
        return Hash{};
    }
    const auto root = space::heads_root(answer->heads);
    const bool fits = root && fit_what_was_seen(answer->heads, TRY(heads_seen(session)));
    if (!fits || answer->heads.empty()) return Hash{};
    session.kept.keep_heads(*answer, session.directory.checkpoint().incarnation);
    return *root;
}

std::vector<PrincipalId> of_user(const Session& session, const UserId& user) {
    std::vector<PrincipalId> principals{principal(user)};
    if (const directory::UserRecord* record = session.directory.state().user(user))
        for (const GroupId& group : record->groups) principals.push_back(principal(group));
    return principals;
}

Result<> withdraw_invitation(Session& session, const UserId& user) {
    TRY(demand_administrator(session));
    const directory::UserRecord* record = session.directory.state().user(user);
    if (record == nullptr) return fail(errors::person_unknown);
    if (record->status == UserStatus::withdrawn) return fail(errors::invitation_over);
    if (record->status != UserStatus::invited) return fail(errors::invitation_used);
    return append_entry(session, directory::InvitationWithdrawn{user});
}

Result<> disable_user(Session& session, const UserId& user) {
    TRY(demand_administrator(session));
    const Hash heads = TRY(concerned_heads(session, of_user(session, user)));
    return append_entry(session, directory::UserDisabled{user, heads});
}

Result<> enable_user(Session& session, const UserId& user) {
    TRY(demand_administrator(session));
    return append_entry(session, directory::UserEnabled{user});
}

Result<std::vector<DeviceId>> revoke_device(Session& session, Revocation revocation) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    const directory::DeviceRecord* record = session.directory.state().device(revocation.device);
    if (record == nullptr) return fail(errors::device_not_known);
    if (record->id == session.device()) return fail(errors::device_is_this);
    const UserId user = record->user;
    const bool own = user == session.user();
    if (!own && !session.is_administrator()) return fail(errors::device_not_own);
    const directory::UserRecord* owner = session.directory.state().user(user);
    if (owner == nullptr) return fail(errors::person_unknown);
    add_kit(*owner, revocation);
    std::sort(revocation.keep.begin(), revocation.keep.end());
    revocation.keep.erase(std::unique(revocation.keep.begin(), revocation.keep.end()),
                          revocation.keep.end());
    const std::vector<DeviceId> before = active_devices(session, user);
    directory::DeviceRevoked entry;
    entry.user = user;
    entry.device = revocation.device;
    entry.keep = revocation.keep;
    entry.heads = TRY(concerned_heads(session, of_user(session, user)));
    if (own)
        TRY(append_and_rotate(session, entry, session.secrets().signing, {}));
    else
        TRY(append_entry(session, entry));
    std::vector<DeviceId> ended;
    for (const DeviceId& id : before)
        if (!session.directory.state().device_active(id)) ended.push_back(id);
    return ended;
}

}  // namespace obhut::client
