// Links inside a commit: their trees, entries and records.
//
//     LinkEdit ─┬─ tree::apply ─▶ nodes, with those of the commit
//               ├─ entry        ─▶ `l/…` of the space's tree
//               └─ record       ─▶ api::LinkChange, in the same request
#pragma once

#include "client/spaces/space_parts.h"

namespace obhut::client {

// seal_links carries out edits: what they change in the space's tree goes to `batch`, new nodes to
// the space's batch. Gives what the server is told. Errors: those of tree::apply.
Result<std::vector<api::LinkChange>> seal_links(Space::Parts& space, const tree::Tree& base,
                                                std::vector<LinkEdit>& edits, tree::Batch& batch);

}  // namespace obhut::client
