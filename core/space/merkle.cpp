#include "core/space/merkle.h"

#include "core/base/check.h"

namespace obhut::space {

directory::MemoryTree merkle_tree(std::span<const Bytes> leaves) {
    directory::MemoryTree tree;
    for (const Bytes& leaf : leaves) tree.append(directory::leaf_hash(leaf));
    return tree;
}

MerkleProof merkle_proof(directory::MemoryTree& tree, std::size_t index) {
    CHECK(index < tree.size());
    auto path = directory::inclusion_proof(tree, index, tree.size());
    CHECK(path);  // a tree in memory has all it needs
    return {index, tree.size(), std::move(*path)};
}

bool merkle_holds(const Hash& root, ByteView leaf, const MerkleProof& proof) {
    return directory::verify_inclusion(directory::leaf_hash(leaf), proof.index, proof.count,
                                       proof.path, root)
        .has_value();
}

}  // namespace obhut::space
