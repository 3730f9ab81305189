// KemKeys: X-Wing public keys by the hashes that the directory names, from the local store or the
// server. A key is kept and given only if it has its hash and is well formed (SR-02, SR-16).
#pragma once

#include <map>

#include "client/errors.h"
#include "client/ports/local_store.h"
#include "client/remote/remote.h"
#include "core/space/epoch.h"

namespace obhut::client {

class KemKeys final : public space::KemKeySource {
public:
    // Both outlive this.
    KemKeys(LocalStore& store, Remote& remote) : store_(store), remote_(remote) {}

    // fetch gets those of `hashes` that are not here yet; those that the server withholds or that
    // are malformed stay absent. One request for each 1,024. Errors: key_mismatch when it gives
    // another key than was asked for.
    Result<> fetch(std::span<const KemKeyHash> hashes);
    // learn takes keys that this device is about to send.
    Result<> learn(std::span<const KemPublicKey> keys);
    // get is fetch of one that must be there. Errors: key_withheld; as fetch.
    Result<KemPublicKey> get(const KemKeyHash& hash);
    // find gives what has been fetched; it asks nobody.
    std::optional<KemPublicKey> find(const KemKeyHash& hash);
    std::optional<KemPublicKey> find(const space::Member& member) override {
        return find(member.key);
    }

private:
    LocalStore& store_;
    Remote& remote_;
    std::map<KemKeyHash, KemPublicKey> keys_;
};

}  // namespace obhut::client
