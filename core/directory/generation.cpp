#include "core/directory/generation.h"

#include "core/base/verify.h"
#include "core/directory/state.h"

namespace obhut::directory {

namespace {

HolderId make_holder(HolderKind kind, ByteView id16) {
    HolderId id;
    id.bytes[0] = static_cast<std::uint8_t>(kind);
    std::copy(id16.begin(), id16.end(), id.bytes.begin() + 1);
    return id;
}

bool ascending(std::span<const HolderBox> boxes) {
    for (std::size_t i = 1; i < boxes.size(); ++i)
        if (!(boxes[i - 1].holder < boxes[i].holder)) return false;
    return true;
}

}  // namespace

HolderId holder(const UserId& user) { return make_holder(HolderKind::user, user.view()); }
HolderId holder(const DeviceId& device) { return make_holder(HolderKind::device, device.view()); }
HolderId holder(std::uint16_t bucket) {
    HolderId id = make_holder(HolderKind::bucket, {});
    id.bytes[15] = static_cast<std::uint8_t>(bucket >> 8);
    id.bytes[16] = static_cast<std::uint8_t>(bucket);
    return id;
}

Hash box_leaf(const HolderBox& box) {
    Bytes data = to_bytes(box.holder.view());
    append(data, box.box);
    return leaf_hash(data);
}

Hash boxes_root(std::span<const HolderBox> boxes) {
    CHECK(ascending(boxes));
    Frontier frontier;
    for (const HolderBox& box : boxes) frontier.append(box_leaf(box));
    return frontier.root();
}

Result<> check_boxes(std::span<const HolderBox> boxes, const Hash& root) {
    if (!ascending(boxes)) return fail(errors::box_not_listed);
    VERIFY("SR-01/boxes-are-the-signed-ones", boxes_root(boxes) == root, errors::box_not_listed);
    return {};
}

Result<> check_box(const HolderBox& box, std::uint64_t index, std::uint64_t count,
                   const Proof& proof, const Hash& root) {
    if (!verify_inclusion(box_leaf(box), index, count, proof, root))
        return fail(errors::box_not_listed);
    return {};
}

Bytes box_context(const PrincipalId& principal, std::uint32_t number, const HolderId& holder) {
    Bytes context = to_bytes(principal.view());
    append_be32(context, number);
    append(context, holder.view());
    return context;
}

std::vector<GroupMember> seats(const GroupRecord* group, std::vector<UserId> joining) {
    std::sort(joining.begin(), joining.end());
    std::vector<std::size_t> taken;
    if (group != nullptr)
        for (const BucketRecord& bucket : group->buckets) taken.push_back(bucket.members);
    std::vector<GroupMember> result;
    std::size_t bucket = 0;
    for (const UserId& user : joining) {
        while (bucket < taken.size() && taken[bucket] >= kBucketMembers) ++bucket;
        if (bucket == taken.size()) taken.push_back(0);
        ++taken[bucket];
        result.push_back({user, static_cast<std::uint16_t>(bucket)});
    }
    return result;
}

}  // namespace obhut::directory
