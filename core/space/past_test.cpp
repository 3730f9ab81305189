// Signing with the past (SR-33): links made under a checkpoint before their signer's end.
#include "core/space/errors.h"
#include "tests/support/space_world.h"

namespace obhut::space::testing {

namespace {

// A thief has bernd's device, which is revoked; everything is signed as if before.
struct Theft : Office {
    Theft() {
        stolen = directory.add_device(bernd);
        directory.wait(kMinute);
    }
    Hash heads(const Head& head) const {
        const SpaceHead entry{chain.id(), head};
        return *heads_root(std::span(&entry, 1));
    }
    void revoke(const Head& head) {
        directory.revoke(stolen, heads(head));
        event = directory.size() - 1;
        directory.rotate(principal(bernd));
    }
    Result<> release(const Head& head) {
        const SpaceHead entry{chain.id(), head};
        return chain.release(directory, event, entry, prove_head(std::span(&entry, 1), 0));
    }
    Result<Appended> show(ByteView link) { return chain.append(link, judging()); }

    DeviceId stolen;
    Position event = 0;
};

}  // namespace

TEST(sr33_confirmed_is_nothing_new_to_who_saw_it_before) {
    Theft theft;
    const Chain before = theft.chain;
    const Bytes honest = theft.commit(theft.author(theft.stolen));
    REQUIRE(theft.take(honest));
    Chain seen = theft.chain;  // a server, say, or whoever was online
    theft.revoke(before.head());
    theft.chain = before;
    REQUIRE_OK(theft.show(honest));
    REQUIRE(theft.chain.held().has_value());
    const Bytes confirmed =
        build_settled(theft.chain, theft.author(theft.directory.device_of(theft.anna)), true);
    const Bytes reverted =
        build_settled(theft.chain, theft.author(theft.directory.device_of(theft.anna)), false);
    const Bytes by_reader =
        build_settled(theft.chain, theft.author(theft.directory.device_of(theft.clara)), true);
    EXPECT_ERROR(seen.append(reverted, theft.judging()), errors::bad_mark);
    EXPECT_ERROR(seen.append(by_reader, theft.judging()), errors::role_too_low);
    const Standing standing = seen.standing();
    REQUIRE_OK(seen.append(confirmed, theft.server()));
    EXPECT(seen.standing().commit()->hash == standing.commit()->hash);
    REQUIRE_OK(theft.show(confirmed));
    EXPECT(!theft.chain.held().has_value());
    EXPECT(theft.chain.head() == seen.head());
}

TEST(sr33_a_stolen_device_signs_on_an_old_checkpoint) {
    Theft theft;
    const Bytes late = theft.commit(theft.author(theft.stolen));
    const Standing before = theft.chain.standing();
    theft.revoke(theft.chain.head());
    theft.refused(late, errors::past_signature, theft.server());
    const auto shown = theft.show(late);
    REQUIRE_OK(shown);
    EXPECT(shown->held);
    EXPECT(theft.chain.held().has_value());
    EXPECT(theft.chain.held()->device == theft.stolen);
    EXPECT(theft.chain.trusted().commit()->hash == before.commit()->hash);
    EXPECT(theft.chain.standing().commit()->hash != before.commit()->hash);
    // The head under the entry's root is older than it: no proof frees it.
    EXPECT_ERROR(
        theft.release(before.commit() ? Head{before.commit()->sequence, before.commit()->hash}
                                      : Head{}),
        errors::bad_head_proof);
    EXPECT_ERROR(theft.release(theft.chain.head()), errors::bad_head_proof);
    EXPECT(theft.chain.held().has_value());
    // Nobody builds on it without settling.
    const Author anna = theft.author(theft.directory.device_of(theft.anna));
    EXPECT_ERROR(build_commit(theft.chain, anna, theft.keys, {}, {}, {}, theft.directory.entropy),
                 errors::chain_held);
    const Chain loaded = *Chain::load(theft.chain.store());
    EXPECT(loaded.trusted().commit()->hash == before.commit()->hash);
}

TEST(sr33_what_is_held_may_be_reverted) {
    Theft theft;
    const Bytes late = theft.commit(theft.author(theft.stolen));
    const CommitInfo before = *theft.chain.standing().commit();
    theft.revoke(theft.chain.head());
    REQUIRE_OK(theft.show(late));
    const auto settle = [&](const DeviceId& by, bool confirm) {
        return build_settled(theft.chain, theft.author(by), confirm);
    };
    theft.refused(settle(theft.directory.device_of(theft.clara), false), errors::chain_held);
    const Bytes revert = settle(theft.directory.device_of(theft.anna), false);
    theft.refused(theft.altered<Mark>(revert, [](Mark& mark) { mark.settles->sequence -= 1; }),
                  errors::bad_mark);
    theft.refused(
        theft.altered_header(
            revert, [&](LinkHeader& header) { header.note = FakeDirectory::note_of(theft.event); }),
        errors::chain_held);
    REQUIRE(theft.take(revert));
    EXPECT(!theft.chain.held());
    EXPECT(theft.chain.standing().commit()->hash == before.hash);
    // The epoch was sealed to the stolen device's user: a fresh one first.
    EXPECT(theft.take(theft.roster(theft.anna, theft.all())));
    EXPECT(theft.take(theft.commit(theft.anna)));
}

TEST(sr33_what_is_held_may_be_confirmed) {
    Theft theft;
    const Bytes late = theft.commit(theft.author(theft.stolen));
    theft.revoke(theft.chain.head());
    REQUIRE_OK(theft.show(late));
    REQUIRE(theft.take(
        build_settled(theft.chain, theft.author(theft.directory.device_of(theft.anna)), true)));
    EXPECT(!theft.chain.held());
    EXPECT(theft.chain.trusted().commit()->hash == link_hash(late));
}

TEST(sr33_what_was_there_before_is_freed_by_the_heads) {
    Theft theft;
    const Bytes early = theft.commit(theft.author(theft.stolen));
    Chain newcomer = theft.chain;
    REQUIRE(theft.take(early));
    const Head head = theft.chain.head();
    theft.revoke(head);
    // Who saw it before has no doubt; who comes later needs the proof. The space stays quiet
    // meanwhile.
    EXPECT(!theft.chain.held());
    theft.chain = newcomer;
    const auto shown = theft.show(early);
    REQUIRE_OK(shown);
    EXPECT(shown->held);
    SpaceHead wrong{SpaceId{}, head};
    EXPECT_ERROR(theft.chain.release(theft.directory, theft.event, wrong,
                                     prove_head(std::span(&wrong, 1), 0)),
                 errors::bad_head_proof);
    EXPECT_OK(theft.release(head));
    EXPECT(!theft.chain.held());
    EXPECT(theft.chain.trusted().commit()->hash == head.hash);
}

TEST(sr33_of_another_space_the_heads_prove_nothing) {
    Theft theft;
    const Bytes late = theft.commit(theft.author(theft.stolen));
    const Head head{theft.chain.head().sequence + 1, link_hash(late)};
    const SpaceHead other{theft.directory.entropy.id<SpaceId>(), head};
    theft.directory.revoke(theft.stolen, *heads_root(std::span(&other, 1)));
    theft.event = theft.directory.size() - 1;
    REQUIRE_OK(theft.show(late));
    EXPECT_ERROR(theft.chain.release(theft.directory, theft.event, other,
                                     prove_head(std::span(&other, 1), 0)),
                 errors::bad_head_proof);
}

TEST(sr33_an_active_device_that_goes_on_confirms) {
    Theft theft;
    const Bytes early = theft.commit(theft.author(theft.stolen));
    const Chain newcomer = theft.chain;
    REQUIRE(theft.take(early));
    // One knows nothing of the event yet, one does.
    const Bytes unaware = theft.commit(theft.anna);
    REQUIRE(theft.take(unaware));
    theft.revoke({});
    const Bytes aware = theft.roster(theft.anna, theft.all());
    REQUIRE(theft.take(aware));
    theft.chain = newcomer;
    REQUIRE_OK(theft.show(early));
    const auto second = theft.show(unaware);
    REQUIRE_OK(second);
    EXPECT(second->held);
    const auto third = theft.show(aware);
    REQUIRE_OK(third);
    EXPECT(!third->held);
}

TEST(sr33_a_removed_manager_invites_with_the_past) {
    Office office;
    const UserId dora = office.directory.enroll();
    const UserId ghost = office.directory.enroll();
    Roles roles = office.all();
    roles.push_back({principal(dora), Role::manager});
    REQUIRE(office.take(office.roster(office.anna, roles)));
    Roles ghosts = roles;
    ghosts.push_back({principal(ghost), Role::manager});
    const Bytes late = office.roster(dora, ghosts);
    office.directory.disable(dora);
    const auto shown = office.chain.append(late, office.judging());
    REQUIRE_OK(shown);
    EXPECT(shown->held);
    EXPECT(!office.chain.role_of(office.directory, ghost, office.directory.size()));
    const auto settle = [&](const UserId& by, bool confirm) {
        return build_settled(office.chain, office.author(office.directory.device_of(by)), confirm);
    };
    // Neither the ghost nor an editor may make it count; and who is on the trusted list may revert
    // it.
    office.refused(settle(ghost, true), errors::chain_held);
    office.refused(settle(office.bernd, true), errors::chain_held);
    REQUIRE(office.take(settle(office.anna, false)));
    EXPECT_EQ(office.chain.standing().roster->members.size(), 4U);
    EXPECT_EQ(office.chain.last_epoch(), 3U);
    // The next epoch steps over the reverted one.
    const Author anna = office.author(office.directory.device_of(office.anna));
    const Skip skip{office.directory.device_of(dora), SkipReason::reverted};
    REQUIRE(office.take(office.roster(anna, {office.members(office.all()), {}, skip, 0})));
    EXPECT_EQ(office.chain.standing().roster->stands_on, 2U);
    EXPECT(office.take(office.commit(office.bernd)));
}

TEST(sr33_an_end_signed_with_the_past_can_be_reverted) {
    Office office;
    const UserId dora = office.directory.enroll();
    Roles roles = office.all();
    roles.push_back({principal(dora), Role::manager});
    REQUIRE(office.take(office.roster(office.anna, roles)));
    const Bytes late = build_closed(office.chain, office.author(office.directory.device_of(dora)));
    office.directory.disable(dora);
    REQUIRE_OK(office.chain.append(late, office.judging()));
    EXPECT(!office.chain.trusted().closed);
    REQUIRE(office.take(build_settled(
        office.chain, office.author(office.directory.device_of(office.anna)), false)));
    EXPECT(!office.chain.standing().closed);
    EXPECT(office.take(office.roster(office.anna, office.all())));
}

TEST(sr33_a_member_removed_from_a_group_signs_with_the_past) {
    Office office;
    const UserId dora = office.directory.enroll();
    const GroupId group = office.directory.new_group({office.clara, dora});
    Roles roles = office.all();
    roles.push_back({principal(group), Role::editor});
    REQUIRE(office.take(office.roster(office.anna, roles)));
    const Bytes late = office.commit(dora);
    office.directory.remove(group, dora);
    office.refused(late, errors::past_signature, office.server());
    const auto shown = office.chain.append(late, office.judging());
    REQUIRE_OK(shown);
    EXPECT(shown->held);
}

TEST(retiring_puts_nothing_in_doubt) {
    Office office;
    const DeviceId second = office.directory.add_device(office.anna);
    const Bytes link = office.commit(office.author(second));
    office.directory.retire(second);
    const auto shown = office.chain.append(link, office.judging());
    REQUIRE_OK(shown);
    EXPECT(!shown->held);
}

}  // namespace obhut::space::testing
