// Boxes of a generation: the secret of a user's or group's key sealed to each of its holders.
//
// The entry that starts the generation names one hash for all of them: the Merkle root over leaves
//
//     recipient kind(1) ‖ recipient id(16) ‖ box                 in ascending order of the
//     recipient
//
// so that a device which gets its box with a proof, or the server which gets them all, can check
// them. Boxes themselves are made and opened in core/crypto/box.h. Format: directory.md §5.
#pragma once

#include "core/directory/entries.h"
#include "core/directory/merkle.h"

namespace obhut::directory {

// Numbers of users and groups are those of PrincipalKind.
enum class HolderKind : std::uint8_t { user = 1, group = 2, device = 3, bucket = 4 };
constexpr bool is_known(HolderKind kind) {
    return kind >= HolderKind::user && kind <= HolderKind::bucket;
}

// HolderId is kind(1) ‖ id(16).
using HolderId = FixedBytes<struct HolderTag, 17>;
HolderId holder(const UserId& user);
HolderId holder(const DeviceId& device);
HolderId holder(std::uint16_t bucket);  // id = 14 zero bytes ‖ index(2)

struct HolderBox {
    HolderId holder;
    Bytes box;
};

Hash box_leaf(const HolderBox& box);

// boxes_root is what entries name. The boxes stand in ascending order, none twice.
Hash boxes_root(std::span<const HolderBox> boxes);

// check_boxes tells whether these are all the boxes under `root`, in order. Errors: box_not_listed.
Result<> check_boxes(std::span<const HolderBox> boxes, const Hash& root);

// check_box tells whether one box stands at `index` of `count` under `root`. Errors:
// box_not_listed.
Result<> check_box(const HolderBox& box, std::uint64_t index, std::uint64_t count,
                   const Proof& proof, const Hash& root);

// box_context is the context a box of a generation is sealed in: principal(17) ‖ number(4) ‖
// holder(17). It opens nowhere else.
Bytes box_context(const PrincipalId& principal, std::uint32_t number, const HolderId& holder);

// seats gives those who join a group (nobody twice, none a member) the first free places, as many
// to a bucket as fit. `group` is null for a new one. O(members).
std::vector<GroupMember> seats(const struct GroupRecord* group, std::vector<UserId> joining);

}  // namespace obhut::directory
