// What a profile keeps of itself: a public record, and one sealed record of secrets. Format:
// docs/protocol/profile.md.
//
//     passphrase ─ Argon2id ─┐
//     keyring ───────────────┴→ seals profile key → seals secrets and rows (client/profile/rows.h)
#pragma once

#include <optional>

#include "client/kit/emergency_kit.h"
#include "client/kit/kit.h"
#include "client/profile/protection.h"
#include "core/base/record.h"
#include "core/crypto/keys.h"
#include "core/directory/types.h"

namespace obhut::client {

// How far a profile is. Before `active` its device may not be in the directory yet.
enum class Stage : std::uint8_t {
    none = 0,
    creating = 1,
    joining = 2,
    signing_in = 3,
    linking = 4,
    active = 5
};
constexpr bool is_known(Stage stage) { return stage <= Stage::active; }

using LockSalt = FixedBytes<struct LockSaltTag, 32>;

// Lock holds the profile key, sealed under what the person has.
struct Lock {
    ProtectionKind kind = ProtectionKind::passphrase;
    std::uint8_t kdf_class = 1;  // of the passphrase
    LockSalt salt;               // fresh each time; names the keyring's item, too
    Bytes sealed;                // the profile key

    static void fields(auto& self, auto& field) {
        field(1, self.kind);
        field(2, self.kdf_class);
        field(3, self.salt);
        field(4, self.sealed, 256);
    }
};

inline constexpr std::uint32_t kProfileVersion = 1;

struct PublicProfile {
    std::uint32_t version = kProfileVersion;
    Stage stage = Stage::none;
    std::string host;
    std::string email;
    OrgId org;
    UserId user;
    DeviceId device;
    directory::DeviceKind device_kind = directory::DeviceKind::full;
    Hash root_fingerprint;
    Lock lock;

    static void fields(auto& self, auto& field) {
        field(1, self.version);
        field(2, self.stage);
        field(3, self.host, 255);
        field(4, self.email, 254);
        field(5, self.org);
        field(6, self.user);
        field(7, self.device);
        field(8, self.device_kind);
        field(9, self.root_fingerprint);
        field(10, self.lock);
    }
};

// OpenKit is the kit as long as it is not confirmed that it is kept.
struct OpenKit {
    KitSeed seed;
    AccountSecret account_secret;
    RecoveryKey recovery_key;
    std::uint8_t kdf_class = 1;

    OpenKit clone() const {
        return {seed.clone(), account_secret.clone(), recovery_key.clone(), kdf_class};
    }
    static void fields(auto& self, auto& field) {
        field(1, self.seed);
        field(2, self.account_secret);
        field(3, self.recovery_key);
        field(4, self.kdf_class);
    }
};

struct ProfileSecrets {
    DeviceSecrets device;
    std::optional<OpenKit> kit;

    ProfileSecrets clone() const {
        ProfileSecrets copy{device.clone(), {}};
        if (kit) copy.kit = kit->clone();
        return copy;
    }
    static void fields(auto& self, auto& field) {
        field(1, self.device);
        field(2, self.kit);
    }
};

}  // namespace obhut::client
