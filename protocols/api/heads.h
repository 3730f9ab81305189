// Heads of spaces as the server has them: what a revoking entry of the directory carries the Merkle
// root of, and the proof for one of them later. docs/protocol/http.md, space.md §6.
#pragma once

#include "core/space/heads.h"
#include "protocols/api/limits.h"

namespace obhut::api {

inline constexpr std::size_t kMaxPrincipalsWanted = 4096;

// Body of POST /heads: the heads of all spaces that list one of these.
struct HeadsWanted {
    std::vector<PrincipalId> principals;
    static void fields(auto& self, auto& field) { field(1, self.principals, kMaxPrincipalsWanted); }
};

// Its answer, ascending by space. The server keeps it, to prove single heads of it later.
struct Heads {
    std::vector<space::SpaceHead> heads;
    static void fields(auto& self, auto& field) { field(1, self.heads, space::kMaxHeads); }
};

// Body of POST /heads/proof: one space's head under a root that an entry carries.
struct HeadWanted {
    Hash root;
    SpaceId space;
    static void fields(auto& self, auto& field) {
        field(1, self.root);
        field(2, self.space);
    }
};

struct ProvenHead {
    space::SpaceHead head;
    space::MerkleProof proof;
    static void fields(auto& self, auto& field) {
        field(1, self.head);
        field(2, self.proof);
    }
};

}  // namespace obhut::api
