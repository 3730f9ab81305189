// Heads of spaces under one Merkle root: what a revoking entry of the directory carries, so that
// links which existed before it can be told from those signed with the past. docs/protocol/space.md
// §6.
#pragma once

#include "core/space/merkle.h"
#include "core/space/records.h"

namespace obhut::space {

inline constexpr std::size_t kMaxHeads = 1U << 16;

struct SpaceHead {
    SpaceId space;
    Head head;

    static void fields(auto& self, auto& field) {
        field(1, self.space);
        field(2, self.head);
    }
};

// heads_root of heads sorted ascending by space, none twice. Errors: bad_head_proof if they are
// not.
Result<Hash> heads_root(std::span<const SpaceHead> heads);
// prove_head places the head at `index` under heads_root.
MerkleProof prove_head(std::span<const SpaceHead> heads, std::size_t index);
// head_holds tells whether `head` stands under `root`.
bool head_holds(const Hash& root, const SpaceHead& head, const MerkleProof& proof);

}  // namespace obhut::space
