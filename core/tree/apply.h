// Writing: a batch of puts and erases on a tree makes a new root.
//
// Only touched leaves and the nodes above them are made anew; a node that shrank below a quarter is
// joined with a neighbour. New nodes go sealed to the sink, with the ids of those they replace:
// exactly the difference of the two trees.
#pragma once

#include "core/tree/tree.h"

namespace obhut::tree {

// Batch gathers puts and erases in any order; of several for one key the last counts.
class Batch {
public:
    // put sets a key. A value over kMaxInline bytes is sealed into an object of its own when the
    // batch is applied.
    void put(ByteView key, ByteView value);
    void put(ByteView key, Value value);
    void erase(ByteView key);
    // add appends another batch's operations to this one's.
    void add(Batch other);

    bool empty() const { return operations_.empty(); }
    std::size_t size() const { return operations_.size(); }

private:
    friend class Applier;
    struct Operation {
        Bytes key;
        std::optional<Value> value;  // absent: erase
        Bytes large;                 // to be sealed
        std::size_t order = 0;
    };
    std::vector<Operation> operations_;
};

struct Applied {
    Root root;
    std::uint64_t count = 0;      // keys in the new tree
    std::vector<Change> changes;  // what really changed, ascending: the journal's content
};

// apply makes the tree that `batch` turns `tree` into. Puts of what is there already and erases of
// what is not change nothing; if nothing changes the root is the same and the sink gets nothing but
// value objects. Cost: levels × changed leaves. Errors: key_not_allowed, value_too_large,
// tree_too_large, as Nodes::open.
Result<Applied> apply(const Tree& tree, Batch batch, Entropy& entropy, NodeSink& sink);

}  // namespace obhut::tree
