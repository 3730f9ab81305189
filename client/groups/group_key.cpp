#include "client/groups/group_key.h"

#include <algorithm>
#include <map>
#include <set>

namespace obhut::client {
namespace {

using directory::GroupRecord;

constexpr std::size_t kMostAlong = 512U << 10;  // bytes of boxes in one request

std::size_t size_of(const api::BucketMaterial& bucket) {
    std::size_t bytes = 0;
    for (const api::GenerationBox& box : bucket.boxes) bytes += box.box.size() + 32;
    return bytes;
}

// Shape is who sits where after a change, and which buckets must have a new key.
struct Shape {
    std::map<std::uint16_t, std::vector<UserId>> buckets;  // none empty
    std::set<std::uint16_t> renewed;

    bool bucketed() const { return !buckets.empty() && buckets.rbegin()->first > 0; }
};

Shape shape_of(const directory::State& state, const GroupRecord* before, const GroupMove& move) {
    Shape shape;
    for (std::size_t i = 0; before != nullptr && i < before->members.size(); ++i) {
        const std::uint16_t bucket = before->seats[i].bucket;
        if (std::binary_search(move.removed.begin(), move.removed.end(), before->members[i]))
            shape.renewed.insert(bucket);
        else
            shape.buckets[bucket].push_back(before->members[i]);
    }
    for (const directory::GroupMember& member : move.added) {
        shape.buckets[member.bucket].push_back(member.user);
        shape.renewed.insert(member.bucket);
    }
    if (before != nullptr) {
        for (std::size_t i = 0; i < before->buckets.size(); ++i)
            if (before->buckets[i].changed || !before->buckets[i].key)
                shape.renewed.insert(static_cast<std::uint16_t>(i));
        for (const UserId& user : waits_for_box(state, *before))
            if (const auto bucket = before->bucket_of(user)) shape.renewed.insert(*bucket);
    }
    std::erase_if(shape.renewed,
                  [&](std::uint16_t index) { return !shape.buckets.contains(index); });
    return shape;
}

class Maker {
public:
    Maker(Session& session, const GroupId& group, const GroupRecord* before, Shape shape)
        : session_(session), group_(group), before_(before), shape_(std::move(shape)) {
        if (before != nullptr) number_ = static_cast<std::uint32_t>(before->generations.size()) + 1;
    }

    Result<GroupKey> make() {
        TRY(fetch_keys());
        std::vector<Holder> holders = shape_.bucketed() ? TRY(buckets()) : members();
        const KemSecretKey* previous = nullptr;
        if (number_ > 1) previous = TRY(session_.rings.secret(principal(group_), number_ - 1));
        NewGeneration made = make_generation(session_.org(), principal(group_), number_, previous,
                                             std::move(holders), session_.entropy);
        take_without(made.without_box);
        std::sort(without_.begin(), without_.end());
        made_.entry.number = number_;
        made_.entry.key = kem_key_hash(made.key);
        made_.entry.link = made.link;
        made_.entry.boxes = made.boxes;
        made_.entry.without_box = std::move(without_);
        made_.secret = std::move(made.secret);
        made_.keys.push_back(made.key);
        made.material.buckets = std::move(fresh_);
        made_.material = std::move(made.material);
        return std::move(made_);
    }

private:
    const directory::State& state() const { return session_.directory.state(); }

    Result<> fetch_keys() {
        std::vector<KemKeyHash> hashes;
        for (const auto& [index, users] : shape_.buckets) {
            if (shape_.bucketed() && !shape_.renewed.contains(index)) {
                hashes.push_back(*before_->buckets[index].key);
                continue;
            }
            for (const UserId& user : users)
                if (const KemKeyHash* key = fresh_key(state(), user)) hashes.push_back(*key);
        }
        TRY(session_.kem_keys.fetch(hashes));
        // A bucket whose key is withheld is renewed, so that nobody can stop a rotation that way;
        // the keys of its members are not here yet.
        std::vector<KemKeyHash> more;
        for (const auto& [index, users] : shape_.buckets) {
            if (!shape_.bucketed() || shape_.renewed.contains(index)) continue;
            if (session_.kem_keys.find(*before_->buckets[index].key)) continue;
            shape_.renewed.insert(index);
            for (const UserId& user : users)
                if (const KemKeyHash* key = fresh_key(state(), user)) more.push_back(*key);
        }
        return more.empty() ? Result<>() : session_.kem_keys.fetch(more);
    }

    // Those of `users` whom something can be sealed to; the others are noted.
    std::vector<Holder> holders_of(const std::vector<UserId>& users) {
        std::vector<Holder> holders;
        for (const UserId& user : users) {
            const KemKeyHash* hash = fresh_key(state(), user);
            const auto key = hash == nullptr ? std::nullopt : session_.kem_keys.find(*hash);
            if (key)
                holders.push_back({directory::holder(user), *key});
            else
                without_.push_back(user);
        }
        return holders;
    }

    std::vector<Holder> members() {
        const auto all = shape_.buckets.find(0);
        return all == shape_.buckets.end() ? std::vector<Holder>() : holders_of(all->second);
    }

    Result<std::vector<Holder>> buckets() {
        std::vector<Holder> holders;
        for (const auto& [index, users] : shape_.buckets) {
            if (shape_.renewed.contains(index)) {
                holders.push_back({directory::holder(index), renew(index, users)});
                continue;
            }
            const auto key = session_.kem_keys.find(*before_->buckets[index].key);
            if (!key) return fail(errors::key_withheld);
            holders.push_back({directory::holder(index), *key});
            for (const UserId& user : before_->without_box)
                if (before_->bucket_of(user) == index) without_.push_back(user);
        }
        return holders;
    }

    KemPublicKey renew(std::uint16_t index, const std::vector<UserId>& users) {
        NewBucket made = make_bucket(session_.org(), group_, number_, index, holders_of(users),
                                     session_.entropy);
        take_without(made.without_box);
        made_.entry.buckets.push_back({index, kem_key_hash(made.key), made.boxes});
        made_.keys.push_back(made.key);
        fresh_.push_back(std::move(made.material));
        return made.key;
    }

    void take_without(const std::vector<directory::HolderId>& holders) {
        for (const directory::HolderId& id : holders)
            without_.push_back(UserId::from(id.view().subspan(1)));
    }

    Session& session_;
    const GroupId group_;
    const GroupRecord* before_;
    Shape shape_;
    std::uint32_t number_ = 1;
    std::vector<UserId> without_;
    std::vector<api::BucketMaterial> fresh_;
    GroupKey made_;
};

}  // namespace

Result<> deposit_buckets(Session& session, const GroupId& group,
                         const directory::GroupGeneration& entry,
                         api::GenerationMaterial& material) {
    std::size_t all = 0;
    for (const api::BucketMaterial& bucket : material.buckets) all += size_of(bucket);
    if (all <= kMostAlong) return {};
    api::BucketDeposit deposit{group, {}};
    std::size_t gathered = 0;
    for (std::size_t i = 0; i < material.buckets.size(); ++i) {
        const std::size_t size = size_of(material.buckets[i]);
        if (!deposit.buckets.empty() && gathered + size > kMostAlong) {
            TRY(session.remote.deposit_buckets(deposit));
            deposit.buckets.clear();
            gathered = 0;
        }
        gathered += size;
        deposit.buckets.push_back({entry.buckets[i].key, std::move(material.buckets[i])});
    }
    TRY(session.remote.deposit_buckets(deposit));
    material.buckets.clear();
    return {};
}

const KemKeyHash* fresh_key(const directory::State& state, const UserId& user) {
    const directory::UserRecord* record = state.user(user);
    if (record == nullptr || record->status != UserStatus::active || record->generations.empty())
        return nullptr;
    const directory::Generation& newest = record->generations.back();
    return newest.stale() ? nullptr : &newest.key;
}

std::vector<UserId> waits_for_box(const directory::State& state, const GroupRecord& group) {
    std::vector<UserId> waiting;
    for (const UserId& user : group.without_box)
        if (fresh_key(state, user) != nullptr) waiting.push_back(user);
    return waiting;
}

Result<GroupKey> make_group_key(Session& session, const GroupId& group, const GroupRecord* before,
                                const GroupMove& move) {
    // A copy, since asking the server for keys may let the directory move on.
    std::optional<GroupRecord> copy;
    if (before != nullptr) copy = *before;
    return Maker(session, group, copy ? &*copy : nullptr,
                 shape_of(session.directory.state(), copy ? &*copy : nullptr, move))
        .make();
}

}  // namespace obhut::client
