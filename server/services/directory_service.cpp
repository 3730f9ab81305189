#include "server/services/directory_service.h"

#include <algorithm>
#include <span>

#include "core/base/verify.h"
#include "core/directory/errors.h"
#include "protocols/api/errors.h"
#include "server/services/errors.h"
#include "server/services/material.h"

namespace obhut::services {

namespace {

constexpr std::size_t kLoadBytes = 4U << 20;

std::vector<Bytes> leaves_of(const api::Append& request) {
    std::vector<Bytes> leaves;
    for (const api::EntryBlob& entry : request.entries) leaves.push_back(entry.bytes);
    return leaves;
}

// Why the log refuses an entry: somebody else was first, or the entry itself.
Error refusal_of(Error error) {
    const bool late = error.is(errors::entry_replayed) || error.is(errors::snapshot_position);
    return Error(late ? errors::log_moved : errors::entry_refused, error.code.number);
}

std::optional<directory::Snapshot> snapshot_in(const Bytes& leaf) {
    const auto outer = decode<directory::SignedEntry>(leaf);
    const auto entry = outer ? decode<directory::Entry>(outer->payload)
                             : Result<directory::Entry>(std::unexpected(outer.error()));
    const auto* body = entry ? std::get_if<directory::Snapshot>(&entry->body.any) : nullptr;
    return body != nullptr ? std::optional(*body) : std::nullopt;
}

}  // namespace

Result<> DirectoryService::load() {
    const std::unique_lock lock(mutex_);
    return restore_state();
}

Result<> DirectoryService::restore_state() {
    directory::State state;
    LogTree tree;
    recent_.clear();
    const std::uint64_t size = TRY(store_.log_size());
    const auto restored =
        TRY(find_record(store_, storage::Area::server, restored_key(), clock_.now()));
    const bool known = restored && restored->value.size() == 8;
    const directory::Position behind = known ? read_be64(restored->value) : size;
    notary_.may_have_lost(behind);
    while (tree.size() < size) {
        const std::vector<Bytes> leaves = TRY(store_.log_entries(tree.size(), kLoadBytes));
        if (leaves.empty()) return fail(errors::log_damaged);
        for (const Bytes& leaf : leaves)
            if (!state.apply(leaf)) return fail(errors::log_damaged);
        std::span<const Bytes> rest(leaves);
        const std::size_t whole =
            std::min<std::size_t>(rest.size(), behind - std::min(behind, tree.size()));
        tree.append(rest.first(whole));
        for (const Bytes& leaf : rest.subspan(whole)) {
            tree.append({&leaf, 1});
            notary_.know(tree.size(), tree.root());
        }
        remember(leaves);
    }
    if (size > 0) {
        std::string note = TRY(store_.note());
        const auto checkpoint =
            directory::open_note(note, directory::log_origin(state.org()), notary_.public_key());
        if (!checkpoint || checkpoint->size != size || checkpoint->root != tree.root())
            return fail(errors::log_damaged);
        if (checkpoint->incarnation != notary_.incarnation()) {
            // Restored from a backup: the same log goes on under another number.
            note = notary_.sign(state.org(), size, tree.root(), checkpoint->time);
            TRY(wait_for_what_was_lost(note, known ? std::nullopt : std::optional(size)));
        }
        // Also when it was started again meanwhile.
        const auto waiting = store_.record(storage::Area::server, restore_wait_key(), clock_.now());
        if (waiting) waits_until_ = waiting->expires.value_or(0);
        if (!waiting && !waiting.error().is(errors::not_stored))
            return std::unexpected(waiting.error());
        notary_.publish(state.org(), std::move(note), size);
    }
    state_ = std::move(state);
    tree_ = std::move(tree);
    return {};
}

// What may have been lost begins behind the earliest of all restores.
Result<> DirectoryService::wait_for_what_was_lost(std::string note,
                                                  std::optional<directory::Position> behind) {
    const Millis now = clock_.now();
    storage::WriteBatch batch;
    batch.add(storage::PutNote{std::move(note)});
    batch.add(storage::PutRecord{
        storage::Area::server, restore_wait_key(), {}, now + restore_wait_, {}, now});
    if (behind) {
        Bytes size;
        append_be64(size, *behind);
        batch.add(storage::PutRecord{
            storage::Area::server, restored_key(), std::move(size), {}, {}, now});
    }
    return storage::commit_now(store_, std::move(batch)).result;
}

Result<OrgId> DirectoryService::organisation() const {
    const std::shared_lock lock(mutex_);
    if (state_.size() == 0) return fail(errors::no_organisation);
    return state_.org();
}

Result<api::Note> DirectoryService::create(const api::Append& request) {
    {
        const std::unique_lock lock(mutex_);
        const bool repeated = state_.size() > 0 && known_already(leaves_of(request));
        if (repeated) return api::Note{notary_.newest()};
        VERIFY("SR-43/one-organisation", state_.size() == 0, errors::organisation_exists);
        TRY(append_locked(request, {}));
    }
    tell();
    return api::Note{notary_.newest()};
}

Result<api::Note> DirectoryService::append(const api::Append& request,
                                           const std::optional<DeviceId>& by) {
    {
        const std::unique_lock lock(mutex_);
        if (state_.size() == 0) return fail(errors::no_organisation);
        if (known_already(leaves_of(request))) return api::Note{notary_.newest()};
        TRY(append_locked(request, by));
    }
    tell();
    return api::Note{notary_.newest()};
}

Result<> DirectoryService::deposit(const api::BucketDeposit& request, const Caller& caller) {
    // So many buckets a group can have after its next change.
    const std::size_t most = read([&](const directory::State& state) -> std::size_t {
        const directory::GroupRecord* group = state.group(request.group);
        if (group == nullptr || !group->has(caller.user)) return 0;
        return group->buckets.size() + directory::kMaxNamesPerEntry / directory::kBucketMembers + 1;
    });
    storage::WriteBatch batch;
    const Millis now = clock_.now();
    for (const api::DepositedBucket& deposited : request.buckets) {
        if (deposited.bucket.index >= most) return fail(errors::not_there);
        batch.add(
            storage::PutRecord{storage::Area::server,
                               deposit_key(caller.device, request.group, deposited.bucket.index),
                               encode(deposited),
                               now + kDeposited,
                               {},
                               now});
    }
    return commit(store_, std::move(batch));
}

Result<api::Note> DirectoryService::append_locked(const api::Append& request,
                                                  const std::optional<DeviceId>& by) {
    const std::vector<Bytes> leaves = leaves_of(request);
    if (leaves.empty()) return fail(errors::http_malformed);
    const bool back = TRY(brings_back(request));
    if (!back && clock_.now() < waits_until_) return fail(errors::log_waits);
    TRY(judge_times_and_notes(leaves, back));
    storage::WriteBatch batch;
    TRY(check_material(request, store_, {by, clock_.now()}, batch));
    TRY(keep_snapshots(leaves, batch));

    const bool first = state_.size() == 0;
    const std::uint64_t size_before = tree_.size();
    const Result<> applied = state_.apply_all(leaves);
    if (!applied) return std::unexpected(refusal_of(applied.error()));
    Result<> kept;
    LogTree grown = tree_;
    const auto tiles = grown.append(leaves);
    std::string note = notary_.sign(state_.org(), grown.size(), grown.root(), state_.last_time());
    if (first && state_.log_key() != notary_.public_key()) kept = fail(errors::entry_refused);
    if (kept) {
        if (first) batch.add(storage::SetOrganisation{state_.org()});
        batch.add(storage::AppendLog{size_before, leaves});
        for (const LogTree::ChangedTile& tile : tiles)
            batch.add(storage::PutTile{tile.level, tile.index, tile.hashes});
        batch.add(storage::PutNote{note});
        kept = commit(store_, std::move(batch));
    }
    if (!kept) {
        // The state has gone ahead of the store: back to what is stored.
        TRY(restore_state());
        return std::unexpected(kept.error());
    }
    tree_ = std::move(grown);
    remember(leaves);
    notary_.know(tree_.size(), tree_.root());
    notary_.publish(state_.org(), note, tree_.size());
    return api::Note{std::move(note)};
}

// Whether these are entries that a restore has lost: a note of ours shows that the log was longer.
Result<bool> DirectoryService::brings_back(const api::Append& request) const {
    if (!request.lost) return false;
    const auto lost = directory::open_note(*request.lost, directory::log_origin(state_.org()),
                                           notary_.public_key());
    VERIFY("SR-44/entries-were-lost",
           lost && lost->incarnation < notary_.incarnation() &&
               lost->size >= tree_.size() + request.entries.size(),
           errors::entry_refused);
    return true;
}

// An entry's time is near our clock, unless it is brought back, and a note in it is one of ours.
Result<> DirectoryService::judge_times_and_notes(const std::vector<Bytes>& leaves, bool back) {
    const Millis now = clock_.now();
    for (const Bytes& leaf : leaves) {
        const auto outer = decode<directory::SignedEntry>(leaf);
        if (!outer) return fail(errors::entry_refused, outer.error().code.number);
        const auto entry = decode<directory::Entry>(outer->payload);
        if (!entry) return fail(errors::entry_refused, entry.error().code.number);
        const Millis distance = entry->time > now ? entry->time - now : now - entry->time;
        const bool old = back && entry->time < now;
        VERIFY("SR-29/entry-near-clock", old || distance <= kMaxAhead, errors::entry_time);
        if (!entry->note) continue;
        const auto note = notary_.judge(*entry->note);
        if (!note) return fail(errors::entry_refused, note.error().code.number);
    }
    return {};
}

// A snapshot that an entry names is written as it is at that place. Its map is judged with the
// entry, before anything is written; the root of the log is judged here.
Result<> DirectoryService::keep_snapshots(const std::vector<Bytes>& leaves,
                                          storage::WriteBatch& batch) {
    const std::span<const Bytes> all = leaves;
    directory::Frontier tree = tree_.frontier();
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        if (const auto snapshot = snapshot_in(leaves[i])) {
            const Result<> judged = state_.try_out(all.first(i + 1));
            if (!judged) return std::unexpected(refusal_of(judged.error()));
            VERIFY("SR-02/snapshot-log-root", snapshot->log_root == tree.root(),
                   errors::entry_refused);
            Result<> written;
            TRY(state_.try_out(all.first(i), [&](const directory::State& there) {
                written = snapshots_.write(there, tree, batch);
            }));
            TRY(written);
        }
        tree.append(directory::leaf_hash(leaves[i]));
    }
    return {};
}

Result<api::SnapshotPage> DirectoryService::snapshot_page(std::uint64_t size,
                                                          std::uint64_t number) {
    return snapshots_.page(size, number);
}

bool DirectoryService::known_already(const std::vector<Bytes>& leaves) const {
    if (leaves.empty()) return false;
    std::vector<Hash> hashes;
    for (const Bytes& leaf : leaves) hashes.push_back(directory::leaf_hash(leaf));
    return std::search(recent_.begin(), recent_.end(), hashes.begin(), hashes.end()) !=
           recent_.end();
}

void DirectoryService::remember(const std::vector<Bytes>& leaves) {
    for (const Bytes& leaf : leaves) recent_.push_back(directory::leaf_hash(leaf));
    while (recent_.size() > kRemembered) recent_.pop_front();
}

void DirectoryService::tell() {
    const std::shared_lock lock(mutex_);
    hub_.refresh([this](const UserId& user, const DeviceId& device) {
        const bool counts = state_.device_active(device);
        return counts ? std::optional(principals_of(state_, user)) : std::nullopt;
    });
    hub_.publish_to_all({api::HintKind::directory, {}, state_.size()});
}

Result<api::Entries> DirectoryService::entries(std::uint64_t from) {
    api::Entries answer;
    answer.from = from;
    answer.note = notary_.newest();
    if (answer.note.empty()) return fail(errors::no_organisation);
    auto leaves = store_.log_entries(from, api::kPageBytes);
    if (!leaves) return std::unexpected(public_error(leaves.error()));
    if (leaves->size() > api::kMaxEntriesPerAnswer) leaves->resize(api::kMaxEntriesPerAnswer);
    for (Bytes& leaf : *leaves) answer.entries.emplace_back(std::move(leaf));
    return answer;
}

Result<Bytes> DirectoryService::tile(const directory::Tile& tile) {
    if (!tile.entries) {
        auto hashes = store_.tile(tile.level, tile.index);
        const std::size_t wanted = std::size_t{tile.width} * Hash::kSize;
        if (!hashes) return std::unexpected(read_error(hashes.error(), errors::not_there));
        if (hashes->size() < wanted) return fail(errors::not_there);
        hashes->resize(wanted);
        return std::move(*hashes);
    }
    const std::uint64_t first = tile.index * directory::kTileWidth;
    Bytes bundle;
    std::uint64_t given = 0;
    while (given < tile.width) {
        const auto leaves = store_.log_entries(first + given, api::kPageBytes);
        if (!leaves) return std::unexpected(read_error(leaves.error(), errors::not_there));
        if (leaves->empty()) return fail(errors::not_there);
        for (const Bytes& leaf : *leaves) {
            if (given++ == tile.width) break;
            directory::append_to_bundle(bundle, leaf);
        }
    }
    return bundle;
}

Result<api::Keys> DirectoryService::keys(const api::KeysWanted& wanted) {
    auto found = store_.kem_keys(wanted.hashes);
    if (!found) return std::unexpected(public_error(found.error()));
    return api::Keys{std::move(*found)};
}

Result<api::GenerationMaterial> DirectoryService::generation(const api::GenerationWanted& wanted,
                                                             const Caller& caller) {
    std::vector<api::RecipientId> recipients{directory::holder(caller.device),
                                             directory::holder(caller.user)};
    if (kind_of(wanted.principal) == PrincipalKind::group)
        read([&](const directory::State& state) {
            const directory::GroupRecord* group = state.group(group_of(wanted.principal));
            const auto bucket = group != nullptr ? group->bucket_of(caller.user) : std::nullopt;
            if (bucket) recipients.push_back(directory::holder(*bucket));
        });
    std::vector<storage::Recipient> stored;
    for (const api::RecipientId& recipient : recipients)
        stored.push_back(storage::Recipient::from(recipient.view()));
    auto found = store_.generation(wanted.principal, wanted.number, stored);
    if (!found) return std::unexpected(read_error(found.error(), errors::not_there));
    api::GenerationMaterial answer{wanted.principal, wanted.number, std::move(found->key_link)};
    for (storage::GenerationBox& box : found->boxes)
        answer.boxes.push_back({api::RecipientId::from(box.recipient.view()), std::move(box.box)});
    for (const api::RecipientId& recipient : recipients) {
        const Bytes key = added_box_key(wanted.principal, wanted.number, recipient);
        auto added = store_.record(storage::Area::server, key, clock_.now());
        if (added)
            answer.boxes.push_back({recipient, std::move(added->value)});
        else if (!added.error().is(errors::not_stored))
            return std::unexpected(public_error(added.error()));
    }
    if (kind_of(wanted.principal) == PrincipalKind::group)
        answer.buckets = TRY(bucket_boxes(group_of(wanted.principal), caller));
    return answer;
}

// The caller's box of the newest key of the bucket he sits in.
Result<std::vector<api::BucketMaterial>> DirectoryService::bucket_boxes(const GroupId& id,
                                                                        const Caller& caller) {
    std::vector<api::BucketMaterial> result;
    std::optional<KemKeyHash> key;
    std::uint16_t index = 0;
    read([&](const directory::State& state) {
        const directory::GroupRecord* group = state.group(id);
        const auto bucket = group != nullptr ? group->bucket_of(caller.user) : std::nullopt;
        if (!bucket || *bucket >= group->buckets.size()) return;
        index = *bucket;
        key = group->buckets[*bucket].key;
    });
    if (!key) return result;
    const api::RecipientId recipient = directory::holder(caller.user);
    auto box = store_.record(storage::Area::server, bucket_box_key(*key, recipient), clock_.now());
    if (box)
        result.push_back({index, {{recipient, std::move(box->value)}}});
    else if (!box.error().is(errors::not_stored))
        return std::unexpected(public_error(box.error()));
    return result;
}

}  // namespace obhut::services
