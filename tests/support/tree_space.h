// What the tree's tests share: a store in memory that counts, a space, and a model to compare with.
#pragma once

#include <map>
#include <set>

#include "core/tree/builder.h"
#include "core/tree/diff.h"
#include "core/tree/merge.h"
#include "tests/support/entropy.h"
#include "tests/support/test.h"

namespace obhut::tree::testing {

inline const OrgId kOrg = OrgId::truncated(Bytes(16, 1));
inline const SpaceId kSpace = SpaceId::truncated(Bytes(16, 2));

// MemoryStore keeps objects; tests reach into them.
class MemoryStore final : public NodeStore {
public:
    Result<Bytes> load(const ObjectId& id) override {
        ++loads;
        const auto found = objects.find(id);
        if (found == objects.end()) return fail(errors::node_missing);
        return found->second;
    }
    void prefetch(std::span<const ObjectId> ids) override {
        prefetched.insert(ids.begin(), ids.end());
    }

    std::map<ObjectId, Bytes> objects;
    std::set<ObjectId> prefetched;
    std::size_t loads = 0;
};

// Space is a store with everything around it.
struct Space {
    explicit Space(std::uint64_t seed = 1, std::size_t cache = Nodes::kDefaultCache)
        : entropy(seed), nodes(kOrg, kSpace, batch, cache) {}

    // commit uploads what the batch holds and gives what it listed.
    WriteBatch::Objects commit() {
        WriteBatch::Objects objects = batch.take();
        for (auto& [id, bytes] : objects.nodes) store.objects[id] = bytes;
        for (auto& [id, bytes] : objects.values) store.objects[id] = bytes;
        return objects;
    }
    Tree tree(const Root& root) { return {nodes, root.clone()}; }

    test::TestEntropy entropy;
    MemoryStore store;
    WriteBatch batch{store};
    Nodes nodes;
};

using Model = std::map<Bytes, Bytes>;

inline Bytes key(std::uint64_t number) {
    Bytes bytes = to_bytes("key/");
    append_be64(bytes, number);
    return bytes;
}

inline Bytes value(std::uint64_t number, std::size_t size = 200) {
    Bytes bytes(size, static_cast<std::uint8_t>(number));
    for (std::size_t i = 0; i < std::min<std::size_t>(size, 8); ++i)
        bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
    return bytes;
}

// build makes a tree of a model.
inline Result<Root> build(Space& space, const Model& model) {
    Builder builder(space.nodes, space.entropy, space.batch);
    for (const auto& [k, v] : model) TRY(builder.add(k, v));
    return builder.finish();
}

// contents reads a whole tree.
inline Result<Model> contents(const Tree& tree) {
    Model model;
    const std::vector<Entry> entries = TRY(tree.range(KeyRange::all(), SIZE_MAX));
    for (const Entry& entry : entries) model[entry.key] = TRY(tree.read_value(entry.value));
    return model;
}

// node_ids opens and checks every node.
inline Result<std::set<ObjectId>> node_ids(const Tree& tree) {
    std::set<ObjectId> ids;
    TRY(tree.each_node([&](const ObjectId& id, unsigned) -> Result<> {
        ids.insert(id);
        return {};
    }));
    return ids;
}

}  // namespace obhut::tree::testing
