#include "core/space/material.h"

#include "core/base/verify.h"

namespace obhut::space {
namespace {

// Whether each boxed member has its box, in order, and nobody else.
bool boxes_fit(const RosterEntry& entry, std::span<const EpochBox> boxes) {
    std::size_t next = 0;
    for (const Member& member : entry.members) {
        if (!member.boxed) continue;
        if (next == boxes.size()) return false;
        const EpochBox& box = boxes[next++];
        if (box.principal != member.principal || box.generation != member.generation) return false;
        if (box.box.size() != kEpochBoxBytes) return false;
    }
    return next == boxes.size();
}

bool history_fits(const RosterEntry& entry, const std::optional<Bytes>& history) {
    if (entry.history.has_value() != history.has_value()) return false;
    return !history || (history->size() == kHistoryLinkBytes && sha256(*history) == *entry.history);
}

std::vector<Bytes> leaves_of(std::span<const EpochBox> boxes) {
    std::vector<Bytes> leaves;
    for (const EpochBox& box : boxes) leaves.push_back(encode(box));
    return leaves;
}

}  // namespace

Hash boxes_root(std::span<const EpochBox> boxes) { return merkle_tree(leaves_of(boxes)).root(); }

std::vector<ProvenBox> prove_boxes(const EpochMaterial& material,
                                   std::span<const PrincipalId> wanted) {
    directory::MemoryTree tree = merkle_tree(leaves_of(material.boxes));
    std::vector<ProvenBox> proven;
    for (std::size_t i = 0; i < material.boxes.size(); ++i)
        if (std::find(wanted.begin(), wanted.end(), material.boxes[i].principal) != wanted.end())
            proven.push_back({material.boxes[i], merkle_proof(tree, i)});
    return proven;
}

Result<> check_material(const RosterEntry& entry, const EpochMaterial& material) {
    VERIFY("SR-41/history-link-bound", history_fits(entry, material.history),
           errors::bad_epoch_material);
    VERIFY("SR-41/boxes-complete", boxes_fit(entry, material.boxes), errors::bad_epoch_material);
    VERIFY("SR-11/boxes-root", boxes_root(material.boxes) == entry.boxes,
           errors::bad_epoch_material);
    return {};
}

Result<> check_box(const RosterEntry& entry, const ProvenBox& box) {
    // The index is that among boxed members, so a proof of another member's box is none of this
    // one's.
    std::uint64_t boxed = 0;
    std::uint64_t index = 0;
    const Member* member = nullptr;
    for (const Member& candidate : entry.members) {
        if (!candidate.boxed) continue;
        if (candidate.principal == box.box.principal) {
            member = &candidate;
            index = boxed;
        }
        ++boxed;
    }
    if (member == nullptr) return fail(errors::bad_box_proof);
    const bool placed = box.box.generation == member->generation && box.proof.index == index &&
                        box.proof.count == boxed;
    VERIFY("SR-11/box-place", placed, errors::bad_box_proof);
    VERIFY("SR-11/box-proof", merkle_holds(entry.boxes, encode(box.box), box.proof),
           errors::bad_box_proof);
    return {};
}

}  // namespace obhut::space
