#include "core/space/lists.h"

#include "core/base/verify.h"
#include "core/crypto/hash.h"

namespace obhut::space {
namespace {

ListDigest digest(const std::vector<ObjectId>& list) {
    Sha256 hash;
    for (const ObjectId& id : list) hash.update(id.view());
    return {list.size(), hash.finish()};
}

bool ascending(const std::vector<ObjectId>& list, bool may_repeat) {
    for (std::size_t i = 1; i < list.size(); ++i)
        if (may_repeat ? list[i - 1] > list[i] : list[i - 1] >= list[i]) return false;
    return true;
}

}  // namespace

void sort_lists(Lists& lists) {
    for (auto* list : {&lists.nodes_created, &lists.nodes_superseded, &lists.content_raised,
                       &lists.content_lowered})
        std::sort(list->begin(), list->end());
}

ListDigests digest_lists(const Lists& lists) {
    return {digest(lists.nodes_created), digest(lists.nodes_superseded),
            digest(lists.content_raised), digest(lists.content_lowered)};
}

Result<> check_lists(const Lists& lists, const ListDigests& digests) {
    const bool sorted =
        ascending(lists.nodes_created, false) && ascending(lists.nodes_superseded, false) &&
        ascending(lists.content_raised, true) && ascending(lists.content_lowered, true);
    VERIFY("SR-42/lists-sorted", sorted, errors::bad_lists);
    VERIFY("SR-42/lists-signed", digest_lists(lists) == digests, errors::bad_lists);
    return {};
}

}  // namespace obhut::space
