// What travels beside links: lists, epoch material, heads (SR-11, SR-33, SR-41, SR-42).
#include "core/space/material.h"

#include "tests/support/space_world.h"

namespace obhut::space::testing {

namespace {

std::vector<ObjectId> some_ids(std::size_t count, std::uint64_t seed) {
    test::TestEntropy entropy(seed);
    std::vector<ObjectId> ids;
    for (std::size_t i = 0; i < count; ++i) ids.push_back(entropy.id<ObjectId>());
    return ids;
}

struct Material : Office {
    Material() {
        link = roster(anna, all());
        entry = *parse_link(link)->roster();
    }
    Bytes link;
    RosterEntry entry;
};

}  // namespace

TEST(sr42_lists_are_those_that_were_signed) {
    Lists lists{some_ids(3, 1), some_ids(2, 2), some_ids(4, 3), {}};
    lists.content_raised.push_back(lists.content_raised[0]);
    EXPECT_ERROR(check_lists(lists, digest_lists(lists)), errors::bad_lists);  // not sorted
    sort_lists(lists);
    const ListDigests digests = digest_lists(lists);
    EXPECT_OK(check_lists(lists, digests));
    EXPECT_EQ(digests.content_raised.count, 5U);
    Lists twice = lists;
    twice.nodes_created.push_back(twice.nodes_created.back());
    EXPECT_ERROR(check_lists(twice, digest_lists(twice)), errors::bad_lists);
    Lists less = lists;
    less.nodes_superseded.pop_back();
    EXPECT_ERROR(check_lists(less, digests), errors::bad_lists);
    Lists swapped = lists;
    std::swap(swapped.nodes_created, swapped.nodes_superseded);
    EXPECT_ERROR(check_lists(swapped, digests), errors::bad_lists);
    const auto back = decode<Lists>(encode(lists));
    REQUIRE_OK(back);
    EXPECT_OK(check_lists(*back, digests));
}

TEST(sr11_material_is_what_the_entry_binds) {
    Material made;
    EXPECT_OK(check_material(made.entry, made.material));
    EpochMaterial other = made.material;
    other.boxes[1].box[7] ^= 1;
    EXPECT_ERROR(check_material(made.entry, other), errors::bad_epoch_material);
    other = made.material;
    (*other.history)[3] ^= 1;
    EXPECT_ERROR(check_material(made.entry, other), errors::bad_epoch_material);
    other.history.reset();
    EXPECT_ERROR(check_material(made.entry, other), errors::bad_epoch_material);
}

TEST(sr41_boxes_are_complete_and_in_order) {
    Material made;
    EpochMaterial other = made.material;
    RosterEntry entry = made.entry;
    std::swap(other.boxes[0], other.boxes[1]);
    entry.boxes = boxes_root(other.boxes);
    EXPECT_ERROR(check_material(entry, other), errors::bad_epoch_material);
    other = made.material;
    other.boxes.pop_back();
    entry.boxes = boxes_root(other.boxes);
    EXPECT_ERROR(check_material(entry, other), errors::bad_epoch_material);
    other = made.material;
    other.boxes.push_back(other.boxes.back());
    entry.boxes = boxes_root(other.boxes);
    EXPECT_ERROR(check_material(entry, other), errors::bad_epoch_material);
    other = made.material;
    other.boxes[2].box.pop_back();
    entry.boxes = boxes_root(other.boxes);
    EXPECT_ERROR(check_material(entry, other), errors::bad_epoch_material);
    other = made.material;
    other.boxes[2].generation += 1;
    entry.boxes = boxes_root(other.boxes);
    EXPECT_ERROR(check_material(entry, other), errors::bad_epoch_material);
}

TEST(sr11_a_box_comes_with_its_proof) {
    Material made;
    const std::vector<PrincipalId> wanted = {principal(made.clara), principal(made.bernd)};
    const auto proven = prove_boxes(made.material, wanted);
    REQUIRE(proven.size() == 2);
    for (const ProvenBox& box : proven) {
        EXPECT_OK(check_box(made.entry, box));
        ProvenBox other = box;
        other.box.box[9] ^= 1;
        EXPECT_ERROR(check_box(made.entry, other), errors::bad_box_proof);
        other = box;
        other.proof.path[0].bytes[0] ^= 1;
        EXPECT_ERROR(check_box(made.entry, other), errors::bad_box_proof);
        other = box;
        other.box.principal = principal(UserId{});
        EXPECT_ERROR(check_box(made.entry, other), errors::bad_box_proof);
    }
}

TEST(sr11_a_box_stands_in_its_members_place) {
    Material made;
    // A signer who lays the boxes in another order: each has a proof, none is in its place.
    std::swap(made.material.boxes[0], made.material.boxes[2]);
    made.entry.boxes = boxes_root(made.material.boxes);
    const std::vector<PrincipalId> wanted = {made.material.boxes[0].principal};
    const auto proven = prove_boxes(made.material, wanted);
    REQUIRE(proven.size() == 1);
    EXPECT_ERROR(check_box(made.entry, proven[0]), errors::bad_box_proof);
}

TEST(heads_have_proofs) {
    test::TestEntropy entropy(5);
    for (const std::size_t count : {1U, 2U, 3U, 8U, 13U}) {
        std::vector<SpaceHead> heads;
        for (std::size_t i = 0; i < count; ++i)
            heads.push_back({entropy.id<SpaceId>(), {entropy.next() % 100, entropy.id<Hash>()}});
        std::sort(heads.begin(), heads.end(),
                  [](const SpaceHead& a, const SpaceHead& b) { return a.space < b.space; });
        const auto root = heads_root(heads);
        REQUIRE_OK(root);
        for (std::size_t i = 0; i < count; ++i) {
            const MerkleProof proof = prove_head(heads, i);
            EXPECT(head_holds(*root, heads[i], proof));
            EXPECT(!head_holds(*root, heads[(i + 1) % count], proof) || count == 1);
            SpaceHead other = heads[i];
            other.head.sequence += 1;
            EXPECT(!head_holds(*root, other, proof));
        }
        if (count > 1) {
            std::swap(heads[0], heads[1]);
            EXPECT_ERROR(heads_root(heads), errors::bad_head_proof);
        }
    }
}

}  // namespace obhut::space::testing
