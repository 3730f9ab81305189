// Key roles: one type per role, so that no key can be used in another's place. None of them exists
// in the server.
#pragma once

#include "core/base/entropy.h"
#include "core/base/secret.h"

namespace obhut {

// RoleKey<Tag> is a 32-byte secret of one role.
template <class Tag>
class RoleKey {
public:
    static constexpr std::size_t kSize = 32;
    RoleKey() = default;
    explicit RoleKey(ByteView bytes) : secret_(bytes) {}
    explicit RoleKey(Secret<32> secret) : secret_(std::move(secret)) {}
    static RoleKey generate(Entropy& entropy) {
        RoleKey key;
        entropy.fill(key.secret_.expose_mutable());
        return key;
    }

    RoleKey clone() const { return RoleKey(secret_.expose()); }
    ByteView expose() const { return secret_.expose(); }

private:
    Secret<32> secret_;
};

using ObjectKey = RoleKey<struct ObjectKeyTag>;  // opens one sealed object; docs/protocol/object.md
using EpochKey = RoleKey<struct EpochKeyTag>;    // K_n of a space; docs/protocol/space.md §4
using KemSecretKey =
    RoleKey<struct KemSecretTag>;  // X-Wing decapsulation seed of a device, user, group or kit
using KitSeed = RoleKey<struct KitSeedTag>;  // the kit's keys derive from it; docs/protocol/kit.md
using WrapKey =
    RoleKey<struct WrapTag>;  // seals a kit, root kit or profile; from password or keyring
using LinkReadKey = RoleKey<struct LinkReadTag>;  // opens a link's record; docs/protocol/links.md

}  // namespace obhut
