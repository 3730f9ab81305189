#include "core/space/heads.h"

#include "core/space/errors.h"

namespace obhut::space {
namespace {

std::vector<Bytes> leaves_of(std::span<const SpaceHead> heads) {
    std::vector<Bytes> leaves;
    for (const SpaceHead& head : heads) leaves.push_back(encode(head));
    return leaves;
}

}  // namespace

Result<Hash> heads_root(std::span<const SpaceHead> heads) {
    for (std::size_t i = 1; i < heads.size(); ++i)
        if (heads[i - 1].space >= heads[i].space) return fail(errors::bad_head_proof);
    return merkle_tree(leaves_of(heads)).root();
}

MerkleProof prove_head(std::span<const SpaceHead> heads, std::size_t index) {
    directory::MemoryTree tree = merkle_tree(leaves_of(heads));
    return merkle_proof(tree, index);
}

bool head_holds(const Hash& root, const SpaceHead& head, const MerkleProof& proof) {
    return merkle_holds(root, encode(head), proof);
}

}  // namespace obhut::space
