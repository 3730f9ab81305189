// diff compares two trees of one space; subtrees that both share are not opened.
#pragma once

#include "core/tree/tree.h"

namespace obhut::tree {

// KeyChange views one difference: before absent: added in `to`; after absent: erased.
struct KeyChange {
    ByteView key;
    std::optional<ValueView> before;
    std::optional<ValueView> after;

    Change own() const;
};

// NodeChange is what a commit lists: the ids of the nodes one tree has and the other has not,
// sorted.
struct NodeChange {
    std::vector<ObjectId> created;     // in `to` only
    std::vector<ObjectId> superseded;  // in `from` only
};

// diff calls `visit` for each key whose value differs, ascending, until it returns an error; views
// are valid during the call. Cost: the nodes that differ. Errors: those of visit and of
// Nodes::open.
using ChangeVisitor = std::function<Result<>(const KeyChange&)>;
Result<NodeChange> diff(const Tree& from, const Tree& to, const ChangeVisitor& visit);

// changes_between is diff() gathered. Memory: all changes.
struct Difference {
    std::vector<Change> changes;
    NodeChange nodes;
};
Result<Difference> changes_between(const Tree& from, const Tree& to);

// ContentChange is the ids of content whose count of references a commit raises or lowers, sorted,
// repeated as often as the count changes.
struct ContentChange {
    std::vector<ObjectId> raised;
    std::vector<ObjectId> lowered;
};
// content_change derives it from changes; values in objects of their own are opened, and count
// themselves.
Result<ContentChange> content_change(Nodes& nodes, const std::vector<Change>& changes);

}  // namespace obhut::tree
