// For tests: a directory that does what it is told. Each change is one entry with a position and a
// time, and every question is answered as of a checkpoint. A note is eight bytes: the size it
// vouches for.
#pragma once

#include <algorithm>
#include <map>

#include "core/space/directory_view.h"
#include "core/space/epoch.h"
#include "tests/support/entropy.h"

namespace obhut::space::testing {

inline constexpr Code kBadNote{1, Kind::corrupt};

struct Span {
    Position from = 0;
    std::optional<Position> until;
    bool covers(Position size) const { return from < size && (!until || *until >= size); }
};

struct Key {
    KemKeyHash hash;
    Position since = 0;
    std::optional<Position> stale_since;
    std::optional<Position> at_once_since;
};

class FakeDirectory final : public DirectoryView, public NoteJudge, public KemKeySource {
public:
    explicit FakeDirectory(std::uint64_t seed) : entropy(seed) {}

    // ---- changes: each is one entry

    UserId enroll() {
        const UserId user = entropy.id<UserId>();
        const Position at = entry();
        active_[user] = {{at, std::nullopt}};
        new_device(user, std::nullopt, directory::DeviceKind::full, at);
        new_key(principal(user), at);
        return user;
    }
    DeviceId add_device(const UserId& user,
                        directory::DeviceKind kind = directory::DeviceKind::full) {
        return new_device(user, device_of(user), kind, entry());
    }
    void revoke(const DeviceId& device, Hash heads = {}) {
        const Position at = entry(heads);
        devices_.at(device).pauses.push_back({at, {}, directory::EndReason::revoked, heads});
        make_stale(principal(devices_.at(device).user), at, true);
    }
    void retire(const DeviceId& device) {
        devices_.at(device).pauses.push_back({entry(), {}, directory::EndReason::retired, {}});
    }
    void disable(const UserId& user, Hash heads = {}) {
        const Position at = entry(heads);
        active_.at(user).back().until = at;
        for (auto& [id, device] : devices_)
            if (device.user == user)
                device.pauses.push_back({at, {}, directory::EndReason::user_disabled, heads});
        make_stale(principal(user), at, true);
    }
    void enable(const UserId& user) {
        const Position at = entry();
        active_.at(user).push_back({at, std::nullopt});
        for (auto& [id, device] : devices_)
            for (auto& pause : device.pauses)
                if (device.user == user && pause.reason == directory::EndReason::user_disabled)
                    pause.until = at;
    }
    // stale makes the newest generation stale, ordinarily or at once.
    void stale(const PrincipalId& id, bool at_once) { make_stale(id, entry(), at_once); }
    void rotate(const PrincipalId& id) { new_key(id, entry()); }
    GroupId new_group(const std::vector<UserId>& members) {
        const GroupId group = entropy.id<GroupId>();
        const Position at = entry();
        for (const UserId& user : members) groups_[group].push_back({user, {at, std::nullopt}});
        new_key(principal(group), at);
        return group;
    }
    void remove(const GroupId& group, const UserId& user, Hash heads = {}) {
        const Position at = entry(heads);
        for (auto& [member, span] : groups_.at(group))
            if (member == user) span.until = at;
        make_stale(principal(group), at, true);
    }
    void raise(const SpaceId& space, const UserId& user, const Hash& roster) {
        raised_.push_back({space, user, roster, entry()});
    }
    void close(const SpaceId& space) { closed_[space] = entry(); }
    // wait passes time and appends a pulse.
    void wait(Millis time) {
        now_ += time;
        entry();
    }

    // ---- what people hold

    DeviceId device_of(const UserId& user) const {
        for (const DeviceId& id : device_order_)
            if (devices_.at(id).user == user) return id;
        CHECK(false);
    }
    const SigningKey& signing_key(const DeviceId& device) const { return signing_.at(device); }
    const KemSecretKey& secret(const Member& member) const {
        return secrets_.at(member.principal).at(member.generation - 1);
    }
    // withhold makes find() answer nothing for that principal; give_wrong answers another key.
    void withhold(const PrincipalId& id) { withheld_ = id; }
    void give_wrong(const PrincipalId& id, const KemPublicKey& key) { wrong_ = {id, key}; }
    // log_key puts a key hash into the directory that nobody checked.
    void log_hash(const PrincipalId& id, const KemKeyHash& hash) {
        keys_.at(id).back().hash = hash;
    }

    Bytes note() const { return note_of(size()); }
    static Bytes note_of(Position size) {
        Bytes note;
        append_be64(note, size);
        return note;
    }
    Checkpoint checkpoint() const { return {size(), times_.back()}; }

    // ---- ports

    Result<Checkpoint> judge(ByteView note) override {
        if (note.size() != 8) return fail(kBadNote);
        const Position size = read_be64(note);
        if (size == 0 || size > times_.size()) return fail(kBadNote);
        return Checkpoint{size, times_[size - 1]};
    }
    Position size() const override { return times_.size(); }
    const directory::DeviceRecord* device(const DeviceId& id) const override {
        const auto found = devices_.find(id);
        return found == devices_.end() ? nullptr : &found->second;
    }
    bool user_active(const UserId& user, Position size) const override {
        const auto found = active_.find(user);
        return found != active_.end() &&
               std::any_of(found->second.begin(), found->second.end(),
                           [&](const Span& span) { return span.covers(size); });
    }
    bool group_has(const GroupId& group, const UserId& user, Position size) const override {
        const auto found = groups_.find(group);
        return found != groups_.end() &&
               std::any_of(found->second.begin(), found->second.end(), [&](const auto& member) {
                   return member.first == user && member.second.covers(size);
               });
    }
    bool group_active(const GroupId& group, Position size) const override {
        const auto found = groups_.find(group);
        return found != groups_.end() &&
               std::any_of(found->second.begin(), found->second.end(), [&](const auto& member) {
                   return member.second.covers(size) && user_active(member.first, size);
               });
    }
    std::optional<PrincipalKey> newest_key(const PrincipalId& id, Position size) const override {
        const auto found = keys_.find(id);
        std::optional<PrincipalKey> newest;
        if (found == keys_.end()) return newest;
        for (std::size_t i = 0; i < found->second.size(); ++i) {
            const Key& key = found->second[i];
            if (key.since >= size) break;
            newest = PrincipalKey{static_cast<std::uint32_t>(i + 1), key.hash,
                                  key.stale_since && *key.stale_since < size};
        }
        return newest;
    }
    std::optional<Staleness> staleness(const PrincipalId& id, std::uint32_t generation,
                                       Position size) const override {
        const Key& key = keys_.at(id).at(generation - 1);
        if (!key.stale_since || *key.stale_since >= size) return std::nullopt;
        return Staleness{times_[*key.stale_since], key.at_once_since && *key.at_once_since < size};
    }
    bool raised(const SpaceId& space, const UserId& user, const Hash& roster,
                Position size) const override {
        return std::any_of(raised_.begin(), raised_.end(), [&](const Raised& raised) {
            return raised.space == space && raised.user == user && raised.roster == roster &&
                   raised.at < size;
        });
    }
    std::optional<Position> closed(const SpaceId& space, Position size) const override {
        const auto found = closed_.find(space);
        if (found == closed_.end() || found->second >= size) return std::nullopt;
        return found->second;
    }
    std::optional<Position> device_ended(const DeviceId& id, Position size) const override {
        for (const auto& pause : devices_.at(id).pauses)
            if (pause.from >= size && pause.reason != directory::EndReason::retired)
                return pause.from;
        return std::nullopt;
    }
    std::optional<Position> removed_from_group(const GroupId& group, const UserId& user,
                                               Position size) const override {
        for (const auto& [member, span] : groups_.at(group))
            if (member == user && span.until && *span.until >= size) return span.until;
        return std::nullopt;
    }
    std::optional<Hash> heads_root(Position event) const override {
        const auto found = heads_.find(event);
        if (found == heads_.end()) return std::nullopt;
        return found->second;
    }
    std::optional<KemPublicKey> find(const Member& member) override {
        if (withheld_ == member.principal) return std::nullopt;
        if (wrong_ && wrong_->first == member.principal) return wrong_->second;
        return kem_public_key(secret(member));
    }

    test::TestEntropy entropy;

private:
    struct Raised {
        SpaceId space;
        UserId user;
        Hash roster;
        Position at;
    };

    Position entry(const Hash& heads = {}) {
        now_ += kMinute;
        times_.push_back(now_);
        if (!heads.is_zero()) heads_[times_.size() - 1] = heads;
        return times_.size() - 1;
    }
    DeviceId new_device(const UserId& user, std::optional<DeviceId> by, directory::DeviceKind kind,
                        Position at) {
        directory::DeviceRecord record;
        record.id = entropy.id<DeviceId>();
        record.user = user;
        record.kind = kind;
        record.added_by = by;
        record.added_at = at;
        SigningKey key = SigningKey::generate(entropy);
        record.signing = key.public_key();
        const DeviceId id = record.id;
        devices_.emplace(id, std::move(record));
        signing_.emplace(id, std::move(key));
        device_order_.push_back(id);
        return id;
    }
    void new_key(const PrincipalId& id, Position at) {
        KemSecretKey secret = KemSecretKey::generate(entropy);
        keys_[id].push_back({kem_key_hash(kem_public_key(secret)), at, std::nullopt, std::nullopt});
        secrets_[id].push_back(std::move(secret));
    }
    void make_stale(const PrincipalId& id, Position at, bool at_once) {
        Key& key = keys_.at(id).back();
        if (!key.stale_since) key.stale_since = at;
        if (at_once && !key.at_once_since) key.at_once_since = at;
        if (kind_of(id) != PrincipalKind::user) return;
        for (auto& [group, members] : groups_)
            for (auto& [member, span] : members)
                if (member == user_of(id) && !span.until) make_stale(principal(group), at, at_once);
    }

    Millis now_ = 1'000'000 * kMinute;
    std::vector<Millis> times_;
    std::map<UserId, std::vector<Span>> active_;
    std::map<DeviceId, directory::DeviceRecord> devices_;
    std::map<DeviceId, SigningKey> signing_;
    std::vector<DeviceId> device_order_;
    std::map<PrincipalId, std::vector<Key>> keys_;
    std::map<PrincipalId, std::vector<KemSecretKey>> secrets_;
    std::map<GroupId, std::vector<std::pair<UserId, Span>>> groups_;
    std::vector<Raised> raised_;
    std::map<SpaceId, Position> closed_;
    std::map<Position, Hash> heads_;
    std::optional<PrincipalId> withheld_;
    std::optional<std::pair<PrincipalId, KemPublicKey>> wrong_;
};

}  // namespace obhut::space::testing
