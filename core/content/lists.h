// The content lists of a commit: which ids its changes count up and down. Format:
// docs/protocol/content.md §6.
//
// A tree value counts each reference in it, once for each time it stands there; a manifest counts
// its pages and chunks too, once for each value that names it. A tree that a value names
// (tree_top.h) creates and supersedes nodes, and its own values count as those of the space do. So
// the lists follow from the changes alone, for every app alike.
#pragma once

#include "core/content/manifest.h"
#include "core/tree/diff.h"
#include "core/tree/tree_top.h"

namespace obhut::content {

// ValueLists are the content lists, and the nodes of the trees that values name.
struct ValueLists : tree::ContentChange {
    std::vector<ObjectId> nodes_created;
    std::vector<ObjectId> nodes_superseded;
};

// content_lists derives the lists of `changes`, the difference of two trees. Manifests that both
// sides name are not opened, nor pages that their manifests share; of others the pages are fetched
// from `source`. Trees that values name are compared in the order in which they stand there; what a
// named tree names in turn is not followed. Errors: content_malformed, content_missing; those of
// opening pages and nodes, and of the source.
Result<ValueLists> content_lists(tree::Nodes& nodes, const std::vector<tree::Change>& changes,
                                 const ObjectPlace& place, ContentSource& source);

// Named is what a value's bytes name besides references.
struct Named {
    std::vector<ManifestTop> manifests;
    std::vector<tree::TreeTop> trees;
};
// named_in adds what a value's bytes name. Bytes that are not one CBOR item name nothing. Errors:
// content_malformed, and those of decoding.
Result<> named_in(ByteView value, Named& out);

}  // namespace obhut::content
