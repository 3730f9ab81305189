// Rings: the secrets of this user's and their groups' generations, opened once and kept sealed in
// the local store by the hash of their public keys: a number may come to mean another generation,
// when the directory goes on from an older backup.
//
//     device key → user generation n → n - 1 → …
//                  user key → (bucket key →) group generation m → m - 1 → …
#pragma once

#include <functional>
#include <map>

#include "client/directory/directory.h"
#include "client/directory/generation_keys.h"
#include "client/profile/profile.h"

namespace obhut::client {

class Rings {
public:
    // All outlive this.
    Rings(LocalStore& store, Remote& remote, Directory& directory, const Profile& profile,
          Entropy& entropy)
        : store_(store),
          remote_(remote),
          directory_(directory),
          profile_(profile),
          entropy_(entropy) {}

    // secret gives generation `number` of this user or of a group of theirs. Fetches and opens what
    // is not here yet. Errors: no_key_yet (has not joined), key_renewal_waits (no box for
    // this device or user), secret_mismatch,
    // object_tampered, box_tampered; those of Remote.
    Result<const KemSecretKey*> secret(const PrincipalId& principal, std::uint32_t number);

    // keep remembers a secret that this device made.
    Result<> keep(const KemSecretKey& secret);
    // forget drops what is in memory; the store keeps it.
    void forget() { secrets_.clear(); }

private:
    const KemSecretKey* find(const KemKeyHash& hash);
    Result<const KemSecretKey*> open(const PrincipalId& principal,
                                     const directory::Generation& generation);
    Result<std::optional<KemSecretKey>> open_box(const PrincipalId& principal,
                                                 const directory::Generation& generation,
                                                 const api::GenerationMaterial& material);
    Result<std::optional<KemSecretKey>> open_group_box(const GroupId& group,
                                                       const directory::Generation& generation,
                                                       const api::GenerationMaterial& material);
    // open_by_own tries one's own keys, the newest first, on a box that was made for some of them.
    Result<std::optional<KemSecretKey>> open_by_own(
        const std::function<Result<KemSecretKey>(const KemSecretKey&)>& open);
    Result<std::optional<KemSecretKey>> open_by_bucket(const GroupId& group,
                                                       const directory::Generation& generation,
                                                       const api::GenerationMaterial& material);
    Result<const KemSecretKey*> walk_back(const PrincipalId& principal, std::uint32_t number);

    LocalStore& store_;
    Remote& remote_;
    Directory& directory_;
    const Profile& profile_;
    Entropy& entropy_;
    std::map<KemKeyHash, KemSecretKey> secrets_;
};

}  // namespace obhut::client
