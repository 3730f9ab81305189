// Epoch material: the history link and the boxes that travel beside a roster entry and that its
// signature binds. The server checks and keeps them, and gives a member its own box with a proof.
// docs/protocol/space.md §4.
#pragma once

#include "core/space/errors.h"
#include "core/space/merkle.h"
#include "core/space/records.h"

namespace obhut::space {

inline constexpr std::size_t kEpochBoxBytes = 2 + kKemCiphertextSize + 32 + 32 + 16;
inline constexpr std::size_t kHistoryLinkBytes = 32 + kObjectOverhead;

// EpochBox is K_n sealed to one principal.
struct EpochBox {
    PrincipalId principal;
    std::uint32_t generation = 0;
    Bytes box;

    static void fields(auto& self, auto& field) {
        field(1, self.principal);
        field(2, self.generation);
        field(3, self.box, kEpochBoxBytes);
    }
};

// EpochMaterial is the whole of it, as a signer sends it: a box for each boxed member, in the order
// of members.
struct EpochMaterial {
    std::optional<Bytes> history;
    std::vector<EpochBox> boxes;

    static void fields(auto& self, auto& field) {
        field(1, self.history, kHistoryLinkBytes);
        field(2, self.boxes, kMaxMembers);
    }
};

// ProvenBox is one box with its place under RosterEntry::boxes.
struct ProvenBox {
    EpochBox box;
    MerkleProof proof;

    static void fields(auto& self, auto& field) {
        field(1, self.box);
        field(2, self.proof);
    }
};

// boxes_root is RosterEntry::boxes.
Hash boxes_root(std::span<const EpochBox> boxes);
// prove_boxes gives the boxes of some principals with their proofs.
std::vector<ProvenBox> prove_boxes(const EpochMaterial& material,
                                   std::span<const PrincipalId> wanted);

// check_material demands that material is what the roster entry binds: the history link by its
// hash, one box for each boxed member with its generation and size, in order, under the root.
// Errors: bad_epoch_material.
Result<> check_material(const RosterEntry& entry, const EpochMaterial& material);
// check_box demands that a single box is under the entry's root and for that member. Errors:
// bad_box_proof.
Result<> check_box(const RosterEntry& entry, const ProvenBox& box);

}  // namespace obhut::space
