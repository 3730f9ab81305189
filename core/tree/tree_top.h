// TreeTop names a small tree from inside a value of another tree of the same space: what a link to
// a folder shows (docs/protocol/links.md §4).
//
// CBOR: tag 4244 [id, key, size]. The tag is not that of a Reference: a reference counts as
// content, but the nodes of a named tree live like all nodes, from the commit that created them to
// the one that superseded them. An empty tree has a zero id. Format: docs/protocol/tree.md §4.
#pragma once

#include "core/tree/nodes.h"

namespace obhut::tree {

inline constexpr std::uint64_t kTreeTag = 4244;

struct TreeTop {
    Root root;

    TreeTop clone() const { return {root.clone()}; }
    void encode_to(CborWriter& writer) const;
    static Result<TreeTop> decode_from(CborReader& reader);
};

}  // namespace obhut::tree
