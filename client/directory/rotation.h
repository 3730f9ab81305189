// Rotation: fresh generations of this user's key.
#pragma once

#include "client/session.h"

namespace obhut::client {

// rotation_due tells whether this user's newest generation is stale, or a device of theirs waits
// for a box.
bool rotation_due(const Session& session);

// rotate_user_key starts the next generation, sealed to all devices that count and the kit.
// Errors: key_renewal_waits (this device cannot open the present one), those of append_built.
Result<> rotate_user_key(Session& session);

// append_and_rotate appends an entry about this user that makes his key stale, and the next
// generation behind it, in one request. `signer` signs the first; `material` goes with it.
Result<> append_and_rotate(Session& session, const directory::Body::Any& body,
                           const SigningKey& signer, const api::Append& material);

}  // namespace obhut::client
