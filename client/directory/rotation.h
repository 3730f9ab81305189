// Rotation: fresh generations of this user's key.
#pragma once

#include "client/session.h"

namespace obhut::client {

// rotation_due tells whether this user's newest generation is stale, or a device of theirs waits
// for a box.
bool rotation_due(const Session& session);

// rotate_user_key starts the next generation, sealed to all devices that count and the kit.
// Errors: no_key_yet (this device cannot open the present one), those of append_built.
Result<> rotate_user_key(Session& session);

// revoke_device ends a device of one's own and those it added, and rotates, in one request. `heads`
// are those of the spaces this user can write to.
Result<> revoke_device(Session& session, const DeviceId& device,
                       std::vector<space::SpaceHead> heads);

}  // namespace obhut::client
