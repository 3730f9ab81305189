// Cursor walks a tree's entries in ascending order of keys.
#pragma once

#include <vector>

#include "core/tree/nodes.h"

namespace obhut::tree {

class Cursor {
public:
    Cursor(Nodes& nodes, Root root) : nodes_(&nodes), root_(std::move(root)) {}

    // seek stands on the first key ≥ `key` (every key is ≥ the empty one). One descent.
    Result<> seek(ByteView key);
    // seek_index stands on the key with `index` smaller ones; past the end if there is none. One
    // descent.
    Result<> seek_index(std::uint64_t index);
    // stop_before says that nothing from `key` on will be read: what lies before may be fetched
    // ahead.
    void stop_before(ByteView key) { stop_ = to_bytes(key); }
    // read_ahead turns on fetching ahead up to the end or stop_before's key.
    void read_ahead() { read_ahead_ = true; }

    // valid is false past the end and before the first seek.
    bool valid() const { return !path_.empty(); }
    // key and value view into the current leaf until the next call that moves the cursor.
    ByteView key() const { return path_.back().pin->key(path_.back().index); }
    ValueView value() const { return path_.back().pin->value(path_.back().index); }
    // next goes to the following key. O(1) mostly; opens one leaf at a leaf's end.
    Result<> next();

private:
    struct Step {
        NodePin pin;
        Place place;  // views into the keys of the steps before
        std::size_t index;
    };
    Result<> start();
    Result<> descend();
    Result<> settle();
    void fetch_ahead();

    Nodes* nodes_;
    Root root_;
    std::vector<Step> path_;
    std::optional<Bytes> stop_;
    bool read_ahead_ = false;
};

}  // namespace obhut::tree
