// Builder makes a tree from entries that come in ascending order; the way to a new tree, and to one
// of a million entries.
//
// Memory: two nodes per level, whatever the size. Nodes are seven eighths full, so that the first
// changes split few.
#pragma once

#include "core/tree/pack.h"

namespace obhut::tree {

class Builder {
public:
    // Everything outlives this. `nodes` seals; its cache is not filled.
    Builder(Nodes& nodes, Entropy& entropy, NodeSink& sink)
        : nodes_(nodes), entropy_(entropy), sink_(sink) {}

    // add appends an entry; keys must ascend strictly. Values over kMaxInline become objects of
    // their own. Errors: keys_out_of_order, key_not_allowed, value_too_large, tree_too_large, the
    // sink's.
    Result<> add(ByteView key, ByteView value);
    Result<> add(ByteView key, const Value& value);
    // finish closes the tree; without entries it is the empty one. Call it once, last.
    Result<Root> finish();
    std::uint64_t count() const { return count_; }

private:
    // One level under construction: its items, whose bytes lie in an arena, and the separator in
    // front of them.
    struct Level {
        struct Span {
            std::uint32_t key_begin, key_size, payload_size;  // the payload follows the key
            std::uint64_t count;
        };
        Bytes arena;
        std::vector<Span> spans;
        Bytes lower;
        std::size_t bytes = 0;    // of the items, encoded
        std::size_t emitted = 0;  // nodes made so far
        std::vector<Item> items() const;
        void drop_front(std::size_t items);
    };
    Result<> append(std::size_t level, ByteView key, ByteView payload, std::uint64_t count);
    Result<> emit_front(std::size_t level);
    Result<std::optional<Reference>> emit_rest(std::size_t level);
    Result<Item> seal(std::size_t level, const Draft& draft, Bytes& payload);

    Nodes& nodes_;
    Entropy& entropy_;
    NodeSink& sink_;
    std::vector<Level> levels_;
    Bytes last_key_;
    std::uint64_t count_ = 0;
};

// create_empty makes the tree without entries, for the first commit of a space.
Result<Root> create_empty(Nodes& nodes, Entropy& entropy, NodeSink& sink);

}  // namespace obhut::tree
