#include "core/space/renewal.h"

#include <algorithm>

namespace obhut::space {
namespace {

// Somebody who may write and has a box. A list of those who count has no others.
bool some_writer_has_box(const std::vector<Member>& members) {
    return std::any_of(members.begin(), members.end(), [](const Member& member) {
        return member.role >= Role::editor && member.boxed;
    });
}

}  // namespace

bool readers_renew(const DirectoryView& view, const Membership& membership, Position size) {
    std::vector<Member> counting = recomputed_members(view, membership, size);
    for (Member& member : counting) {
        const auto before = std::find_if(
            membership.members.begin(), membership.members.end(),
            [&](const Member& listed) { return listed.principal == member.principal; });
        member.boxed = before->boxed;
    }
    return !some_writer_has_box(counting);
}

bool renewal_helps(const DirectoryView& view, const Membership& membership, Position size) {
    return readers_renew(view, membership, size) &&
           some_writer_has_box(recomputed_members(view, membership, size));
}

}  // namespace obhut::space
