// Packing: how a run of items becomes nodes. What is here decides sizes, not validity: readers take
// any packing.
#pragma once

#include <span>
#include <vector>

#include "core/tree/nodes.h"

namespace obhut::tree {

// Item is an entry to be written; its views belong to nodes, batches and arenas that outlive it.
struct Item {
    ByteView key;      // of an inner item: the separator in front of the child, also for the first
    ByteView payload;  // encoded value, or count and reference
    std::uint64_t count;  // entries below; 1 in a leaf
};

// Draft is a node not sealed yet.
struct Draft {
    ByteView lower;  // separator in front of it
    std::vector<Item> items;
    std::size_t bytes = 0;  // of the items, encoded
    bool shrunk = false;  // smaller than the node it replaces: to be joined with a neighbour if it
                          // is very small

    std::uint64_t count() const;
};

inline constexpr std::size_t kItemSpace =
    kMaxNode - 1 - 5;  // padding takes 1 byte, the node's heads at most 5
inline constexpr std::size_t kFill = kItemSpace / 8 * 7;  // how full nodes are packed in bulk
inline constexpr std::size_t kSmall =
    kItemSpace / 4;  // below this a shrunk node looks for a neighbour

// item_bytes is the encoded size of an item behind `before` (null for the first of a node).
std::size_t item_bytes(unsigned level, const Item* before, const Item& item);
std::size_t items_bytes(unsigned level, std::span<const Item> items);

// piece_end tells how far a node reaches that starts with items[begin]: up to the first that makes
// it `target` bytes or more, or would not fit.
std::size_t piece_end(unsigned level, std::span<const Item> items, std::size_t begin,
                      std::size_t target);

// pack appends drafts for the items to `out`: one if they fit, else pieces of like size; with
// `appended` all but the last are full, for keys that keep coming at the end.
void pack(unsigned level, ByteView lower, std::vector<Item> items, bool appended,
          std::vector<Draft>& out);

// encode_node writes a node's content, unpadded.
Bytes encode_node(unsigned level, std::span<const Item> items);

// inner_payload is an inner entry's encoding of a child; child_of reads it back.
Bytes inner_payload(std::uint64_t count, const Reference& child);
Reference child_of(ByteView payload);

}  // namespace obhut::tree
