// Writing of the memory adapter: each operation notes how it is taken back, should a later one of
// the batch fail.
#include <algorithm>

#include "server/storage/limits.h"
#include "server/storage/memory_store.h"

namespace obhut::storage {
namespace {

struct MemoryStaged final : Staged {
    explicit MemoryStaged(Bytes content) : bytes(std::move(content)) {}
    std::uint32_t length() const override { return static_cast<std::uint32_t>(bytes.size()); }
    Bytes bytes;
};

bool is_there(const Record& record, Millis now) { return !record.expires || *record.expires > now; }

}  // namespace

struct MemoryStore::Applier {
    MemoryStore& store;
    Undo& undo;
    Outcome& outcome;
    State& state = store.state_;

    // keep restores `slot` to its present value when the batch is taken back.
    template <class T>
    void keep(T& slot) {
        undo.push_back([&slot, before = slot] { slot = before; });
    }
    // keep_entry does the same for an entry of a map, which may not be there yet.
    template <class Map>
    void keep_entry(Map& map, const typename Map::key_type& key) {
        const auto found = map.find(key);
        if (found == map.end()) {
            undo.push_back([&map, key] { map.erase(key); });
        } else {
            undo.push_back(
                [&map, key, before = found->second] { map.insert_or_assign(key, before); });
        }
    }

    Result<> operator()(CreateServer& op) {
        if (state.server) return fail(errors::already_stored);
        undo.push_back([this_state = &state] { this_state->server.reset(); });
        state.server = std::move(op.state);
        return {};
    }
    Result<> operator()(SetOrganisation& op) {
        if (!state.server) return fail(errors::not_stored);
        if (state.server->org) return fail(errors::already_stored);
        keep(state.server->org);
        state.server->org = op.org;
        return {};
    }
    Result<> operator()(SetIncarnation& op) {
        if (!state.server) return fail(errors::not_stored);
        if (state.server->incarnation != op.expected || op.next <= op.expected)
            return fail(errors::version_moved);
        keep(state.server->incarnation);
        state.server->incarnation = op.next;
        return {};
    }

    Result<> operator()(AppendLog& op) {
        if (state.log.size() != op.expected_size) return fail(errors::sequence_moved);
        undo.push_back([log = &state.log, size = op.expected_size] { log->resize(size); });
        for (Bytes& leaf : op.leaves) state.log.push_back(std::move(leaf));
        return {};
    }
    Result<> operator()(PutTile& op) {
        const auto key = std::pair(op.level, op.index);
        keep_entry(state.tiles, key);
        Bytes& tile = state.tiles[key];
        if (tile.size() < op.hashes.size()) tile = std::move(op.hashes);
        return {};
    }
    Result<> operator()(PutNote& op) {
        keep(state.note);
        state.note = std::move(op.note);
        return {};
    }

    Result<> operator()(PutKemKey& op) {
        keep_entry(state.kem_keys, op.hash);
        state.kem_keys.emplace(op.hash, op.key);
        return {};
    }
    Result<> operator()(PutGeneration& op) {
        const auto key = std::pair(op.generation.principal, op.generation.number);
        if (state.generations.contains(key)) return fail(errors::already_stored);
        keep_entry(state.generations, key);
        state.generations.emplace(key, std::move(op.generation));
        return {};
    }
    Result<> operator()(PutKit& op) {
        keep_entry(state.kits, op.kit.user);
        state.kits.insert_or_assign(op.kit.user, std::move(op.kit));
        return {};
    }
    Result<> operator()(PutOpening& op) {
        keep_entry(state.openings, op.opening.user);
        keep(state.last_order);
        const UserId user = op.opening.user;
        state.openings.insert_or_assign(user,
                                        StoredOpening{std::move(op.opening), ++state.last_order});
        return {};
    }
    Result<> operator()(EraseOpening& op) {
        keep_entry(state.openings, op.user);
        state.openings.erase(op.user);
        return {};
    }

    Result<> expect_version(const std::pair<Area, Bytes>& key, std::optional<Version> expected,
                            Millis now) {
        if (!expected) return {};
        const auto found = state.records.find(key);
        const bool there = found != state.records.end() && is_there(found->second, now);
        if ((there ? found->second.version : 0) != *expected) return fail(errors::version_moved);
        return {};
    }
    Result<> operator()(PutRecord& op) {
        const auto key = std::pair(op.area, op.key);
        TRY(expect_version(key, op.expected, op.now));
        keep_entry(state.records, key);
        keep(state.last_version);
        Record record{std::move(op.key), std::move(op.value), ++state.last_version, op.expires};
        state.records.insert_or_assign(key, std::move(record));
        return {};
    }
    Result<> operator()(RemoveRecord& op) {
        const auto key = std::pair(op.area, op.key);
        TRY(expect_version(key, op.expected, op.now));
        keep_entry(state.records, key);
        state.records.erase(key);
        return {};
    }

    Result<> operator()(CreateSpace& op) {
        if (state.spaces.contains(op.space)) return fail(errors::already_stored);
        undo.push_back([spaces = &state.spaces, id = op.space] { spaces->erase(id); });
        state.spaces[op.space].info =
            SpaceHead{.space = op.space, .head = {}, .owner = op.owner, .closed = {}};
        return {};
    }
    Result<Space*> open_space(SpaceId id) {
        Space* space = TRY(store.find(id));
        if (space->info.closed) return fail(errors::chain_ended);
        return space;
    }
    Result<> operator()(AppendLink& op) {
        Space* space = TRY(open_space(op.space));
        if (op.sequence != space->links.size()) return fail(errors::sequence_moved);
        keep(space->info.head);
        undo.push_back([space] {
            space->links.pop_back();
            space->roots.pop_back();
        });
        space->info.head = Head{op.sequence, op.hash, op.epoch};
        space->links.push_back({op.sequence, op.kind, op.hash, op.time, std::move(op.bytes)});
        space->roots.push_back({op.sequence, op.time});
        return {};
    }
    Result<> operator()(SetMembers& op) {
        Space* space = TRY(store.find(op.space));
        keep(space->members);
        space->members = {op.members.begin(), op.members.end()};
        return {};
    }
    Result<> operator()(SetOwner& op) {
        Space* space = TRY(store.find(op.space));
        keep(space->info.owner);
        space->info.owner = op.owner;
        return {};
    }
    Result<> operator()(PutEpoch& op) {
        Space* space = TRY(store.find(op.space));
        if (space->epochs.contains(op.material.epoch)) return fail(errors::already_stored);
        keep_entry(space->epochs, op.material.epoch);
        std::ranges::sort(op.material.boxes, {}, &EpochBox::index);
        space->epochs.emplace(op.material.epoch, std::move(op.material));
        return {};
    }
    Result<> operator()(CloseSpace& op) {
        Space* space = TRY(open_space(op.space));
        keep(space->info.closed);
        space->info.closed = op.time;
        return {};
    }

    Object& touch(Space& space, const ObjectId& id) {
        keep_entry(space.objects, id);
        return space.objects[id];
    }
    Result<> operator()(PutObjects& op) {
        Space* space = TRY(open_space(op.space));
        for (NewObject& object : op.objects) {
            Object& slot = touch(*space, object.id);
            if (slot.life.stage == LifeStage::absent)
                slot.bytes = object.staged
                                 ? std::move(dynamic_cast<MemoryStaged&>(*object.staged).bytes)
                                 : std::move(object.bytes);
            put(slot.life, op.pin, static_cast<std::uint32_t>(slot.bytes.size()));
        }
        return {};
    }
    Result<> operator()(RenewPins& op) {
        Space* space = TRY(open_space(op.space));
        for (const ObjectId& id : op.objects) {
            if (space->objects.contains(id))
                renew(touch(*space, id).life, op.pin);
            else
                outcome.missing.push_back(id);
        }
        return {};
    }
    Result<> operator()(ReleasePins& op) {
        Space* space = TRY(open_space(op.space));
        for (const ObjectId& id : op.objects)
            if (space->objects.contains(id)) release(touch(*space, id).life, op.device, op.now);
        return {};
    }
    Result<> operator()(ApplyLists& op) {
        Space* space = TRY(open_space(op.space));
        const auto apply = [&](const std::vector<ObjectId>& ids, auto rule) -> Result<> {
            for (const ObjectId& id : ids) TRY(rule(touch(*space, id).life, op.sequence));
            return {};
        };
        for (const auto* wanted : {&op.lists.created, &op.lists.raised})
            for (const ObjectId& id : *wanted)
                if (!space->objects.contains(id)) outcome.missing.push_back(id);
        if (!outcome.missing.empty()) return fail(errors::objects_missing);
        TRY(apply(op.lists.created, create_node));
        TRY(apply(op.lists.raised, raise_content));
        TRY(apply(op.lists.superseded, supersede_node));
        TRY(apply(op.lists.lowered, lower_content));
        keep_entry(space->lists, op.sequence);
        space->lists[op.sequence] = std::move(op.encoded);
        return {};
    }

    Result<> limit(std::uint64_t used, std::uint64_t bytes) {
        if (used > bytes) return fail(errors::quota_exceeded);
        return {};
    }
    Result<> operator()(LimitOwner& op) {
        std::uint64_t used = 0;
        for (const auto& [id, space] : state.spaces)
            if (space.info.owner == op.owner) used += store.usage_of(space).total();
        return limit(used, op.bytes);
    }
    Result<> operator()(LimitSpace& op) {
        const Space* space = TRY(store.find(op.space));
        return limit(store.usage_of(*space).total(), op.bytes);
    }
    Result<> operator()(LimitUploads& op) { return limit(store.pinned_of(op.device), op.bytes); }
};

Outcome MemoryStore::apply(WriteBatch& batch) {
    if (const auto checked = check_batch(batch); !checked)
        return refused(checked.error(), static_cast<std::size_t>(checked.error().detail));
    Undo undo;
    Outcome outcome;
    Applier applier{*this, undo, outcome};
    for (std::size_t i = 0; i < batch.operations().size(); ++i) {
        outcome.result = std::visit(applier, batch.operations()[i]);
        if (outcome.result) continue;
        outcome.failed_operation = i;
        for (auto step = undo.rbegin(); step != undo.rend(); ++step) (*step)();
        return outcome;
    }
    return outcome;
}

void MemoryStore::commit(WriteBatch batch, Done done) {
    Outcome outcome;
    {
        const std::scoped_lock lock(mutex_);
        outcome = apply(batch);
        ++(outcome.result ? statistics_.batches : statistics_.refused);
        ++statistics_.groups;
    }
    done(std::move(outcome));
}

void MemoryStore::stage(SpaceId, ObjectId, Bytes bytes, StageDone done) {
    if (bytes.size() > kMaxObjectBytes) return done(fail(errors::over_store_limit));
    done(std::make_unique<MemoryStaged>(std::move(bytes)));
}

}  // namespace obhut::storage
