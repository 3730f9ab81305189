// Merkle trees over short lists (RFC 6962 §2.1 hashing): the boxes of an epoch, the heads of
// spaces.
#pragma once

#include "core/base/record.h"
#include "core/crypto/hash.h"

namespace obhut::space {

inline constexpr std::size_t kMaxPath = 32;

// MerkleProof places one leaf in a tree of `count` leaves.
struct MerkleProof {
    std::uint64_t index = 0;
    std::uint64_t count = 0;
    std::vector<Hash> path;  // siblings, from the leaf up

    static void fields(auto& self, auto& field) {
        field(1, self.index);
        field(2, self.count);
        field(3, self.path, kMaxPath);
    }
};

// leaf_hash is SHA-256(0x00 ‖ bytes).
Hash leaf_hash(ByteView leaf);
// merkle_root of leaf hashes; SHA-256 of nothing for no leaves.
Hash merkle_root(std::span<const Hash> leaves);
// merkle_proof of the leaf at `index` < leaves.size(). O(leaves).
MerkleProof merkle_proof(std::span<const Hash> leaves, std::size_t index);
// merkle_holds tells whether the proof leads from the leaf to the root, with a path of exactly the
// right length.
bool merkle_holds(const Hash& root, const Hash& leaf, const MerkleProof& proof);

}  // namespace obhut::space
