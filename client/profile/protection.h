// Protection: what the profile's secrets are sealed under on this machine.
#pragma once

#include "core/base/secret.h"

namespace obhut::client {

enum class ProtectionKind : std::uint8_t { passphrase = 1, keyring = 2 };
constexpr bool is_known(ProtectionKind kind) {
    return kind == ProtectionKind::passphrase || kind == ProtectionKind::keyring;
}

// By a passphrase (any bytes, at least one; usually the password), or by a random key in the
// operating system's keyring.
struct Protection {
    ProtectionKind kind = ProtectionKind::passphrase;
    SecretBytes passphrase;

    static Protection by_passphrase(ByteView passphrase) {
        return {ProtectionKind::passphrase, SecretBytes(passphrase)};
    }
    static Protection by_keyring() { return {ProtectionKind::keyring, {}}; }
    Protection clone() const { return {kind, passphrase.clone()}; }
};

}  // namespace obhut::client
