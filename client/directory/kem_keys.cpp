#include "client/directory/kem_keys.h"

#include <algorithm>

#include "core/base/verify.h"

namespace obhut::client {

std::optional<KemPublicKey> KemKeys::find(const KemKeyHash& hash) {
    if (const auto found = keys_.find(hash); found != keys_.end()) return found->second;
    const auto reader = store_.read();
    if (!reader) return std::nullopt;
    const auto row = (*reader)->get(Table::keys, hash.view());
    if (!row || !*row || (*row)->size() != KemPublicKey::kSize) return std::nullopt;
    const KemPublicKey key = KemPublicKey::from(**row);
    if (kem_key_hash(key) != hash) return std::nullopt;
    keys_[hash] = key;
    return key;
}

Result<> KemKeys::fetch(std::span<const KemKeyHash> hashes) {
    std::vector<KemKeyHash> wanted;
    for (const KemKeyHash& hash : hashes)
        if (!find(hash) && std::find(wanted.begin(), wanted.end(), hash) == wanted.end())
            wanted.push_back(hash);
    while (!wanted.empty()) {
        const std::size_t some = std::min(wanted.size(), api::kMaxKeysPerRequest);
        const std::vector<KemKeyHash> page(wanted.end() - static_cast<std::ptrdiff_t>(some),
                                           wanted.end());
        wanted.resize(wanted.size() - some);
        const auto keys = TRY(remote_.keys(page));
        const auto writer = TRY(store_.write(Durability::relaxed));
        for (const KemPublicKey& key : keys) {
            const KemKeyHash hash = kem_key_hash(key);
            VERIFY("SR-02/kem-key-asked", std::find(page.begin(), page.end(), hash) != page.end(),
                   errors::key_mismatch);
            if (!is_valid_kem_key(key)) continue;
            TRY(writer->put(Table::keys, hash.view(), key.view()));
            keys_[hash] = key;
        }
        TRY(writer->commit());
    }
    return {};
}

Result<> KemKeys::learn(std::span<const KemPublicKey> keys) {
    if (keys.empty()) return {};
    const auto writer = TRY(store_.write(Durability::relaxed));
    for (const KemPublicKey& key : keys) {
        const KemKeyHash hash = kem_key_hash(key);
        TRY(writer->put(Table::keys, hash.view(), key.view()));
        keys_[hash] = key;
    }
    return writer->commit();
}

Result<KemPublicKey> KemKeys::get(const KemKeyHash& hash) {
    TRY(fetch({&hash, 1}));
    const auto key = find(hash);
    if (!key) return fail(errors::key_withheld);
    return *key;
}

}  // namespace obhut::client
