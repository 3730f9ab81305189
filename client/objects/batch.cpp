#include "client/objects/batch.h"

namespace obhut::client {
namespace {

constexpr std::size_t kItemBytes = 1 + 1 + 34 + 1 + 5;  // of one BatchItem in CBOR
constexpr std::size_t kHeadBytes = 4 + 1 + 1 + 3;       // length, and what is around the items

}  // namespace

bool Batch::fits(std::size_t size) const {
    return objects_.empty() || (objects_.size() < api::kMaxBatchObjects &&
                                kHeadBytes + bytes_ + size + kItemBytes <= api::kMaxBatchBytes);
}

void Batch::add(const ObjectId& id, Bytes object) {
    if (!places_.try_emplace(id, objects_.size()).second) return;
    bytes_ += object.size() + kItemBytes;
    objects_.emplace_back(id, std::move(object));
}

const Bytes* Batch::find(const ObjectId& id) const {
    const auto found = places_.find(id);
    return found == places_.end() ? nullptr : &objects_[found->second].second;
}

Bytes Batch::body() const {
    api::BatchHead head;
    head.items.reserve(objects_.size());
    for (const auto& [id, object] : objects_)
        head.items.push_back({id, static_cast<std::uint32_t>(object.size())});
    const Bytes encoded = encode(head);
    Bytes body;
    body.reserve(4 + encoded.size() + bytes_);
    append_be32(body, static_cast<std::uint32_t>(encoded.size()));
    append(body, encoded);
    for (const auto& [id, object] : objects_) append(body, object);
    return body;
}

void Batch::clear() {
    objects_.clear();
    places_.clear();
    bytes_ = 0;
}

}  // namespace obhut::client
