// Changes: people and devices that come to an end, and what an administrator does about it.
#pragma once

#include "client/engine_types.h"
#include "client/session.h"

namespace obhut::client {

// concerned_heads gives the Merkle root of the heads of all spaces that list one of the principals,
// as the server has them: what the entry that ends somebody's right to sign carries, so that his
// honest past can be told from what is signed with it (SR-33). Zero if there are none, or if they
// do not fit to what this device has seen: then nothing will be proven by them.
Result<Hash> concerned_heads(Session& session, std::vector<PrincipalId> principals);
// of_user is a user and the groups he is in.
std::vector<PrincipalId> of_user(const Session& session, const UserId& user);

// withdraw_invitation takes back an invitation that nobody has used. Errors: not_administrator,
// invitation_used.
Result<> withdraw_invitation(Session& session, const UserId& user);
// disable_user ends all devices of a person and the kit; enable_user undoes it within 30 days.
// Errors: not_administrator, person_unknown; those of the directory's rules.
Result<> disable_user(Session& session, const UserId& user);
Result<> enable_user(Session& session, const UserId& user);

// revoke_device ends a device and what it added, but for `keep` and, if so wished, the kit that it
// put in; one's own devices with the next generation of the key in the same request. Another
// person's device takes an administrator. Gives the devices that ended. Errors: device_not_known,
// device_is_this, device_not_own.
struct Revocation {
    DeviceId device;
    std::vector<DeviceId> keep;
    bool keep_kit = true;
};
Result<std::vector<DeviceId>> revoke_device(Session& session, Revocation revocation);

}  // namespace obhut::client
