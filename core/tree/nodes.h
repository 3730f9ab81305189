// Nodes opens and seals the nodes of one space and keeps the newest opened ones, decoded, in
// bounded memory.
//
// Nothing opens by a bare id: open() takes the parent's reference and what the parent says of the
// child, also for nodes in the cache. One thread.
#pragma once

#include <list>
#include <unordered_map>

#include "core/tree/node.h"
#include "core/tree/store.h"

namespace obhut::tree {

// Root names a tree: the reference of its topmost node, what a commit seals. Root{} is the tree
// before the first commit: no entries and no node.
using Root = Reference;

namespace detail {
struct CachedNode {
    ObjectId id;
    ObjectKey key;
    std::uint64_t size = 0;
    Node node;
    std::uint32_t pins = 0;
};
}  // namespace detail

class Nodes;

// NodePin keeps one decoded node in memory. It must not outlive its Nodes.
class NodePin {
public:
    NodePin() = default;
    NodePin(NodePin&& other) noexcept
        : owner_(other.owner_), cached_(std::exchange(other.cached_, nullptr)) {}
    NodePin& operator=(NodePin&& other) noexcept;
    NodePin(const NodePin&) = delete;
    NodePin& operator=(const NodePin&) = delete;
    ~NodePin() { release(); }

    explicit operator bool() const { return cached_ != nullptr; }
    const Node& operator*() const { return cached_->node; }
    const Node* operator->() const { return &cached_->node; }
    const ObjectId& id() const { return cached_->id; }

private:
    friend class Nodes;
    NodePin(Nodes* owner, detail::CachedNode* cached) : owner_(owner), cached_(cached) {
        ++cached_->pins;
    }
    void release();

    Nodes* owner_ = nullptr;
    detail::CachedNode* cached_ = nullptr;
};

class Nodes {
public:
    static constexpr std::size_t kDefaultCache = 16U << 20;

    // `store` outlives this. `cache_bytes` of decoded nodes are kept (more while more are pinned);
    // 0 keeps none.
    Nodes(const OrgId& org, const SpaceId& space, NodeStore& store,
          std::size_t cache_bytes = kDefaultCache);
    Nodes(const Nodes&) = delete;
    Nodes& operator=(const Nodes&) = delete;

    // open gives the node that `reference` names and checks that it is what `place` says.
    // Errors: node_wrong_place, node_malformed, those of open_object and of the store.
    Result<NodePin> open(const Reference& reference, const Place& place);
    // open_root gives a tree's root, of any level and count; an empty leaf for Root{}. Errors: as
    // open, without node_wrong_place.
    Result<NodePin> open_root(const Root& root);
    // open_value opens a value object. Errors: as open_object; value_malformed.
    Result<Bytes> open_value(const Reference& reference);

    // seal_node pads and seals a node's content, gives it to `sink` and, if `keep`, to the cache.
    Result<Reference> seal_node(Bytes content, Entropy& entropy, NodeSink& sink, bool keep);
    // seal_value pads and seals a value over kMaxInline. Errors: value_too_large.
    Result<Reference> seal_value(ByteView value, Entropy& entropy, NodeSink& sink);

    // prefetch_touched is prefetch for the children that get part of an ascending run: child i that
    // from ends[i - 1] to ends[i].
    void prefetch_touched(const Node& node, const std::vector<std::size_t>& ends);
    // prefetch passes on to the store those of `ids` that are not in the cache.
    void prefetch(std::span<const ObjectId> ids);
    // loads counts the objects that came from the store, for tests and benchmarks.
    std::uint64_t loads() const { return loads_; }
    std::size_t cached_bytes() const { return cached_bytes_; }
    void drop_cache();

private:
    friend class NodePin;
    using List = std::list<detail::CachedNode>;

    Result<detail::CachedNode*> cached(const Reference& reference);
    Result<NodePin> open_anywhere(const Reference& reference);
    Result<Bytes> load(const ObjectId& id);
    detail::CachedNode* insert(const Reference& reference, Node node);
    void evict();

    ObjectPlace place_;
    NodeStore& store_;
    std::size_t cache_bytes_;
    std::size_t cached_bytes_ = 0;
    std::uint64_t loads_ = 0;
    detail::CachedNode nothing_;  // what Root{} opens to
    List newest_first_;
    std::unordered_map<ObjectId, List::iterator, FixedHash> by_id_;
};

}  // namespace obhut::tree
