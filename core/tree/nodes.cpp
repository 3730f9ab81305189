#include "core/tree/nodes.h"

#include <algorithm>

#include "core/base/errors.h"
#include "core/base/verify.h"
#include "core/crypto/kdf.h"
#include "core/crypto/padding.h"

namespace obhut::tree {

NodePin& NodePin::operator=(NodePin&& other) noexcept {
    if (this != &other) {
        release();
        owner_ = other.owner_;
        cached_ = std::exchange(other.cached_, nullptr);
    }
    return *this;
}

void NodePin::release() {
    if (cached_ == nullptr) return;
    const bool last = --cached_->pins == 0;
    cached_ = nullptr;
    if (last) owner_->evict();
}

Nodes::Nodes(const OrgId& org, const SpaceId& space, NodeStore& store, std::size_t cache_bytes)
    : place_(in_space(org, space)), store_(store), cache_bytes_(cache_bytes) {}

Result<NodePin> Nodes::open(const Reference& reference, const Place& place) {
    NodePin pin = TRY(open_anywhere(reference));
    TRY(pin->check_place(place));
    return pin;
}

Result<NodePin> Nodes::open_root(const Root& root) {
    if (root.id.is_zero()) return NodePin(this, &nothing_);
    return open_anywhere(root);
}

Result<NodePin> Nodes::open_anywhere(const Reference& reference) {
    if (detail::CachedNode* hit = TRY(cached(reference))) return NodePin(this, hit);
    const Bytes object = TRY(load(reference.id));
    // Nothing longer is a node: refused before it is hashed.
    if (object.size() > kMaxNode + kObjectOverhead) return fail(errors::object_wrong_id);
    Bytes plaintext = TRY(open_object(place_, ObjectType::node, reference, object));
    return NodePin(this, insert(reference, TRY(Node::decode(std::move(plaintext)))));
}

// cached finds a node opened before. The reference must be the one it was opened by: whoever holds
// another key to the same object gets the same answer with and without the cache.
Result<detail::CachedNode*> Nodes::cached(const Reference& reference) {
    const auto found = by_id_.find(reference.id);
    if (found == by_id_.end()) return nullptr;
    const detail::CachedNode& node = *found->second;
    const bool same = node.size == reference.size &&
                      constant_time_equal(node.key.expose(), reference.key.expose());
    VERIFY("SR-25/tree-cached-reference", same, errors::object_tampered);
    newest_first_.splice(newest_first_.begin(), newest_first_, found->second);
    return &newest_first_.front();
}

Result<Bytes> Nodes::load(const ObjectId& id) {
    ++loads_;
    return store_.load(id);
}

detail::CachedNode* Nodes::insert(const Reference& reference, Node node) {
    cached_bytes_ += node.memory();
    newest_first_.push_front(
        {reference.id, reference.key.clone(), reference.size, std::move(node), 0});
    by_id_[reference.id] = newest_first_.begin();
    return &newest_first_.front();
}

// evict drops the oldest nodes that nobody holds until the cache is within its size.
void Nodes::evict() {
    auto at = newest_first_.end();
    while (cached_bytes_ > cache_bytes_ && at != newest_first_.begin()) {
        --at;
        if (at->pins > 0) continue;
        cached_bytes_ -= at->node.memory();
        by_id_.erase(at->id);
        at = newest_first_.erase(at);
    }
}

Result<Bytes> Nodes::open_value(const Reference& reference) {
    if (reference.size > 2 * kMaxValue) return fail(errors::value_malformed);
    const Bytes object = TRY(load(reference.id));
    Bytes padded = TRY(open_object(place_, ObjectType::value, reference, object));
    const std::size_t size = TRY(unpadded(padded)).size();
    VERIFY("SR-22/tree-value-class",
           size > kMaxInline && size <= kMaxValue &&
               padded.size() == std::max<std::uint64_t>(kMinValueObject, padme(size + 1)),
           errors::value_malformed);
    padded.resize(size);
    return padded;
}

Result<Reference> Nodes::seal_node(Bytes content, Entropy& entropy, NodeSink& sink, bool keep) {
    const std::size_t size = node_class(content.size());
    CHECK(size != 0);
    pad(content, size);
    SealedObject sealed = seal_object(place_, ObjectType::node, content, entropy);
    Reference reference = sealed.reference.clone();
    TRY(sink.created(std::move(sealed)));
    if (!keep) return reference;
    insert(reference, TRY(Node::decode(std::move(content))));
    evict();
    return reference;
}

Result<Reference> Nodes::seal_value(ByteView value, Entropy& entropy, NodeSink& sink) {
    if (value.size() > kMaxValue) return fail(errors::value_too_large);
    CHECK(value.size() > kMaxInline);
    Bytes padded = to_bytes(value);
    pad(padded, std::max<std::uint64_t>(kMinValueObject, padme(value.size() + 1)));
    SealedObject sealed = seal_object(place_, ObjectType::value, padded, entropy);
    Reference reference = sealed.reference.clone();
    TRY(sink.value(std::move(sealed)));
    return reference;
}

void Nodes::prefetch(std::span<const ObjectId> ids) {
    std::vector<ObjectId> wanted;
    for (const ObjectId& id : ids)
        if (!by_id_.contains(id)) wanted.push_back(id);
    if (wanted.size() > 1) store_.prefetch(wanted);
}

void Nodes::prefetch_touched(const Node& node, const std::vector<std::size_t>& ends) {
    std::vector<ObjectId> ids;
    for (std::size_t i = 0; i < ends.size(); ++i)
        if (ends[i] > (i == 0 ? 0 : ends[i - 1])) ids.push_back(node.child(i).id);
    prefetch(ids);
}

void Nodes::drop_cache() {
    const std::size_t kept = std::exchange(cache_bytes_, 0);
    evict();
    cache_bytes_ = kept;
}

}  // namespace obhut::tree
