// One node of the tree in its plain form. Layout: docs/protocol/tree.md §2.
//
//     node  = [level, [* entry]]                     padded to 2, 4 or 8 KiB
//     entry = [shared, suffix, value]                level 0
//           / [shared, suffix, count, reference]     above
//
// A key is the first `shared` bytes of the key before and the suffix. The keys of a child are ≥ the
// key of its entry and < the next one.
//
// A node has one encoding: keys ascend strictly, `shared` is as long as it can be, the first
// separator of an inner node is empty (the parent's holds). decode() refuses everything else, so a
// Node in memory is always well-formed; whether it is where it belongs is for check_place() to say.
// Memory is at most 1 MB (keys are kept whole).
#pragma once

#include <optional>
#include <vector>

#include "core/tree/errors.h"
#include "core/tree/order.h"
#include "core/tree/value.h"

namespace obhut::tree {

// Place is what the parent says of a node.
struct Place {
    unsigned level;
    std::uint64_t count;
    ByteView lower;                 // keys are ≥ this
    std::optional<ByteView> upper;  // and < this, if there is an end
};

class Node {
public:
    // decode takes a padded plaintext. An empty leaf passes: it is the root of an empty tree.
    // Errors: bad_padding, node_malformed, those of CborReader.
    static Result<Node> decode(Bytes plaintext);

    unsigned level() const { return level_; }
    bool is_leaf() const { return level_ == 0; }
    // size is the number of entries in this node, count that of the subtree.
    std::size_t size() const { return slots_.size(); }
    std::uint64_t count() const { return count_; }
    std::size_t content_bytes() const { return content_; }
    std::size_t memory() const;

    ByteView key(std::size_t i) const {
        return ByteView(keys_).subspan(slots_[i].key_begin, slots_[i].key_size);
    }
    // payload is the entry's encoded value, or count and reference.
    ByteView payload(std::size_t i) const {
        return ByteView(plaintext_).subspan(slots_[i].payload_begin, slots_[i].payload_size);
    }
    ValueView value(std::size_t i) const { return ValueView(payload(i)); }
    const Reference& child(std::size_t i) const { return children_[i].reference; }
    std::uint64_t child_count(std::size_t i) const { return children_[i].count; }

    // lower_bound is the first entry whose key is ≥ `key`; size() if there is none.
    std::size_t lower_bound(ByteView key) const;
    // child_for is the child whose range holds `key`. Inner nodes only.
    std::size_t child_for(ByteView key) const;
    // divide tells how an ascending run of keys falls on the children: child i gets what lies
    // before the i-th end and not before the one in front. Inner nodes only. `key_of` gives the key
    // of an item.
    template <class Run, class KeyOf>
    std::vector<std::size_t> divide(const Run& run, const KeyOf& key_of) const {
        std::vector<std::size_t> ends(size(), run.size());
        auto at = run.begin();
        for (std::size_t i = 0; i + 1 < size(); ++i) {
            at = std::partition_point(
                at, run.end(), [&](const auto& item) { return less(key_of(item), key(i + 1)); });
            ends[i] = static_cast<std::size_t>(at - run.begin());
        }
        return ends;
    }
    // child_place is what this node, itself at `own`, says of its child.
    Place child_place(std::size_t i, const Place& own) const;

    // check_place compares with what the parent says. Errors: node_wrong_place.
    Result<> check_place(const Place& place) const;

private:
    struct Slot {
        std::uint32_t key_begin;
        std::uint16_t key_size;
        std::uint16_t payload_begin;
        std::uint16_t payload_size;
    };
    struct Child {
        Reference reference;
        std::uint64_t count;
    };
    Result<> decode_entries(CborReader& reader, ByteView content);
    Result<> decode_key(CborReader& reader);
    Result<> decode_payload(CborReader& reader, ByteView content);

    unsigned level_ = 0;
    std::uint64_t count_ = 0;
    std::size_t content_ = 0;
    Bytes plaintext_;
    Bytes keys_;
    std::vector<Slot> slots_;
    std::vector<Child> children_;
};

}  // namespace obhut::tree
