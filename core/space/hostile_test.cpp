// What a hostile server, alone or with an insider's key, offers in place of the next link. Each
// test makes the link that is refused for one reason only. Ids: docs/threat-model.md.
#include "core/space/errors.h"
#include "tests/support/space_world.h"

namespace obhut::space::testing {

namespace {

Bytes with_header(Office& office, const std::function<void(LinkHeader&)>& change) {
    return office.altered_header(office.commit(office.bernd), change);
}

Bytes mark_of(Office& office, const UserId& by, const std::function<void(Mark&)>& change) {
    return office.altered<Mark>(
        build_closed(office.chain, office.author(office.directory.device_of(by))), change);
}

}  // namespace

// ---- SR-43: two spaces under one id

TEST(sr43_genesis_of_another_id) {
    Office office;
    const Bytes other =
        new_genesis(office.org, office.directory.device_of(office.anna), office.directory.entropy);
    EXPECT_ERROR(Chain::begin(office.chain.id(), office.org, other), errors::wrong_space);
    EXPECT_ERROR(Chain::begin(space_id(other), OrgId{}, other), errors::wrong_space);
}

TEST(sr43_genesis_is_home_or_shared) {
    World world;
    const UserId anna = world.directory.enroll();
    Genesis both;
    both.org = world.org;
    EXPECT_ERROR(parse_genesis(encode(both)), errors::bad_genesis);
    both.home = anna;
    EXPECT_OK(parse_genesis(encode(both)));
    both.random = Hash{};
    EXPECT_ERROR(parse_genesis(encode(both)), errors::bad_genesis);
    both.home.reset();
    EXPECT_ERROR(parse_genesis(encode(both)), errors::bad_genesis);
    both.creator = world.directory.device_of(anna);
    EXPECT_OK(parse_genesis(encode(both)));
    both.group = world.directory.new_group({anna});
    EXPECT_ERROR(parse_genesis(encode(both)), errors::bad_genesis);
    both.creator.reset();
    both.random.reset();
    EXPECT_OK(parse_genesis(encode(both)));
    both.home = anna;
    EXPECT_ERROR(parse_genesis(encode(both)), errors::bad_genesis);
}

TEST(sr43_first_entry_of_another_device) {
    World world;
    const UserId anna = world.directory.enroll();
    const DeviceId second = world.directory.add_device(anna);
    world.begin(anna);
    const NewRoster alone{world.members({{principal(anna), Role::manager}}), {}, {}, 0};
    world.refused(world.roster(world.author(second), alone), errors::wrong_signer);
    EXPECT(world.take(world.roster(anna, {{principal(anna), Role::manager}})));
}

TEST(sr43_home_is_made_once_by_the_first_device) {
    World world;
    const UserId anna = world.directory.enroll();
    const UserId bernd = world.directory.enroll();
    const DeviceId later = world.directory.add_device(anna);
    world.begin_home(anna);
    EXPECT_EQ(space_id(world.genesis), space_id(home_genesis(world.org, anna)));
    EXPECT(space_id(world.genesis) != space_id(home_genesis(world.org, bernd)));
    const Roles alone = {{principal(anna), Role::manager}};
    world.refused(world.roster(world.author(later), {world.members(alone), {}, {}, 0}),
                  errors::wrong_signer);
    world.refused(
        world.roster(anna, {{principal(anna), Role::manager}, {principal(bernd), Role::reader}}),
        errors::bad_roster);
    EXPECT(world.take(world.roster(anna, alone)));
    EXPECT(world.take(world.commit(world.author(later))));
    world.refused(build_left(world.chain, world.author(later)), errors::role_too_low);
}

namespace {

// Bau is anna's and bernd's group, whose home begins; clara is not in it.
struct GroupHome : World {
    UserId anna = directory.enroll();
    UserId bernd = directory.enroll();
    UserId clara = directory.enroll();
    GroupId bau = directory.new_group({anna, bernd});

    GroupHome() { begin_group(bau); }
    Roles alone() const { return {{principal(bau), Role::manager}}; }
};

}  // namespace

TEST(sr43_group_home_is_made_by_any_member_and_by_nobody_else) {
    GroupHome home;
    EXPECT(space_id(home.genesis) == space_id(group_genesis(home.org, home.bau)));
    home.refused(home.roster(home.clara, home.alone()), errors::no_manager_left);
    EXPECT(home.take(home.roster(home.bernd, home.alone())));
    EXPECT(home.take(home.commit(home.anna)));
    home.refused(home.commit(home.clara), errors::role_too_low);
    // Who joins the group writes, who is taken out does not.
    home.directory.remove(home.bau, home.bernd);
    home.refused(home.commit(home.bernd), errors::role_too_low);
}

TEST(sr43_group_home_lists_the_group_alone_for_ever) {
    GroupHome home;
    const Roles with_clara = {{principal(home.bau), Role::manager},
                              {principal(home.clara), Role::reader}};
    home.refused(home.roster(home.anna, {{principal(home.anna), Role::manager}}),
                 errors::bad_roster);
    home.refused(home.roster(home.anna, with_clara), errors::bad_roster);
    home.by_owner = home.anna;
    home.refused(home.roster(home.anna, home.alone()), errors::bad_roster);
    home.by_owner.reset();
    EXPECT(home.take(home.roster(home.anna, home.alone())));
    home.refused(home.roster(home.anna, with_clara), errors::bad_roster);
    home.refused(home.roster(home.anna, {{principal(home.anna), Role::manager}}),
                 errors::bad_roster);
}

TEST(sr43_no_member_takes_the_home_of_a_group_from_the_others) {
    GroupHome home;
    EXPECT(home.take(home.roster(home.anna, home.alone())));
    home.refused(build_closed(home.chain, home.author(home.directory.device_of(home.anna))),
                 errors::bad_mark);
    home.refused(build_left(home.chain, home.author(home.directory.device_of(home.anna))),
                 errors::role_too_low);
    EXPECT(home.take(home.commit(home.bernd)));
}

TEST(sr33_home_of_a_group_that_was_begun_with_the_past_is_confirmed_by_a_member) {
    GroupHome home;
    const Bytes first = home.roster(home.bernd, home.alone());
    home.directory.remove(home.bau, home.bernd);
    home.refused(first, errors::past_signature, home.server());
    EXPECT(home.take(first));
    EXPECT(home.chain.held().has_value());
    const Position now = home.directory.size();
    EXPECT(home.chain.role_of(home.directory, home.anna, now) == Role::manager);
    EXPECT(!home.chain.role_of(home.directory, home.bernd, now));
    const Author anna = home.author(home.directory.device_of(home.anna));
    EXPECT(home.take(build_settled(home.chain, anna, true)));
    EXPECT(!home.chain.held().has_value());
    // What bernd knows of it is over before anything is written.
    home.refused(home.commit(home.anna), errors::rotation_due);
}

// ---- SR-29: fork, rollback, order

TEST(sr29_links_out_of_place) {
    Office office;
    office.refused(with_header(office, [](LinkHeader& header) { header.sequence += 1; }),
                   errors::head_moved);
    office.refused(with_header(office, [](LinkHeader& header) { header.sequence -= 1; }),
                   errors::head_moved);
    office.refused(with_header(office, [](LinkHeader& header) { header.previous.bytes[0] ^= 1; }),
                   errors::head_moved);
    office.refused(with_header(office, [](LinkHeader& header) { header.roster.bytes[0] ^= 1; }),
                   errors::wrong_roster);
    office.refused(with_header(office, [](LinkHeader& header) { header.space.bytes[0] ^= 1; }),
                   errors::wrong_space);
}

TEST(sr29_of_two_commits_at_once_one_is_taken) {
    Office office;
    const Bytes one = office.commit(office.anna);
    const Bytes other = office.commit(office.bernd);
    EXPECT(office.take(one));
    office.refused(other, errors::head_moved);
    office.refused(one, errors::head_moved);
}

TEST(sr29_checkpoints_never_go_back) {
    Office office;
    office.directory.wait(kHour);
    const Position before = office.directory.size() - 1;
    EXPECT(office.take(office.commit(office.anna)));
    office.refused(
        office.commit(office.author_at(office.directory.device_of(office.bernd), before)),
        errors::checkpoint_back);
}

TEST(sr29_notes_of_another_log) {
    Office office;
    office.refused(with_header(office, [](LinkHeader& header) { header.note = {1, 2, 3}; }),
                   kBadNote);
    office.refused(with_header(office,
                               [&](LinkHeader& header) {
                                   header.note =
                                       FakeDirectory::note_of(office.directory.size() + 1);
                               }),
                   kBadNote);
}

TEST(sr29_epoch_numbers_are_counted) {
    Office office;
    const Bytes link = office.roster(office.anna, office.all());
    for (const EpochNumber epoch : {EpochNumber{1}, EpochNumber{3}})
        office.refused(office.altered<RosterEntry>(link,
                                                   [&](RosterEntry& entry) {
                                                       entry.epoch = epoch;
                                                       entry.stands_on = 1;
                                                       entry.skip.reset();
                                                       if (epoch == 3)
                                                           entry.skip =
                                                               Skip{{}, SkipReason::reverted};
                                                   }),
                       errors::bad_roster);
    EXPECT(office.take(link));
}

// ---- SR-27, SR-09: who signed

TEST(sr27_signatures) {
    Office office;
    const Bytes good = office.commit(office.bernd);
    SignedLink link = *decode<SignedLink>(good);
    link.signature.bytes[5] ^= 1;
    office.refused(encode(link), errors::bad_signature);
    link = *decode<SignedLink>(good);
    link.signer.bytes[5] ^= 1;
    office.refused(encode(link), errors::wrong_signer);
    // Another organisation's signature.
    ParsedLink parsed = *parse_link(good);
    const SigningKey& key = office.directory.signing_key(parsed.header().device);
    office.refused(sign_link(OrgId{}, LinkKind::commit, parsed.signed_link.payload, key),
                   errors::bad_signature);
    // Another kind's: the label differs.
    link = *decode<SignedLink>(good);
    link.signature = sign(key, labels::sign_roster, office.org, link.payload);
    office.refused(encode(link), errors::bad_signature);
    // Somebody else's device named.
    Commit commit = *parsed.commit();
    commit.header.device = office.directory.device_of(office.anna);
    office.refused(sign_link(office.org, LinkKind::commit, encode(commit), key),
                   errors::wrong_signer);
}

TEST(sr27_devices_that_do_not_count) {
    Office office;
    const DeviceId kit = office.directory.add_device(office.anna, directory::DeviceKind::kit);
    office.refused(office.commit(office.author(kit)), errors::device_not_active);
    const DeviceId second = office.directory.add_device(office.anna);
    const Position before = office.directory.size() - 1;
    office.refused(office.commit(office.author_at(second, before)), errors::device_not_active);
    office.directory.retire(second);
    office.refused(office.commit(office.author(second)), errors::device_not_active);
    SigningKey stranger = SigningKey::generate(office.directory.entropy);
    const Author unknown{stranger, office.directory.entropy.id<DeviceId>(), office.directory.note(),
                         0};
    office.refused(office.commit(unknown), errors::unknown_device);
}

TEST(sr09_only_editors_and_managers_commit) {
    Office office;
    const UserId ghost = office.directory.enroll();
    office.refused(office.commit(office.clara), errors::role_too_low);
    office.refused(office.commit(ghost), errors::role_too_low);
}

TEST(sr09_nothing_after_the_end) {
    Office office;
    office.refused(
        build_closed(office.chain, office.author(office.directory.device_of(office.bernd))),
        errors::role_too_low);
    EXPECT(office.take(
        build_closed(office.chain, office.author(office.directory.device_of(office.anna)))));
    EXPECT(office.chain.standing().closed);
    office.refused(office.commit(office.anna), errors::chain_closed);
    office.refused(office.roster(office.anna, office.all()), errors::chain_closed);
}

TEST(sr09_an_administrator_closes_only_what_has_nobody_left) {
    World world;
    const UserId anna = world.directory.enroll();
    world.begin(anna);
    world.take(world.roster(anna, {{principal(anna), Role::manager}}));
    world.directory.close(world.chain.id());
    EXPECT(world.take(world.commit(anna)));  // she was active: the closing says nothing

    World empty;
    const UserId bernd = empty.directory.enroll();
    const GroupId group = empty.directory.new_group({bernd});
    empty.begin(bernd);
    empty.take(
        empty.roster(bernd, {{principal(bernd), Role::manager}, {principal(group), Role::reader}}));
    empty.directory.disable(bernd);
    empty.directory.close(empty.chain.id());
    const Position closed = empty.directory.size();
    EXPECT(empty.directory.closed(empty.chain.id(), closed).has_value());
    // Were a device of his to count again, the chain stays closed.
    empty.directory.enable(bernd);
    empty.refused(empty.commit(bernd), errors::chain_closed);
}

// ---- SR-11, SR-30, SR-22, SR-42: commits

TEST(sr11_commits_name_the_newest_epoch) {
    Office office;
    EXPECT(office.take(office.roster(office.anna, office.all())));
    const Bytes link = office.commit(office.anna);
    for (const EpochNumber epoch : {0, 1, 3})
        office.refused(office.altered<Commit>(link, [&](Commit& commit) { commit.epoch = epoch; }),
                       errors::epoch_not_newest);
}

TEST(sr42_commits_name_their_parent) {
    Office office;
    const Bytes link = office.commit(office.anna);
    for (const Sequence parent : {0, 1, 3, 4})
        office.refused(
            office.altered<Commit>(link, [&](Commit& commit) { commit.parent = parent; }),
            errors::wrong_parent);
}

TEST(sr22_commits_have_padded_sizes) {
    Office office;
    const Bytes link = office.commit(office.anna);
    office.refused(
        office.altered<Commit>(link, [](Commit& commit) { commit.sealed_summary.pop_back(); }),
        errors::bad_summary);
    office.refused(
        office.altered<Commit>(link, [](Commit& commit) { commit.sealed_summary.clear(); }),
        errors::bad_summary);
    office.refused(
        office.altered<Commit>(link, [](Commit& commit) { commit.sealed_root.pop_back(); }),
        errors::bad_summary);
}

TEST(sr30_a_commit_on_a_stale_epoch_is_invalid_after_grace) {
    Office office;
    office.directory.stale(principal(office.clara), false);
    EXPECT(office.chain.rotation(office.directory, office.directory.checkpoint()) ==
           Rotation::waiting);
    office.directory.wait(kRotationGrace - kMinute);
    EXPECT(office.take(office.commit(office.bernd)));
    office.directory.wait(kMinute);
    EXPECT(office.chain.rotation(office.directory, office.directory.checkpoint()) == Rotation::due);
    office.refused(office.commit(office.bernd), errors::rotation_due);
    office.directory.rotate(principal(office.clara));
    office.refused(office.commit(office.bernd), errors::rotation_due);
    EXPECT(office.take(office.roster(office.bernd, office.all())));
    EXPECT(office.chain.rotation(office.directory, office.directory.checkpoint()) ==
           Rotation::none);
    EXPECT(office.take(office.commit(office.bernd)));
}

TEST(sr30_thefts_have_no_grace) {
    Office office;
    const DeviceId second = office.directory.add_device(office.clara);
    office.directory.revoke(second);
    office.refused(office.commit(office.bernd), errors::rotation_due);
}

// ---- SR-44: incarnations

TEST(sr44_incarnation_changes_by_resume_or_reset_only) {
    Office office;
    const Author anna = office.author(office.directory.device_of(office.anna));
    office.refused(with_header(office, [](LinkHeader& header) { header.incarnation += 1; }),
                   errors::wrong_incarnation);
    office.refused(mark_of(office, office.anna, [](Mark& mark) { mark.kind = MarkKind::resumed; }),
                   errors::wrong_incarnation);
    office.refused(
        build_resumed(office.chain, office.author(office.directory.device_of(office.bernd)), 4),
        errors::role_too_low);
    EXPECT(office.take(build_resumed(office.chain, anna, 4)));
    EXPECT_EQ(office.chain.incarnation(), 4U);
    EXPECT(office.take(office.commit(office.bernd)));
    office.refused(
        build_resumed(office.chain, office.author(office.directory.device_of(office.anna)), 3),
        errors::wrong_incarnation);
}

TEST(sr44_a_pinned_chain_is_left_by_a_known_managers_reset_only) {
    Office office;
    const Chain restored = office.chain;
    EXPECT(office.take(office.commit(office.bernd)));
    const Chain pinned = office.chain;
    // The server shows yesterday's chain, and somebody's reset of it.
    Chain fresh = restored;
    EXPECT_ERROR(check_follows(pinned, fresh, office.directory), errors::not_followed);
    const Author anna = office.author(office.directory.device_of(office.anna));
    EXPECT_OK(fresh.append(build_resumed(restored, anna, 2), office.judging()));
    EXPECT_ERROR(check_follows(pinned, fresh, office.directory), errors::not_followed);
    fresh = restored;
    const Bytes reset = build_reset(restored, anna, 2, pinned.head(), ResetReason::storage_lost);
    EXPECT_OK(fresh.append(reset, office.judging()));
    EXPECT_OK(check_follows(pinned, fresh, office.directory));
    EXPECT_EQ(fresh.resets().size(), 1U);
    EXPECT(fresh.resets()[0].restored == restored.head());
    // Going on from there is no reason to go back again.
    EXPECT_ERROR(check_follows(fresh, fresh, office.directory), errors::not_followed);
}

TEST(sr44_a_removed_manager_cannot_bring_the_old_list_back) {
    Office office;
    EXPECT(office.take(office.roster(office.anna, {{principal(office.anna), Role::manager},
                                                   {principal(office.bernd), Role::manager}})));
    const Chain restored = office.chain;
    EXPECT(office.take(office.roster(office.anna, {{principal(office.anna), Role::manager}})));
    Chain fresh = restored;
    const Author bernd = office.author(office.directory.device_of(office.bernd));
    EXPECT_OK(
        fresh.append(build_reset(restored, bernd, 2, office.chain.head(), ResetReason::unknown),
                     office.judging()));
    EXPECT_ERROR(check_follows(office.chain, fresh, office.directory), errors::not_followed);
}

TEST(sr44_a_resumed_chain_is_left_to_for_a_known_managers_word_only) {
    Office office;
    const Chain restored = office.chain;
    EXPECT(office.take(office.roster(office.anna, {{principal(office.anna), Role::manager},
                                                   {principal(office.bernd), Role::manager}})));
    const Chain both = office.chain;
    EXPECT(office.take(office.roster(office.anna, {{principal(office.anna), Role::manager}})));
    const Author anna = office.author(office.directory.device_of(office.anna));
    const Author bernd = office.author(office.directory.device_of(office.bernd));
    Chain fresh = restored;
    EXPECT_ERROR(check_resumed(office.chain, fresh, office.directory), errors::not_followed);
    EXPECT_OK(fresh.append(build_resumed(restored, anna, 2), office.judging()));
    const auto head = check_resumed(office.chain, fresh, office.directory);
    EXPECT(head && *head == restored.head());
    // Whoever is removed in the part that was lost has no word in what counts instead.
    fresh = both;
    EXPECT_OK(fresh.append(build_resumed(both, bernd, 2), office.judging()));
    EXPECT_ERROR(check_resumed(office.chain, fresh, office.directory), errors::not_followed);
    // A reset after the chain was resumed names what stood before that.
    fresh = restored;
    EXPECT_OK(fresh.append(build_resumed(restored, anna, 2), office.judging()));
    EXPECT_OK(fresh.append(build_reset(fresh, anna, 2, office.chain.head(), ResetReason::unknown),
                           office.judging()));
    EXPECT(fresh.resets()[0].restored == restored.head());
    EXPECT_OK(check_follows(office.chain, fresh, office.directory));
}

TEST(sr43_another_chain_is_never_followed) {
    Office office;
    const Chain pinned = office.chain;
    // A second space of the same people, with a reset by the same manager.
    office.keys = {};
    office.begin(office.anna);
    EXPECT(office.take(office.roster(office.anna, office.all())));
    const Author anna = office.author(office.directory.device_of(office.anna));
    EXPECT(office.take(build_reset(office.chain, anna, 2, {99, {}}, ResetReason::attack)));
    EXPECT_ERROR(check_follows(pinned, office.chain, office.directory), errors::not_followed);
}

TEST(marks_have_the_fields_of_their_kind) {
    Office office;
    office.refused(mark_of(office, office.anna, [](Mark& mark) { mark.lost = Head{9, {}}; }),
                   errors::bad_mark);
    office.refused(
        mark_of(office, office.anna, [](Mark& mark) { mark.reason = ResetReason::attack; }),
        errors::bad_mark);
    office.refused(mark_of(office, office.anna, [](Mark& mark) { mark.settles = Head{}; }),
                   errors::bad_mark);
    office.refused(
        mark_of(office, office.anna, [](Mark& mark) { mark.kind = MarkKind::confirmed; }),
        errors::bad_mark);
    const Author anna = office.author(office.directory.device_of(office.anna));
    office.refused(build_reset(office.chain, anna, 2, office.chain.head(), ResetReason::attack),
                   errors::bad_mark);
}

}  // namespace obhut::space::testing
