// Profile: what the store says of this device, and its secrets while they are unlocked.
//
// The public record says how far the profile is (Stage); secrets are durable before anything that
// depends on them is sent. Threads: the engine's one.
#pragma once

#include "client/profile/vault.h"

namespace obhut::client {

class Profile {
public:
    // load reads the record of the store; an empty store gives a profile of Stage::none.
    // Errors: those of the store, profile_damaged, profile_newer.
    static Result<Profile> load(LocalStore& store);

    const PublicProfile& record() const { return record_; }
    bool exists() const { return record_.stage != Stage::none; }
    bool active() const { return record_.stage == Stage::active; }
    bool locked() const { return !key_; }
    ProfilePlace place() const { return {record_.org, record_.user, record_.device}; }

    // begin makes the profile of a device: a fresh profile key, locked by `protection`, durable
    // when it returns. What was in the store is forgotten. `record` has everything but device and
    // lock.
    Result<> begin(LocalStore& store, PublicProfile record, ProfileSecrets secrets,
                   const Protection& protection, Keyring* keyring, Entropy& entropy);
    // save_record changes the public record, not org, user or device.
    Result<> save_record(LocalStore& store, PublicProfile record);
    // save_secrets seals new secrets; unlocked only.
    Result<> save_secrets(LocalStore& store, ProfileSecrets secrets, Entropy& entropy);
    // protect locks the profile key anew; unlocked only.
    Result<> protect(LocalStore& store, const Protection& protection, Keyring* keyring,
                     Entropy& entropy);

    // wipe empties the store: the profile does not exist any more.
    Result<> wipe(LocalStore& store, Keyring* keyring);

    // unlock and its forms: see Engine.
    Result<> unlock(LocalStore& store, ByteView passphrase);
    Result<> unlock_by_keyring(LocalStore& store, Keyring* keyring);
    Result<> unlock_with(LocalStore& store, const WrapKey& key);
    void lock();

    // The unlocked profile; a CHECK failure when it is locked.
    const WrapKey& key() const;
    const ProfileSecrets& secrets() const;

private:
    PublicProfile record_;
    std::optional<WrapKey> key_;
    std::optional<ProfileSecrets> secrets_;
};

}  // namespace obhut::client
