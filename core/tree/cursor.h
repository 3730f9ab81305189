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
    // read_ahead lets the store fetch leaves together, before they are reached: those of about
    // `entries` entries, and none that lies behind stop_before's key.
    void read_ahead(std::uint64_t entries) { ahead_entries_ = entries; }
    void stop_before(ByteView key) { stop_ = to_bytes(key); }

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
    std::uint64_t ahead_entries_ = 0;  // still to be asked for
    ObjectId ahead_of_;                // the node whose children before ahead_until_ were asked for
    std::size_t ahead_until_ = 0;
};

}  // namespace obhut::tree
