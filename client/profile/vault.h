// Vault: the profile key, what it is sealed under, and what it seals. Format:
// docs/protocol/profile.md §§2–4.
//
// Every sealing takes a fresh 32-byte salt, so that no derived key is used twice, whatever happens
// to the store.
#pragma once

#include "client/ports/keyring.h"
#include "client/ports/local_store.h"
#include "client/profile/records.h"

namespace obhut::client {

// A profile's place in every key derivation: a record of one profile does not open in another.
struct ProfilePlace {
    OrgId org;
    UserId user;
    DeviceId device;
};

// make_lock seals the profile key. By keyring, the keyring gets a fresh secret first.
// Errors: password_empty, keyring_unavailable (also when `keyring` is null), no_memory_for_kdf.
Result<Lock> make_lock(const WrapKey& profile_key, const ProfilePlace& place,
                       const Protection& protection, Keyring* keyring, Entropy& entropy);
// open_lock by passphrase, about 0.2 s. Errors: passphrase_wrong, weak_parameters; profile_damaged
// for another kind.
Result<WrapKey> open_lock(const Lock& lock, const ProfilePlace& place, ByteView passphrase);
// open_lock_by_keyring. Errors: keyring_unavailable, keyring_empty, passphrase_wrong (the keyring's
// secret is not it).
Result<WrapKey> open_lock_by_keyring(const Lock& lock, const ProfilePlace& place, Keyring* keyring);
// forget_lock removes the keyring's item of a lock that is not used any more.
void forget_lock(const Lock& lock, Keyring* keyring);

Bytes seal_secrets(const WrapKey& profile_key, const ProfilePlace& place,
                   const ProfileSecrets& secrets, Entropy& entropy);
// open_secrets opens them and demands that they are this device's. Errors: passphrase_wrong
// (another key), secret_mismatch.
Result<ProfileSecrets> open_secrets(const WrapKey& profile_key, const ProfilePlace& place,
                                    ByteView sealed);

// seal_row / open_row seal one row of a table: caches of keys, journals with references.
// Errors: profile_damaged.
Bytes seal_row(const WrapKey& profile_key, Table table, ByteView key, ByteView plain,
               Entropy& entropy);
Result<SecretBytes> open_row(const WrapKey& profile_key, Table table, ByteView key,
                             ByteView sealed);

}  // namespace obhut::client
