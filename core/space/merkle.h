// Proofs for one leaf of a short list (boxes of an epoch, heads of spaces), over the trees of
// core/directory/merkle.h.
#pragma once

#include "core/base/record.h"
#include "core/directory/merkle.h"

namespace obhut::space {

// MerkleProof places one leaf in a tree of `count` leaves.
struct MerkleProof {
    std::uint64_t index = 0;
    std::uint64_t count = 0;
    std::vector<Hash> path;  // siblings, from the leaf up

    static void fields(auto& self, auto& field) {
        field(1, self.index);
        field(2, self.count);
        field(3, self.path, directory::kMaxProof);
    }
};

// merkle_tree is the tree over encoded leaves, in order. O(leaves).
directory::MemoryTree merkle_tree(std::span<const Bytes> leaves);
// merkle_proof of the leaf at `index` < tree.size().
MerkleProof merkle_proof(directory::MemoryTree& tree, std::size_t index);
// merkle_holds tells whether the proof leads from the leaf to the root.
bool merkle_holds(const Hash& root, ByteView leaf, const MerkleProof& proof);

}  // namespace obhut::space
