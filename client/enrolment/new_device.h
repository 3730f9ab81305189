// The parts of sign-in and linking that are the same: the entry, the profile, the first look.
#pragma once

#include "client/directory/generation_keys.h"
#include "client/session.h"

namespace obhut::client {

// NewDevice is a device on its way into the directory.
struct NewDevice {
    directory::DeviceKeys keys;
    KemPublicKey kem;
    directory::DeviceKind kind = directory::DeviceKind::full;
};

// add_device logs a device of a user, signed by `signer` (a full device or the open kit), with the
// user's newest key sealed to it. `user_key` is null when that key is stale or not at hand: then
// the device waits for the next generation.
Result<> add_device(Session& session, const UserId& user, const NewDevice& device,
                    const SigningKey& signer, const KemSecretKey* user_key);

// newest_fresh is the user's newest generation unless it is stale; null then.
const directory::Generation* newest_fresh(const Session& session, const UserId& user);

}  // namespace obhut::client
