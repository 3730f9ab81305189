#include "core/space/heads.h"

#include "core/space/errors.h"

namespace obhut::space {
namespace {

std::vector<Hash> leaves_of(std::span<const SpaceHead> heads) {
    std::vector<Hash> leaves;
    for (const SpaceHead& head : heads) leaves.push_back(leaf_hash(encode(head)));
    return leaves;
}

}  // namespace

Result<Hash> heads_root(std::span<const SpaceHead> heads) {
    for (std::size_t i = 1; i < heads.size(); ++i)
        if (heads[i - 1].space >= heads[i].space) return fail(errors::bad_head_proof);
    return merkle_root(leaves_of(heads));
}

MerkleProof prove_head(std::span<const SpaceHead> heads, std::size_t index) {
    return merkle_proof(leaves_of(heads), index);
}

bool head_holds(const Hash& root, const SpaceHead& head, const MerkleProof& proof) {
    return merkle_holds(root, leaf_hash(encode(head)), proof);
}

}  // namespace obhut::space
