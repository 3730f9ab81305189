// Merging by key: the changes of one side are made again on the other side's tree.
//
// A change applies where the key still has the value it replaced. Where it has the new one already,
// nothing is to do. All else is a conflict, for the resolver: apps merge by id, over several keys
// (core knows nothing of files or events).
#pragma once

#include "core/tree/apply.h"

namespace obhut::tree {

// Conflict is one key that both sides changed, differently.
struct Conflict {
    const Change& change;              // what the one side did: before → after
    const std::optional<Value>& here;  // what the tree has, which is neither
};

// Resolver writes what shall be into `batch`: this key, others, or nothing, which leaves the tree's
// value. It is called in the order of the changes, before anything is written. Errors end the
// merge.
using Resolver = std::function<Result<>(const Conflict&, Batch& batch)>;

// refuse_conflicts is the resolver that answers merge_conflict.
Result<> refuse_conflicts(const Conflict& conflict, Batch& batch);

// replay makes `changes` (a journal's: key, old and new value) on `tree`. Needs no base tree.
// What the resolver writes counts after the changes themselves. Errors: as apply, and the
// resolver's.
Result<Applied> replay(const Tree& tree, const std::vector<Change>& changes,
                       const Resolver& resolver, Entropy& entropy, NodeSink& sink);

// merge makes on `ours` what leads from `base` to `theirs`. Cost: diff(base, theirs) and the
// changes.
Result<Applied> merge(const Tree& base, const Tree& ours, const Tree& theirs,
                      const Resolver& resolver, Entropy& entropy, NodeSink& sink);

}  // namespace obhut::tree
