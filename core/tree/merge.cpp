#include "core/tree/merge.h"

#include "core/tree/diff.h"

namespace obhut::tree {

Result<> refuse_conflicts(const Conflict&, Batch&) { return fail(errors::merge_conflict); }

Result<Applied> replay(const Tree& tree, const std::vector<Change>& changes,
                       const Resolver& resolver, Entropy& entropy, NodeSink& sink) {
    Batch batch;
    Batch resolved;
    for (const Change& change : changes) {
        const std::optional<Value> here = TRY(tree.lookup(change.key));
        if (here == change.after) continue;
        if (here != change.before) {
            TRY(resolver({change, here}, resolved));
        } else if (change.after) {
            batch.put(change.key, change.after->clone());
        } else {
            batch.erase(change.key);
        }
    }
    batch.add(std::move(resolved));
    return apply(tree, std::move(batch), entropy, sink);
}

Result<Applied> merge(const Tree& base, const Tree& ours, const Tree& theirs,
                      const Resolver& resolver, Entropy& entropy, NodeSink& sink) {
    const Difference difference = TRY(changes_between(base, theirs));
    return replay(ours, difference.changes, resolver, entropy, sink);
}

}  // namespace obhut::tree
