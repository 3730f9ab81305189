#include "core/space/merkle.h"

#include <bit>

namespace obhut::space {
namespace {

Hash node_hash(const Hash& left, const Hash& right) {
    Sha256 hash;
    const std::uint8_t prefix = 1;
    hash.update({&prefix, 1});
    hash.update(left.view());
    hash.update(right.view());
    return hash.finish();
}

// The left subtree of n > 1 leaves is the largest power of two below n.
std::uint64_t left_size(std::uint64_t count) { return std::bit_floor(count - 1); }

}  // namespace

Hash leaf_hash(ByteView leaf) {
    Sha256 hash;
    const std::uint8_t prefix = 0;
    hash.update({&prefix, 1});
    hash.update(leaf);
    return hash.finish();
}

Hash merkle_root(std::span<const Hash> leaves) {
    if (leaves.empty()) return sha256({});
    if (leaves.size() == 1) return leaves[0];
    const std::size_t split = left_size(leaves.size());
    return node_hash(merkle_root(leaves.first(split)), merkle_root(leaves.subspan(split)));
}

MerkleProof merkle_proof(std::span<const Hash> leaves, std::size_t index) {
    CHECK(index < leaves.size());
    MerkleProof proof{index, leaves.size(), {}};
    while (leaves.size() > 1) {
        const std::size_t split = left_size(leaves.size());
        const bool left = index < split;
        proof.path.push_back(merkle_root(left ? leaves.subspan(split) : leaves.first(split)));
        leaves = left ? leaves.first(split) : leaves.subspan(split);
        if (!left) index -= split;
    }
    std::reverse(proof.path.begin(), proof.path.end());
    return proof;
}

bool merkle_holds(const Hash& root, const Hash& leaf, const MerkleProof& proof) {
    if (proof.index >= proof.count) return false;
    // Which side the sibling is on, from the root down; then hashed from the leaf up.
    std::vector<bool> is_left;
    std::uint64_t index = proof.index;
    for (std::uint64_t count = proof.count; count > 1;) {
        const std::uint64_t split = left_size(count);
        is_left.push_back(index < split);
        count = index < split ? split : count - split;
        if (!is_left.back()) index -= split;
    }
    if (is_left.size() != proof.path.size()) return false;
    Hash hash = leaf;
    for (std::size_t i = 0; i < proof.path.size(); ++i) {
        const Hash& sibling = proof.path[i];
        hash =
            is_left[is_left.size() - 1 - i] ? node_hash(hash, sibling) : node_hash(sibling, hash);
    }
    return hash == root;
}

}  // namespace obhut::space
