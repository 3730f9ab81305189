// Epoch keys and what is sealed under them (SR-11, SR-25, SR-41).
#include "core/space/epoch.h"

#include "tests/support/space_world.h"

namespace obhut::space::testing {

namespace {

// Two epochs: what clara gets of each, and her ring.
struct Epochs : Office {
    Epochs() {
        first = *chain.standing().roster;
        first_box = box_of(clara);
        second = *take_roster();
        second_box = box_of(clara);
        history = *material.history;
    }
    std::optional<RosterEntry> take_roster() {
        take(roster(anna, all()));
        return chain.standing().roster;
    }
    ProvenBox box_of(const UserId& user) {
        const std::vector<PrincipalId> wanted = {principal(user)};
        return prove_boxes(material, wanted).at(0);
    }
    const KemSecretKey& clara_key() { return directory.secret(first.members[index(clara)]); }
    std::size_t index(const UserId& user) const {
        for (std::size_t i = 0; i < first.members.size(); ++i)
            if (first.members[i].principal == principal(user)) return i;
        return 0;
    }
    SpacePlace place() const { return {org, chain.id()}; }

    RosterEntry first, second;
    ProvenBox first_box, second_box;
    Bytes history;
    EpochKeys ring;
};

bool same(const EpochKey& a, const EpochKey& b) { return equal(a.expose(), b.expose()); }

}  // namespace

TEST(epoch_opens_and_walks_back) {
    Epochs made;
    REQUIRE_OK(made.ring.accept(made.place(), made.first, made.first_box, made.clara_key(), nullptr,
                                nullptr));
    REQUIRE_OK(made.ring.accept(made.place(), made.second, made.second_box, made.clara_key(),
                                &made.history, &made.first));
    EXPECT_EQ(made.ring.newest(), 2U);
    EXPECT(same(*made.ring.find(2), *made.keys.find(2)));
    // Somebody who joins in epoch 2 gets epoch 1 from the history link.
    EpochKeys newcomer;
    EXPECT_ERROR(newcomer.walk_back(made.place(), made.second, made.history, made.first),
                 errors::no_epoch_key);
    REQUIRE_OK(newcomer.accept(made.place(), made.second, made.second_box, made.clara_key(),
                               nullptr, nullptr));
    REQUIRE_OK(newcomer.walk_back(made.place(), made.second, made.history, made.first));
    EXPECT(same(*newcomer.find(1), *made.keys.find(1)));
    newcomer.forget(1);
    EXPECT(newcomer.find(1) == nullptr);
}

TEST(sr25_a_box_with_another_key_is_noticed) {
    Epochs made;
    // The signer seals one key to anna and another to clara, both properly.
    const EpochKey other = EpochKey::generate(made.directory.entropy);
    Bytes context = to_bytes(made.chain.id().view());
    append_be64(context, 2);
    append(context, principal(made.clara).view());
    append_be32(context, 1);
    EpochMaterial material = made.material;
    for (EpochBox& box : material.boxes)
        if (box.principal == principal(made.clara))
            box.box = *seal_box(kem_public_key(made.clara_key()), labels::box_epoch_key, made.org,
                                context, other.expose(), made.directory.entropy);
    RosterEntry entry = made.second;
    entry.boxes = boxes_root(material.boxes);
    const std::vector<PrincipalId> wanted = {principal(made.clara)};
    const ProvenBox box = prove_boxes(material, wanted).at(0);
    EXPECT_ERROR(open_epoch(made.place(), entry, box, made.clara_key()), errors::wrong_epoch_key);
}

TEST(sr25_a_history_link_to_another_key_is_noticed) {
    Epochs made;
    std::vector<Member> members = made.second.members;
    const EpochKey other = EpochKey::generate(made.directory.entropy);
    SealedEpoch sealed =
        seal_epoch(made.place(), 2, members, &other, made.directory, made.directory.entropy);
    RosterEntry entry = made.second;
    entry.key_commitment = sealed.commitment;
    entry.boxes = boxes_root(sealed.material.boxes);
    entry.history = sha256(*sealed.material.history);
    const std::vector<PrincipalId> wanted = {principal(made.clara)};
    const ProvenBox box = prove_boxes(sealed.material, wanted).at(0);
    REQUIRE_OK(made.ring.accept(made.place(), made.first, made.first_box, made.clara_key(), nullptr,
                                nullptr));
    EXPECT_ERROR(made.ring.accept(made.place(), entry, box, made.clara_key(),
                                  &*sealed.material.history, &made.first),
                 errors::history_broken);
    // Nothing of it was taken: the key before is still there to skip with.
    EXPECT_EQ(made.ring.newest(), 1U);
    EXPECT_EQ(made.ring.size(), 1U);
}

TEST(sr41_garbage_instead_of_a_history_link) {
    Epochs made;
    REQUIRE_OK(made.ring.accept(made.place(), made.first, made.first_box, made.clara_key(), nullptr,
                                nullptr));
    RosterEntry entry = made.second;
    const Bytes garbage(kHistoryLinkBytes, 0x55);
    EXPECT_ERROR(made.ring.accept(made.place(), entry, made.second_box, made.clara_key(), &garbage,
                                  &made.first),
                 errors::history_broken);
    entry.history = sha256(garbage);
    EXPECT_ERROR(made.ring.accept(made.place(), entry, made.second_box, made.clara_key(), &garbage,
                                  &made.first),
                 errors::history_broken);
    EXPECT_ERROR(made.ring.accept(made.place(), entry, made.second_box, made.clara_key(), nullptr,
                                  &made.first),
                 errors::history_broken);
    EXPECT_EQ(made.ring.newest(), 1U);
}

TEST(sr11_boxes_of_another_epoch_space_or_member) {
    Epochs made;
    EXPECT_ERROR(open_epoch(made.place(), made.second, made.first_box, made.clara_key()),
                 errors::bad_box_proof);
    EXPECT(!open_epoch({made.org, SpaceId{}}, made.second, made.second_box, made.clara_key()));
    EXPECT(!open_epoch(made.place(), made.second, made.box_of(made.bernd), made.clara_key()));
    // Sealed for epoch 1, presented under a signed entry for epoch 2.
    EpochMaterial material = made.material;
    for (EpochBox& box : material.boxes)
        if (box.principal == principal(made.clara)) box = made.first_box.box;
    RosterEntry entry = made.second;
    entry.boxes = boxes_root(material.boxes);
    entry.key_commitment = made.first.key_commitment;
    const std::vector<PrincipalId> wanted = {principal(made.clara)};
    EXPECT_ERROR(
        open_epoch(made.place(), entry, prove_boxes(material, wanted).at(0), made.clara_key()),
        errors::box_tampered);
}

TEST(commit_opens_for_members_only) {
    Epochs made;
    const EpochKey& key = *made.keys.find(2);
    const Reference root{made.directory.entropy.id<ObjectId>(),
                         ObjectKey::generate(made.directory.entropy), 4096};
    Summary summary{made.directory.entropy.id<OperationId>(), to_bytes("put a file")};
    const auto sealed = seal_commit(made.place(), key, root, summary, made.directory.entropy);
    REQUIRE_OK(sealed);
    EXPECT_EQ(sealed->sealed_root.size(), kSealedRootBytes);
    EXPECT_EQ(sealed->sealed_summary.size(), kSummaryUnit + kObjectOverhead);
    Commit commit;
    commit.root = sealed->root;
    commit.salt = sealed->salt;
    commit.sealed_root = sealed->sealed_root;
    commit.sealed_summary = sealed->sealed_summary;
    const auto opened = open_commit(made.place(), key, commit);
    REQUIRE_OK(opened);
    EXPECT(opened->root.reference.id == root.id);
    EXPECT(equal(opened->root.reference.key.expose(), root.key.expose()));
    EXPECT_EQ(opened->root.reference.size, 4096U);
    EXPECT(opened->summary.operation == summary.operation);
    EXPECT(opened->summary.what == summary.what);

    EXPECT(!open_commit(made.place(), *made.keys.find(1), commit));
    EXPECT(!open_commit({made.org, SpaceId{}}, key, commit));
    Commit other = commit;
    other.salt.bytes[0] ^= 1;
    EXPECT(!open_root(made.place(), key, other));
    other = commit;
    other.sealed_root = commit.sealed_summary;
    EXPECT(!open_root(made.place(), key, other));
    other = commit;
    other.sealed_summary.back() ^= 1;
    EXPECT(!open_summary(made.place(), key, other));
    EXPECT_OK(open_root(made.place(), key, other));

    summary.what.assign(kMaxWhat + 1, 0);
    EXPECT_ERROR(seal_commit(made.place(), key, root, summary, made.directory.entropy),
                 errors::bad_summary);
    summary.what.resize(kMaxWhat);
    const auto large = seal_commit(made.place(), key, root, summary, made.directory.entropy);
    REQUIRE_OK(large);
    EXPECT(large->sealed_summary.size() <= kMaxSummaryBytes);
}

}  // namespace obhut::space::testing
