#include "core/tree/merge.h"

#include "core/tree/diff.h"

namespace obhut::tree {

Result<> refuse_conflicts(const Conflict&, Batch&) { return fail(errors::merge_conflict); }

Result<Applied> replay(const Tree& tree, const std::vector<Change>& changes,
                       const Resolver& resolver, Entropy& entropy, NodeSink& sink) {
    Batch batch;
    Batch resolved;
    std::vector<ByteView> keys;
    for (const Change& change : changes) keys.push_back(change.key);
    const auto values = TRY(tree.lookup_many(keys));
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const Change& change = changes[i];
        const std::optional<Value>& here = values[i];
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
