// The content lists of a commit: which ids its changes count up and down. Format:
// docs/protocol/content.md §6.
//
// A tree value counts each reference in it, once for each time it stands there; a manifest counts
// its pages and chunks too, once for each value that names it. So the lists follow from the changes
// alone, for every app alike.
#pragma once

#include "core/content/manifest.h"
#include "core/tree/diff.h"

namespace obhut::content {

// content_lists derives the lists of `changes`, the difference of two trees. Manifests that both
// sides name are not opened, nor pages that their manifests share; of others the pages are fetched
// from `source`. Errors: content_malformed, content_missing; those of opening pages and of the
// source.
Result<tree::ContentChange> content_lists(tree::Nodes& nodes,
                                          const std::vector<tree::Change>& changes,
                                          const ObjectPlace& place, ContentSource& source);

// manifests_named adds the manifests that a value's bytes name. Bytes that are not one CBOR item
// name none. Errors: content_malformed.
Result<> manifests_named(ByteView value, std::vector<ManifestTop>& out);

}  // namespace obhut::content
