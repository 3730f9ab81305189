// Parting: where the chain that this device holds and the one that a restored server shows went
// apart, over however many restores (docs/protocol/space.md §3).
//
//     ours     1 2 3 4 5 ─ 6 7 8                        ─ links, │ begins an incarnation
//     theirs           └ │ 6'7'8' │ 9'10'               common: 5, theirs: 6'
//
// Within an incarnation the server has one history. So right behind the last link that both have
// one of them begins an incarnation that the other does not know.
#pragma once

#include "client/spaces/chain_file.h"

namespace obhut::client {

struct Parting {
    space::Head common;
    // Where theirs begins an incarnation that ours does not have; absent: nobody has yet.
    std::optional<space::Sequence> theirs;
};

// find_parting compares ours, up to `head`, with the links of theirs, which have all roster entries
// and marks. Errors: restored_apart (what both have is not known, or they went apart within an
// incarnation). O(links of ours).
Result<Parting> find_parting(ChainFile& ours, const space::Head& head,
                             std::span<const NewLink> theirs);

// nothing_but tells whether what ours has behind `common` is these commits, and marks that let the
// chain go on.
Result<bool> nothing_but(ChainFile& ours, const space::Head& head, const space::Head& common,
                         std::span<const space::Sequence> commits);

}  // namespace obhut::client
