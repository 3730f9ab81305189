// Tree reads an encrypted copy-on-write B+ tree. Format and rules: docs/protocol/tree.md.
//
//     root (level 2)          [ …                 │ "m", count, reference │ … ]
//     inner (level 1)   [ …          │ "ma", count, reference │ … ]
//     leaf (level 0)   [ "mail/1" = value │ "mail/2" = value │ … ]
//
// Keys are byte strings of 1 to 512 bytes, ordered bytewise. A tree never changes: writing
// (apply.h) makes a new root that shares what did not change. Inner entries carry the number of
// keys below, so an index is one descent. Costs are in nodes opened, at most one per level: 4 for a
// million entries of 220 bytes. One thread, that of its Nodes.
#pragma once

#include <functional>

#include "core/tree/cursor.h"

namespace obhut::tree {

// KeyRange is the keys ≥ from and, if there is one, < to.
struct KeyRange {
    Bytes from;
    std::optional<Bytes> to;

    static KeyRange all() { return {}; }
    // prefix is the keys that begin with `start`.
    static KeyRange prefix(ByteView start);
    static KeyRange between(ByteView from, ByteView to) { return {to_bytes(from), to_bytes(to)}; }
    bool holds(ByteView key) const;
};

class Tree {
public:
    // `nodes` outlives this. Nothing is read yet. Root{} is the tree before the first commit.
    Tree(Nodes& nodes, Root root) : nodes_(&nodes), root_(std::move(root)) {}

    const Root& root() const { return root_; }
    Nodes& nodes() const { return *nodes_; }
    Tree clone() const { return {*nodes_, root_.clone()}; }

    // lookup gives the value of a key, if it is there. One descent.
    Result<std::optional<Value>> lookup(ByteView key) const;
    // lookup_many looks up many keys, in any order: one answer for each. Every node is opened once,
    // and those under one parent are asked for together.
    Result<std::vector<std::optional<Value>>> lookup_many(const std::vector<ByteView>& keys) const;
    // read_value gives a value's bytes, opening its object if it has one.
    Result<Bytes> read_value(const ValueView& value) const;
    Result<Bytes> read_value(const Value& value) const { return read_value(value.view()); }
    // get is lookup and read_value. Absent key: empty optional.
    Result<std::optional<Bytes>> get(ByteView key) const;

    // count is the number of keys, of all or in a range. Two descents at most.
    Result<std::uint64_t> count() const;
    Result<std::uint64_t> count(const KeyRange& range) const;
    // rank is the number of keys < `key`.
    Result<std::uint64_t> rank(ByteView key) const;
    // levels is the number of nodes a descent opens.
    Result<unsigned> levels() const;

    // range gives at most `limit` entries in ascending order.
    Result<std::vector<Entry>> range(const KeyRange& range, std::size_t limit) const;
    // range_at gives at most `limit` entries from the one with `index` on (0 is the first key);
    // fewer at the end.
    Result<std::vector<Entry>> range_at(std::uint64_t index, std::size_t limit) const;
    // each calls `visit` in ascending order until it returns false. Views are valid during the
    // call. The visitor may read this and other trees.
    using Visitor = std::function<bool(ByteView key, const ValueView& value)>;
    Result<> each(const KeyRange& range, const Visitor& visit) const;
    Cursor cursor() const { return {*nodes_, root_.clone()}; }

    // each_node opens every node, checking all of them; `visit` gets id and level, parents first.
    // A tree that was never written has none. O(tree).
    Result<> each_node(const std::function<Result<>(const ObjectId&, unsigned level)>& visit) const;

private:
    Result<> each_ahead(const KeyRange& range, std::uint64_t ahead, const Visitor& visit) const;

    Nodes* nodes_;
    Root root_;
};

}  // namespace obhut::tree
