#include "core/tree/store.h"

#include <algorithm>

namespace obhut::tree {

namespace {

using ObjectMap = std::unordered_map<ObjectId, Bytes, FixedHash>;

template <class Map>
std::vector<std::pair<ObjectId, Bytes>> sorted(Map&& objects) {
    std::vector<std::pair<ObjectId, Bytes>> list;
    list.reserve(objects.size());
    for (auto& [id, bytes] : objects) {
        if constexpr (std::is_const_v<std::remove_reference_t<Map>>)
            list.emplace_back(id, bytes);
        else
            list.emplace_back(id, std::move(bytes));
    }
    std::sort(list.begin(), list.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    return list;
}

}  // namespace

Result<Bytes> WriteBatch::load(const ObjectId& id) {
    if (const auto node = nodes_.find(id); node != nodes_.end()) return node->second;
    if (const auto value = values_.find(id); value != values_.end()) return value->second;
    return below_.load(id);
}

void WriteBatch::prefetch(std::span<const ObjectId> ids) {
    std::vector<ObjectId> absent;
    for (const ObjectId& id : ids)
        if (!nodes_.contains(id) && !values_.contains(id)) absent.push_back(id);
    if (!absent.empty()) below_.prefetch(absent);
}

Result<> WriteBatch::created(SealedObject node) {
    bytes_ += node.bytes.size();
    nodes_.emplace(node.reference.id, std::move(node.bytes));
    return {};
}

Result<> WriteBatch::superseded(const ObjectId& id) {
    const auto own = nodes_.find(id);
    if (own == nodes_.end()) {
        superseded_.push_back(id);
        return {};
    }
    bytes_ -= own->second.size();
    nodes_.erase(own);
    return {};
}

Result<> WriteBatch::value(SealedObject object) {
    bytes_ += object.bytes.size();
    values_.emplace(object.reference.id, std::move(object.bytes));
    return {};
}

WriteBatch::Objects WriteBatch::copy() const {
    Objects objects{sorted(nodes_), superseded_, sorted(values_)};
    std::sort(objects.superseded.begin(), objects.superseded.end());
    return objects;
}

WriteBatch::Objects WriteBatch::take() {
    Objects objects{sorted(nodes_), std::move(superseded_), sorted(values_)};
    std::sort(objects.superseded.begin(), objects.superseded.end());
    clear();
    return objects;
}

void WriteBatch::clear() {
    nodes_.clear();
    values_.clear();
    superseded_.clear();
    bytes_ = 0;
}

}  // namespace obhut::tree
