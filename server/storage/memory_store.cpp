// Reading and upkeep of the memory adapter.
#include "server/storage/memory_store.h"

#include <algorithm>

namespace obhut::storage {
namespace {

template <class Map, class Key>
Result<typename Map::mapped_type> get(const Map& map, const Key& key) {
    const auto found = map.find(key);
    if (found == map.end()) return fail(errors::not_stored);
    return found->second;
}

bool starts_with(ByteView text, ByteView prefix) {
    return text.size() >= prefix.size() && equal(text.first(prefix.size()), prefix);
}

}  // namespace

std::unique_ptr<MemoryStore> MemoryStore::copy() {
    const std::scoped_lock lock(mutex_);
    auto other = std::make_unique<MemoryStore>();
    static_cast<Content&>(other->state_) = state_;
    if (const auto& server = state_.server)
        other->state_.server = ServerState{server->incarnation, server->log_name,
                                           server->log_seed.clone(), server->org};
    return other;
}

Result<MemoryStore::Space*> MemoryStore::find(SpaceId space) {
    const auto found = state_.spaces.find(space);
    if (found == state_.spaces.end()) return fail(errors::not_stored);
    return &found->second;
}

Usage MemoryStore::usage_of(const Space& space) const {
    Usage usage;
    for (const auto& [id, object] : space.objects) {
        const Charge charge = charge_of(object.life);
        usage.live += charge.live;
        usage.trash += charge.trash;
    }
    return usage;
}

std::uint64_t MemoryStore::pinned_of(DeviceId device) const {
    std::uint64_t pinned = 0;
    for (const auto& [id, space] : state_.spaces)
        for (const auto& [object_id, object] : space.objects)
            if (object.life.device == device) pinned += charge_of(object.life).pinned;
    return pinned;
}

// ---- the server and the log

Result<ServerState> MemoryStore::server_state() {
    const std::scoped_lock lock(mutex_);
    if (!state_.server) return fail(errors::not_stored);
    const ServerState& server = *state_.server;
    return ServerState{server.incarnation, server.log_name, server.log_seed.clone(), server.org};
}

Result<std::uint64_t> MemoryStore::log_size() {
    const std::scoped_lock lock(mutex_);
    return state_.log.size();
}

Result<std::vector<Bytes>> MemoryStore::log_entries(std::uint64_t from, std::size_t max_bytes) {
    const std::scoped_lock lock(mutex_);
    std::vector<Bytes> entries;
    std::size_t bytes = 0;
    for (std::uint64_t i = from; i < state_.log.size(); ++i) {
        bytes += state_.log[i].size();
        if (!entries.empty() && bytes > max_bytes) break;
        entries.push_back(state_.log[i]);
    }
    return entries;
}

Result<Bytes> MemoryStore::tile(std::uint32_t level, std::uint64_t index) {
    const std::scoped_lock lock(mutex_);
    return get(state_.tiles, std::pair(level, index));
}

Result<std::string> MemoryStore::note() {
    const std::scoped_lock lock(mutex_);
    if (!state_.note) return fail(errors::not_stored);
    return *state_.note;
}

// ---- materials

Result<std::vector<KemPublicKey>> MemoryStore::kem_keys(const std::vector<KemKeyHash>& hashes) {
    const std::scoped_lock lock(mutex_);
    std::vector<KemPublicKey> keys;
    for (const KemKeyHash& hash : hashes)
        if (const auto key = get(state_.kem_keys, hash)) keys.push_back(*key);
    return keys;
}

Result<Generation> MemoryStore::generation(PrincipalId principal, std::uint32_t number,
                                           const std::vector<Recipient>& recipients) {
    const std::scoped_lock lock(mutex_);
    Generation found = TRY(get(state_.generations, std::pair(principal, number)));
    if (!recipients.empty())
        std::erase_if(found.boxes, [&](const GenerationBox& box) {
            return std::ranges::find(recipients, box.recipient) == recipients.end();
        });
    return found;
}

Result<Kit> MemoryStore::kit(UserId user) {
    const std::scoped_lock lock(mutex_);
    return get(state_.kits, user);
}

Result<std::vector<UserId>> MemoryStore::users_by_email(std::string_view email) {
    const std::scoped_lock lock(mutex_);
    std::vector<const StoredOpening*> found;
    for (const auto& [user, stored] : state_.openings)
        if (stored.opening.email == email) found.push_back(&stored);
    std::ranges::sort(found, std::greater{},
                      [](const StoredOpening* stored) { return stored->order; });
    std::vector<UserId> users;
    for (const StoredOpening* stored : found) users.push_back(stored->opening.user);
    return users;
}

Result<std::vector<Opening>> MemoryStore::openings(UserId from, std::size_t limit) {
    const std::scoped_lock lock(mutex_);
    std::vector<Opening> page;
    for (auto at = state_.openings.lower_bound(from);
         at != state_.openings.end() && page.size() < limit; ++at)
        page.push_back(at->second.opening);
    return page;
}

// ---- records

Result<Record> MemoryStore::record(Area area, ByteView key, Millis now) {
    const std::scoped_lock lock(mutex_);
    Record found = TRY(get(state_.records, std::pair(area, to_bytes(key))));
    if (found.expires && *found.expires <= now) return fail(errors::not_stored);
    return found;
}

Result<std::vector<Record>> MemoryStore::records(Area area, ByteView prefix, ByteView after,
                                                 std::size_t limit, Millis now) {
    const std::scoped_lock lock(mutex_);
    std::vector<Record> page;
    const bool beyond = as_text(after) >= as_text(prefix) && !after.empty();
    auto at = beyond ? state_.records.upper_bound(std::pair(area, to_bytes(after)))
                     : state_.records.lower_bound(std::pair(area, to_bytes(prefix)));
    for (; at != state_.records.end() && page.size() < limit; ++at) {
        if (at->first.first != area || !starts_with(at->first.second, prefix)) break;
        if (!at->second.expires || *at->second.expires > now) page.push_back(at->second);
    }
    return page;
}

// ---- spaces

Result<SpaceHead> MemoryStore::space(SpaceId space) {
    const std::scoped_lock lock(mutex_);
    return TRY(find(space))->info;
}

Result<std::vector<SpaceHead>> MemoryStore::spaces_of(const std::vector<PrincipalId>& principals) {
    const std::scoped_lock lock(mutex_);
    std::vector<SpaceHead> found;
    for (const auto& [id, space] : state_.spaces)
        if (std::ranges::any_of(principals,
                                [&](const auto& p) { return space.members.contains(p); }))
            found.push_back(space.info);
    return found;
}

Result<bool> MemoryStore::is_member(SpaceId space, const std::vector<PrincipalId>& principals) {
    const std::scoped_lock lock(mutex_);
    const Space* found = TRY(find(space));
    return std::ranges::any_of(principals,
                               [&](const auto& p) { return found->members.contains(p); });
}

Result<std::vector<StoredLink>> MemoryStore::links(SpaceId space, Sequence from,
                                                   std::size_t max_bytes, LinkFilter filter) {
    const std::scoped_lock lock(mutex_);
    const Space* found = TRY(find(space));
    std::vector<StoredLink> page;
    std::size_t bytes = 0;
    for (std::size_t i = from; i < found->links.size(); ++i) {
        const StoredLink& link = found->links[i];
        if (filter == LinkFilter::rosters && link.kind == LinkKind::commit) continue;
        bytes += link.bytes.size();
        if (!page.empty() && bytes > max_bytes) break;
        page.push_back(link);
    }
    return page;
}

Result<Bytes> MemoryStore::lists(SpaceId space, Sequence sequence) {
    const std::scoped_lock lock(mutex_);
    return get(TRY(find(space))->lists, sequence);
}

Result<EpochMaterial> MemoryStore::epoch(SpaceId space, Epoch epoch,
                                         const std::vector<PrincipalId>& principals) {
    const std::scoped_lock lock(mutex_);
    EpochMaterial found = TRY(get(TRY(find(space))->epochs, epoch));
    if (!principals.empty())
        std::erase_if(found.boxes, [&](const EpochBox& box) {
            return std::ranges::find(principals, box.principal) == principals.end();
        });
    return found;
}

// ---- objects

Result<std::vector<ObjectState>> MemoryStore::object_states(SpaceId space,
                                                            const std::vector<ObjectId>& ids) {
    const std::scoped_lock lock(mutex_);
    const Space* found = TRY(find(space));
    std::vector<ObjectState> states;
    for (const ObjectId& id : ids) {
        const auto object = found->objects.find(id);
        states.push_back(object == found->objects.end() ? ObjectState::absent
                                                        : state_of(object->second.life));
    }
    return states;
}

Result<LoadedObjects> MemoryStore::load_objects(SpaceId space, const std::vector<ObjectId>& ids,
                                                std::size_t max_bytes, std::size_t gap) {
    const std::scoped_lock lock(mutex_);
    const Space* found = TRY(find(space));
    LoadedObjects loaded;
    std::size_t bytes = 0;
    for (const ObjectId& id : ids) {
        const auto object = found->objects.find(id);
        const bool is_there = object != found->objects.end();
        bytes += is_there ? object->second.bytes.size() : 0;
        if (!loaded.items.empty() && bytes > max_bytes) break;
        loaded.bytes.resize(loaded.bytes.size() + gap);
        LoadedObject next{ObjectState::absent, loaded.bytes.size(), 0};
        if (is_there) {
            next.state = state_of(object->second.life);
            next.length = object->second.bytes.size();
            append(loaded.bytes, object->second.bytes);
        }
        loaded.items.push_back(next);
    }
    return loaded;
}

Result<Usage> MemoryStore::space_usage(SpaceId space) {
    const std::scoped_lock lock(mutex_);
    return usage_of(*TRY(find(space)));
}

Result<Usage> MemoryStore::owner_usage(Owner owner) {
    const std::scoped_lock lock(mutex_);
    Usage usage;
    for (const auto& [id, space] : state_.spaces) {
        if (space.info.owner != owner) continue;
        const Usage part = usage_of(space);
        usage.live += part.live;
        usage.trash += part.trash;
    }
    return usage;
}

Result<std::uint64_t> MemoryStore::upload_usage(DeviceId device) {
    const std::scoped_lock lock(mutex_);
    return pinned_of(device);
}

// ---- upkeep

void MemoryStore::thin(Space& space, Millis now, TendReport& report) {
    if (space.roots.empty()) return;
    const Retained retained = retained_roots(space.roots, now);
    std::erase_if(space.roots, [&](const Root& root) { return !retained.has(root.sequence); });
    std::erase_if(space.lists, [&](const auto& entry) { return !retained.has(entry.first); });
    for (auto& [id, object] : space.objects) {
        if (object.life.stage != LifeStage::dying || is_needed(object.life, retained)) continue;
        to_trash(object.life, now);
        ++report.trashed;
    }
}

void MemoryStore::expire_objects(Space& space, Millis now, TendReport& report) {
    for (auto at = space.objects.begin(); at != space.objects.end();) {
        ObjectLife& life = at->second.life;
        const bool over = life.ended <= now;
        if (over && life.stage == LifeStage::pinned) {
            expire_pin(life, now);
            ++report.expired_pins;
        } else if (over && life.stage == LifeStage::trash) {
            life = {};
            ++report.scrubbed;
        }
        at = life.stage == LifeStage::absent ? space.objects.erase(at) : std::next(at);
    }
}

Result<TendReport> MemoryStore::tend(Millis now) {
    const std::scoped_lock lock(mutex_);
    TendReport report;
    report.expired_records = std::erase_if(state_.records, [&](const auto& entry) {
        return entry.second.expires && *entry.second.expires <= now;
    });
    std::erase_if(state_.spaces, [&](const auto& entry) {
        return entry.second.info.closed && *entry.second.info.closed + kTrashTime <= now;
    });
    for (auto& [id, space] : state_.spaces) {
        thin(space, now, report);
        expire_objects(space, now, report);
    }
    return report;
}

StoreStatistics MemoryStore::statistics() {
    const std::scoped_lock lock(mutex_);
    StoreStatistics statistics = statistics_;
    for (const auto& [id, space] : state_.spaces)
        for (const auto& [object_id, object] : space.objects)
            statistics.live_bytes += object.bytes.size();
    return statistics;
}

}  // namespace obhut::storage
