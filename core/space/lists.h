// The four lists beside a commit: what the change does to objects, for those who cannot read it
// (deletion, presence). docs/protocol/space.md §5. They are facts of diff(parent, this); following
// devices check that, the server cannot.
#pragma once

#include "core/space/errors.h"
#include "core/space/records.h"

namespace obhut::space {

inline constexpr std::size_t kMaxListed = 1U << 20;  // ids in one list

// Lists: each ascending by id. An id may repeat in the content lists: once for each reference.
struct Lists {
    std::vector<ObjectId> nodes_created;
    std::vector<ObjectId> nodes_superseded;
    std::vector<ObjectId> content_raised;
    std::vector<ObjectId> content_lowered;

    static void fields(auto& self, auto& field) {
        field(1, self.nodes_created, kMaxListed);
        field(2, self.nodes_superseded, kMaxListed);
        field(3, self.content_raised, kMaxListed);
        field(4, self.content_lowered, kMaxListed);
    }
};

// sort_lists brings lists into the one order.
void sort_lists(Lists& lists);
// digest_lists is what the commit carries; lists must be sorted. O(n).
ListDigests digest_lists(const Lists& lists);
// check_lists demands order and the digests of a commit. Errors: bad_lists.
Result<> check_lists(const Lists& lists, const ListDigests& digests);

}  // namespace obhut::space
