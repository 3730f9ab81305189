#include "client/directory/rings.h"

#include <algorithm>

namespace obhut::client {
namespace {

Bytes row_key(const KemKeyHash& hash) {
    Bytes key = to_bytes("g/");
    append(key, hash.view());
    return key;
}

const Bytes* box_for(const api::GenerationMaterial& material, const directory::HolderId& holder) {
    for (const api::GenerationBox& box : material.boxes)
        if (equal(box.recipient.view(), holder.view())) return &box.box;
    return nullptr;
}

}  // namespace

const KemSecretKey* Rings::find(const KemKeyHash& hash) {
    if (const auto found = secrets_.find(hash); found != secrets_.end()) return &found->second;
    const auto reader = store_.read();
    if (!reader) return nullptr;
    const Bytes key = row_key(hash);
    const auto row = (*reader)->get(Table::rings, key);
    if (!row || !*row) return nullptr;
    const auto plain = open_row(profile_.key(), Table::rings, key, **row);
    if (!plain || plain->size() != KemSecretKey::kSize) return nullptr;
    return &secrets_.try_emplace(hash, KemSecretKey(plain->expose())).first->second;
}

Result<> Rings::keep(const KemSecretKey& secret) {
    const KemKeyHash hash = kem_key_hash(kem_public_key(secret));
    const Bytes key = row_key(hash);
    const Bytes row = seal_row(profile_.key(), Table::rings, key, secret.expose(), entropy_);
    const auto writer = TRY(store_.write(Durability::relaxed));
    TRY(writer->put(Table::rings, key, row));
    TRY(writer->commit());
    secrets_.insert_or_assign(hash, secret.clone());
    return {};
}

Result<const KemSecretKey*> Rings::secret(const PrincipalId& principal, std::uint32_t number) {
    const directory::Generation* generation = directory_.state().generation(principal, number);
    if (generation == nullptr) return fail(errors::no_key_yet);
    if (const KemSecretKey* known = find(generation->key)) return known;
    auto opened = open(principal, *generation);
    if (opened || !opened.error().is(errors::key_renewal_waits)) return opened;
    return walk_back(principal, number);
}

// open opens the box of one generation.
Result<const KemSecretKey*> Rings::open(const PrincipalId& principal,
                                        const directory::Generation& generation) {
    const directory::Generation expected = generation;  // the directory may move on meanwhile
    auto material = remote_.generation(principal, expected.number);
    if (!material && material.error().kind() == Kind::missing)
        return fail(errors::key_renewal_waits);
    if (!material) return std::unexpected(material.error());
    const auto secret = TRY(open_box(principal, expected, *material));
    if (!secret) return fail(errors::key_renewal_waits);
    TRY(keep(*secret));
    return find(expected.key);
}

Result<std::optional<KemSecretKey>> Rings::open_box(const PrincipalId& principal,
                                                    const directory::Generation& generation,
                                                    const api::GenerationMaterial& material) {
    if (kind_of(principal) == PrincipalKind::group)
        return open_group_box(group_of(principal), generation, material);
    const PublicProfile& record = profile_.record();
    const directory::HolderId holder = directory::holder(record.device);
    const Bytes* box = box_for(material, holder);
    if (box == nullptr) return std::optional<KemSecretKey>();
    return std::optional(TRY(open_generation(record.org, principal, generation, holder,
                                             profile_.secrets().device.kem, *box)));
}

// A group's generation is sealed to its members' newest keys at that moment, or to the keys of the
// buckets that they sit in. Who joined later has a box of his own.
Result<std::optional<KemSecretKey>> Rings::open_group_box(const GroupId& group,
                                                          const directory::Generation& generation,
                                                          const api::GenerationMaterial& material) {
    const PublicProfile& record = profile_.record();
    const directory::HolderId holder = directory::holder(record.user);
    const Bytes* box = box_for(material, holder);
    if (box == nullptr) return open_by_bucket(group, generation, material);
    return open_by_own([&](const KemSecretKey& key) {
        return open_generation(record.org, principal(group), generation, holder, key, *box);
    });
}

// Which of our keys a box was made for follows from when it was made; trying all of them is
// simpler.
Result<std::optional<KemSecretKey>> Rings::open_by_own(
    const std::function<Result<KemSecretKey>(const KemSecretKey&)>& open) {
    const UserId self = profile_.record().user;
    const directory::UserRecord* user = directory_.state().user(self);
    if (user == nullptr) return std::optional<KemSecretKey>();
    std::optional<Error> error;
    for (auto number = static_cast<std::uint32_t>(user->generations.size()); number > 0; --number) {
        const auto key = secret(principal(self), number);
        if (!key) return std::unexpected(key.error());
        auto opened = open(**key);
        if (opened) return std::optional(std::move(*opened));
        error = opened.error();
    }
    return error ? Result<std::optional<KemSecretKey>>(std::unexpected(*error))
                 : std::optional<KemSecretKey>();
}

// The server has our box of the bucket's newest key only. If that key is younger than the
// generation asked for, the way to it leads back from a newer one.
Result<std::optional<KemSecretKey>> Rings::open_by_bucket(const GroupId& group,
                                                          const directory::Generation& generation,
                                                          const api::GenerationMaterial& material) {
    const PublicProfile& record = profile_.record();
    const directory::GroupRecord* known = directory_.state().group(group);
    const auto seat = known == nullptr ? std::nullopt : known->bucket_of(record.user);
    if (!seat || *seat >= known->buckets.size()) return std::optional<KemSecretKey>();
    const directory::BucketRecord bucket = known->buckets[*seat];
    if (!bucket.key || bucket.since > generation.since) return std::optional<KemSecretKey>();
    const auto started = std::find_if(known->generations.begin(), known->generations.end(),
                                      [&](const auto& one) { return one.since == bucket.since; });
    const Bytes* sealed = box_for(material, directory::holder(*seat));
    if (started == known->generations.end() || sealed == nullptr || material.buckets.size() != 1 ||
        material.buckets[0].boxes.size() != 1)
        return std::optional<KemSecretKey>();
    const std::uint32_t number = started->number;
    const directory::HolderId holder = directory::holder(record.user);
    const auto key = TRY(open_by_own([&](const KemSecretKey& own) {
        return open_bucket(record.org, group, number, *bucket.key, holder, own,
                           material.buckets[0].boxes[0].box);
    }));
    if (!key) return std::optional<KemSecretKey>();
    return std::optional(TRY(open_generation(record.org, principal(group), generation,
                                             directory::holder(*seat), *key, *sealed)));
}

// walk_back comes to an older generation from the next newer one that opens.
Result<const KemSecretKey*> Rings::walk_back(const PrincipalId& principal, std::uint32_t number) {
    const directory::Generation* newest = directory_.state().newest_generation(principal);
    if (newest == nullptr || newest->number <= number) return fail(errors::key_renewal_waits);
    const KemSecretKey* newer = TRY(secret(principal, number + 1));
    const api::GenerationMaterial material = TRY(remote_.generation(principal, number + 1));
    const directory::Generation* above = directory_.state().generation(principal, number + 1);
    const directory::Generation* expected = directory_.state().generation(principal, number);
    if (above == nullptr || expected == nullptr || !material.key_link)
        return fail(errors::key_renewal_waits);
    const KemSecretKey older = TRY(open_key_link(profile_.record().org, principal, *above, *newer,
                                                 *expected, *material.key_link));
    TRY(keep(older));
    return find(expected->key);
}

}  // namespace obhut::client
