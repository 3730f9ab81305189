#include "client/objects/node_cache.h"

#include "core/crypto/errors.h"
#include "core/crypto/object_public.h"

namespace obhut::client {
namespace {

// The row of a space without an object id counts the bytes kept for it.
std::uint64_t counted(const std::optional<Bytes>& row) {
    return row && row->size() == 8 ? read_be64(*row) : 0;
}

}  // namespace

Bytes NodeCache::row(const ObjectId& id) const {
    Bytes key = to_bytes(space_.view());
    append(key, id.view());
    return key;
}

Result<std::optional<Bytes>> NodeCache::stored(const ObjectId& id) {
    const auto reader = TRY(store_.read());
    return reader->get(Table::nodes, row(id));
}

Result<Bytes> NodeCache::load(const ObjectId& id) {
    if (const auto found = unsaved_.find(id); found != unsaved_.end()) return found->second;
    auto kept = TRY(stored(id));
    // A damaged cache heals by fetching again.
    if (kept && object_id(*kept) == id) return std::move(*kept);
    TRY(fetch({&id, 1}));
    const auto found = unsaved_.find(id);
    if (found == unsaved_.end())
        return std::unexpected(why_missing_ ? why_missing_() : Error(errors::object_withheld));
    Bytes object = found->second;
    if (unsaved_.size() > kMaxUnsaved) TRY(save());
    return object;
}

void NodeCache::prefetch(std::span<const ObjectId> ids) {
    std::vector<ObjectId> wanted;
    if (const auto reader = store_.read()) {
        for (const ObjectId& id : ids) {
            if (unsaved_.contains(id)) continue;
            const auto kept = (*reader)->get(Table::nodes, row(id));
            if (!kept || !*kept) wanted.push_back(id);
        }
    }
    while (!wanted.empty()) {
        const std::size_t some = std::min(wanted.size(), content::kMaxFetch);
        // load() meets the error again and tells it.
        if (!fetch(std::span(wanted).first(some))) return;
        wanted.erase(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(some));
    }
    if (unsaved_.size() > kMaxUnsaved) (void)save();
}

Result<> NodeCache::fetch(std::span<const ObjectId> ids) {
    auto objects = TRY(exchange_.fetch(ids));
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (!objects[i]) continue;
        if (object_id(*objects[i]) != ids[i]) return fail(errors::object_wrong_id);
        unsaved_[ids[i]] = std::move(*objects[i]);
    }
    return {};
}

void NodeCache::add(const ObjectId& id, Bytes object) { unsaved_[id] = std::move(object); }

void NodeCache::forget(const ObjectId& id) {
    if (unsaved_.erase(id) == 0) forgotten_.push_back(id);
}

Result<> NodeCache::save() {
    if (unsaved_.empty() && forgotten_.empty()) return {};
    const auto writer = TRY(store_.write(Durability::relaxed));
    std::uint64_t bytes = counted(TRY(writer->get(Table::nodes, space_.view())));
    for (const auto& [id, object] : unsaved_) bytes += object.size();
    if (bytes > kMaxBytes) {
        Bytes behind = to_bytes(space_.view());
        behind.push_back(0xFF);
        behind.insert(behind.end(), 32, 0xFF);
        TRY(writer->erase_range(Table::nodes, space_.view(), behind));
        bytes = 0;
    }
    for (const auto& [id, object] : unsaved_) TRY(writer->put(Table::nodes, row(id), object));
    for (const ObjectId& id : forgotten_) TRY(writer->erase(Table::nodes, row(id)));
    Bytes count;
    append_be64(count, bytes);
    TRY(writer->put(Table::nodes, space_.view(), count));
    TRY(writer->commit());
    unsaved_.clear();
    forgotten_.clear();
    return {};
}

}  // namespace obhut::client
