// Who may change the list of members, and to what (SR-02, SR-17, SR-36, SR-41).
#include "core/space/roster.h"

#include "tests/support/space_world.h"

namespace obhut::space::testing {

namespace {

Bytes change(Office& office, const Bytes& link,
             const std::function<void(std::vector<Member>&)>& to) {
    return office.altered<RosterEntry>(link, [&](RosterEntry& entry) { to(entry.members); });
}

Member& find(std::vector<Member>& members, const UserId& user) {
    return *std::find_if(members.begin(), members.end(),
                         [&](const Member& member) { return member.principal == principal(user); });
}

}  // namespace

// ---- roles

TEST(role_is_the_highest_by_any_way) {
    Office office;
    const UserId dora = office.directory.enroll();
    const GroupId group = office.directory.new_group({office.clara, dora});
    Roles roles = office.all();
    roles.push_back({principal(group), Role::editor});
    EXPECT(office.take(office.roster(office.anna, roles)));
    const Position size = office.directory.size();
    EXPECT(office.chain.role_of(office.directory, office.clara, size) == Role::editor);
    EXPECT(office.chain.role_of(office.directory, dora, size) == Role::editor);
    EXPECT(office.chain.role_of(office.directory, office.anna, size) == Role::manager);
    EXPECT(!office.chain.role_of(office.directory, office.directory.enroll(), size));
    EXPECT(office.take(office.commit(dora)));
    office.directory.remove(group, dora);
    EXPECT(!office.chain.role_of(office.directory, dora, office.directory.size()));
    EXPECT(office.chain.role_of(office.directory, dora, size) == Role::editor);
    office.refused(office.commit(dora), errors::role_too_low);
}

TEST(editors_count_as_managers_while_there_is_none) {
    Office office;
    office.refused(office.roster(office.bernd, {{principal(office.anna), Role::manager},
                                                {principal(office.bernd), Role::manager}}),
                   errors::not_recomputed);
    office.directory.disable(office.anna);
    EXPECT(office.chain.role_of(office.directory, office.bernd, office.directory.size()) ==
           Role::manager);
    // What follows by itself is valid without a manager, anything else needs one.
    const Roles rest = {{principal(office.bernd), Role::editor},
                        {principal(office.clara), Role::reader}};
    office.refused(office.roster(office.bernd, {{principal(office.bernd), Role::editor}}),
                   errors::no_manager_left);
    EXPECT(office.take(office.roster(office.bernd, rest)));
    EXPECT(office.take(office.roster(office.bernd, {{principal(office.bernd), Role::manager}})));
}

TEST(a_reader_is_raised_only_when_nobody_else_is_left) {
    Office office;
    const Hash roster = office.chain.standing().epochs.back().link.hash;
    office.directory.raise(office.chain.id(), office.clara, roster);
    office.refused(office.commit(office.clara), errors::role_too_low);
    office.directory.disable(office.anna);
    office.refused(office.roster(office.clara, {{principal(office.clara), Role::manager}}),
                   errors::role_too_low);
    office.directory.disable(office.bernd);
    const Position before = office.directory.size();
    EXPECT(office.chain.role_of(office.directory, office.clara, before) == Role::manager);
    EXPECT(office.take(office.roster(office.clara, {{principal(office.clara), Role::manager}})));
    EXPECT(office.take(office.commit(office.clara)));
}

TEST(raising_names_the_roster_entry) {
    Office office;
    office.directory.raise(office.chain.id(), office.clara, Hash{});
    office.directory.disable(office.anna);
    office.directory.disable(office.bernd);
    office.refused(office.roster(office.clara, {{principal(office.clara), Role::manager}}),
                   errors::role_too_low);
}

// ---- readers who begin an epoch

namespace {

// Anna manages again without a box: bernd, an editor, renewed the epoch while her key was stale,
// and is disabled since. Only clara, a reader, has the newest epoch's key.
struct Alone : Office {
    Alone() {
        directory.disable(anna);
        directory.enable(anna);
        EXPECT(take(roster(bernd, all())));
        EXPECT(take(commit(bernd)));
        EXPECT(!box_of(anna));
        directory.rotate(principal(anna));
    }
    void disable_bernd() { directory.disable(bernd); }
    bool box_of(const UserId& user) {
        std::vector<Member> list = chain.standing().roster->members;
        return find(list, user).boxed;
    }
    Bytes renewal(std::uint32_t stands_on = 0, std::optional<Skip> skip = {}) {
        const Author by = author(directory.device_of(clara));
        const auto list = chain.recomputed_members(directory, directory.size());
        return roster(by, {list, {}, skip, stands_on});
    }
};

}  // namespace

TEST(a_reader_renews_the_epoch_where_only_readers_have_a_box) {
    Alone office;
    office.disable_bernd();
    office.refused(office.commit(office.clara), errors::role_too_low);
    EXPECT(office.take(office.renewal()));
    EXPECT(office.box_of(office.anna));
    EXPECT(office.take(office.commit(office.anna)));
    office.refused(office.commit(office.clara), errors::role_too_low);
    // From now on she can do it herself.
    office.refused(office.renewal(), errors::role_too_low);
}

TEST(sr17_a_reader_renews_nothing_while_an_editor_can) {
    Alone office;
    office.refused(office.renewal(), errors::role_too_low);
    EXPECT(office.take(office.roster(office.bernd, office.all())));
    EXPECT(office.box_of(office.anna));
}

TEST(sr17_a_readers_renewal_decides_nothing) {
    Alone office;
    office.disable_bernd();
    const PrincipalId anna = principal(office.anna), clara = principal(office.clara);
    const UserId dora = office.directory.enroll();
    const Roles wished[]{
        {{clara, Role::reader}},
        {{anna, Role::manager}, {clara, Role::editor}},
        {{anna, Role::manager}, {clara, Role::manager}},
        {{anna, Role::editor}, {clara, Role::reader}},
        {{anna, Role::manager}, {clara, Role::reader}, {principal(dora), Role::reader}}};
    for (const Roles& roles : wished)
        office.refused(office.roster(office.clara, roles), errors::role_too_low);
    office.by_owner = office.clara;
    office.refused(office.roster(office.clara, {{anna, Role::manager}, {clara, Role::reader}}),
                   errors::role_too_low);
    EXPECT(office.take(office.renewal()));
}

TEST(sr41_a_reader_sets_no_epoch_aside) {
    Alone office;
    office.disable_bernd();
    const Skip skip{office.directory.device_of(office.bernd), SkipReason::box_broken};
    office.refused(office.renewal(1, skip), errors::role_too_low);
    EXPECT(office.take(office.renewal()));
}

// ---- SR-17: members added by nobody

TEST(sr17_readers_and_strangers_change_nothing) {
    Office office;
    const UserId ghost = office.directory.enroll();
    office.refused(office.roster(office.clara, office.all()), errors::role_too_low);
    office.refused(office.roster(ghost, office.all()), errors::role_too_low);
    office.refused(office.roster(ghost, {{principal(ghost), Role::manager}}), errors::role_too_low);
}

TEST(sr17_an_editors_entry_is_recomputed) {
    Office office;
    const UserId ghost = office.directory.enroll();
    Roles roles = office.all();
    roles.push_back({principal(ghost), Role::reader});
    office.refused(office.roster(office.bernd, roles), errors::not_recomputed);
    roles = office.all();
    roles[1].second = Role::manager;
    office.refused(office.roster(office.bernd, roles), errors::not_recomputed);
    roles = office.all();
    roles.pop_back();
    office.refused(office.roster(office.bernd, roles), errors::not_recomputed);
    office.by_owner = office.bernd;
    office.refused(office.roster(office.bernd, office.all()), errors::not_recomputed);
    office.by_owner.reset();
    const Author bernd = office.author(office.directory.device_of(office.bernd));
    office.refused(office.roster(bernd, {office.members(office.all()), {}, {}, 0, 5000}),
                   errors::not_recomputed);
    EXPECT(office.take(office.roster(office.bernd, office.all())));
    // A limit is a manager's; an editor's entry leaves it as it is.
    const Author anna = office.author(office.directory.device_of(office.anna));
    EXPECT(office.take(office.roster(anna, {office.members(office.all()), {}, {}, 0, 5000})));
    office.refused(office.roster(office.bernd, office.all()), errors::not_recomputed);
    EXPECT(office.take(office.roster(bernd, {office.members(office.all()), {}, {}, 0, 5000})));
    EXPECT_EQ(office.chain.standing().roster->limit.value_or(0), 5000U);
}

TEST(an_editors_entry_takes_new_keys_and_leaves_out_the_disabled) {
    Office office;
    office.directory.disable(office.clara);
    office.directory.stale(principal(office.anna), true);
    const auto members = office.chain.recomputed_members(office.directory, office.directory.size());
    EXPECT_EQ(members.size(), 2U);
    const Author bernd = office.author(office.directory.device_of(office.bernd));
    EXPECT(office.take(office.roster(bernd, {members, {}, {}, 0})));
    const auto& list = office.chain.standing().roster->members;
    EXPECT(std::none_of(list.begin(), list.end(), [&](const Member& member) {
        return member.principal == principal(office.anna) && member.boxed;
    }));
    EXPECT(office.take(office.commit(office.bernd)));
    office.directory.rotate(principal(office.anna));
    EXPECT(office.chain.rotation(office.directory, office.directory.checkpoint()) ==
           Rotation::waiting);
}

TEST(sr17_a_space_keeps_a_manager) {
    Office office;
    office.refused(office.roster(office.anna, {{principal(office.anna), Role::editor}}),
                   errors::no_manager_left);
    World world;
    const UserId anna = world.directory.enroll();
    const UserId bernd = world.directory.enroll();
    world.begin(anna);
    world.refused(world.roster(anna, {{principal(anna), Role::editor}}), errors::no_manager_left);
    world.refused(world.roster(anna, {{principal(bernd), Role::manager}}), errors::no_manager_left);
    world.refused(
        world.roster(anna, {{principal(anna), Role::editor}, {principal(bernd), Role::manager}}),
        errors::no_manager_left);
}

TEST(members_leave_by_themselves) {
    Office office;
    const auto left = [&](const UserId& user) {
        return build_left(office.chain, office.author(office.directory.device_of(user)));
    };
    office.refused(left(office.directory.enroll()), errors::role_too_low);
    office.refused(left(office.anna), errors::no_manager_left);
    EXPECT(office.take(left(office.bernd)));
    office.refused(left(office.bernd), errors::role_too_low);
    office.refused(office.commit(office.bernd), errors::role_too_low);
    // What is written from now on is not for him.
    office.refused(office.commit(office.anna), errors::rotation_due);
    EXPECT(office.take(left(office.clara)));
    const auto members = office.chain.recomputed_members(office.directory, office.directory.size());
    EXPECT_EQ(members.size(), 1U);
    EXPECT(office.take(office.roster(office.author(office.directory.device_of(office.anna)),
                                     {members, {}, {}, 0})));
    EXPECT(office.take(office.commit(office.anna)));
}

TEST(sr17_lists_are_sorted_and_without_doubles) {
    Office office;
    const Bytes link = office.roster(office.anna, office.all());
    office.refused(change(office, link, [](auto& members) { std::swap(members[0], members[1]); }),
                   errors::bad_roster);
    office.refused(change(office, link, [](auto& members) { members.push_back(members.back()); }),
                   errors::bad_roster);
}

TEST(sr17_members_exist_and_count) {
    Office office;
    const UserId dora = office.directory.enroll();
    Roles roles = office.all();
    roles.push_back({principal(dora), Role::reader});
    const Bytes link = office.roster(office.anna, roles);
    // Disabled meanwhile: nobody seals to her, but the list must not keep her either.
    office.directory.disable(dora);
    office.refused(office.altered<RosterEntry>(link,
                                               [&](RosterEntry& entry) {
                                                   entry.header.note = office.directory.note();
                                                   find(entry.members, dora).boxed = false;
                                               }),
                   errors::unknown_principal);
    office.refused(change(office, link,
                          [&](auto& members) {
                              members.back().principal = principal(UserId::from(Bytes(16, 0xFF)));
                          }),
                   errors::unknown_principal);
    office.refused(
        change(office, link, [&](auto& members) { members.back().principal.bytes[0] = 9; }),
        errors::unknown_principal);
}

// ---- SR-02, SR-36: whose keys

TEST(sr02_member_keys_are_the_directorys) {
    Office office;
    const Bytes link = office.roster(office.anna, office.all());
    office.refused(
        change(office, link, [&](auto& members) { find(members, office.clara).key.bytes[3] ^= 1; }),
        errors::generation_not_newest);
    office.refused(
        change(office, link, [&](auto& members) { find(members, office.clara).generation = 2; }),
        errors::generation_not_newest);
    office.directory.rotate(principal(office.clara));
    office.refused(office.altered_header(
                       link, [&](LinkHeader& header) { header.note = office.directory.note(); }),
                   errors::generation_not_newest);
    EXPECT(office.take(link));  // under its own checkpoint it was right
}

TEST(sr36_nothing_is_sealed_to_a_stale_generation) {
    Office office;
    const GroupId group = office.directory.new_group({office.bernd, office.clara});
    Roles roles = office.all();
    roles.push_back({principal(group), Role::reader});
    const Bytes link = office.roster(office.anna, roles);
    office.directory.revoke(office.directory.add_device(office.clara));
    const Bytes later = office.altered_header(
        link, [&](LinkHeader& header) { header.note = office.directory.note(); });
    office.refused(later, errors::stale_generation);
    // Her group's generation is stale with hers.
    office.refused(
        change(office, later, [&](auto& members) { find(members, office.clara).boxed = false; }),
        errors::stale_generation);
    EXPECT(office.take(change(office, later, [&](auto& members) {
        for (Member& member : members)
            if (member.principal == principal(group) || member.principal == principal(office.clara))
                member.boxed = false;
    })));
}

// ---- SR-41: bad members, boxes, epochs

TEST(sr41_an_epoch_is_for_somebody) {
    Office office;
    office.refused(change(office, office.roster(office.anna, office.all()),
                          [](auto& members) {
                              for (Member& member : members) member.boxed = false;
                          }),
                   errors::bad_roster);
}

TEST(sr41_a_withheld_or_wrong_key_loses_its_box_only) {
    Office office;
    office.directory.withhold(principal(office.clara));
    KemSecretKey other = KemSecretKey::generate(office.directory.entropy);
    office.directory.give_wrong(principal(office.bernd), kem_public_key(other));
    EXPECT(office.take(office.roster(office.anna, office.all())));
    for (const Member& member : office.chain.standing().roster->members)
        EXPECT_EQ(member.boxed, member.principal == principal(office.anna));
    EXPECT_EQ(office.material.boxes.size(), 1U);
    // That a member waits for its box is a duty, not a ban.
    EXPECT(office.chain.rotation(office.directory, office.directory.checkpoint()) ==
           Rotation::waiting);
    EXPECT(office.take(office.commit(office.bernd)));
}

TEST(sr41_a_malformed_key_loses_its_box_only) {
    Office office;
    KemPublicKey malformed = kem_public_key(KemSecretKey::generate(office.directory.entropy));
    for (std::size_t i = 0; i < 1184; ++i) malformed.bytes[i] = 0xFF;
    office.directory.log_hash(principal(office.clara), kem_key_hash(malformed));
    office.directory.give_wrong(principal(office.clara), malformed);
    EXPECT(office.take(office.roster(office.anna, office.all())));
    for (const Member& member : office.chain.standing().roster->members)
        EXPECT_EQ(member.boxed, member.principal != principal(office.clara));
}

TEST(sr41_an_epoch_may_be_skipped_and_its_signer_is_named) {
    Office office;
    const CommitInfo before = *office.chain.standing().commit();
    const DeviceId bernd = office.directory.device_of(office.bernd);
    EXPECT(office.take(office.roster(office.bernd, office.all())));  // whose boxes are garbage, say
    EXPECT(office.take(office.commit(office.bernd)));
    const Author anna = office.author(office.directory.device_of(office.anna));
    const auto skip = [&](EpochNumber stands_on, const DeviceId& blamed, SkipReason reason) {
        return office.roster(anna,
                             {office.members(office.all()), {}, Skip{blamed, reason}, stands_on});
    };
    office.refused(skip(1, anna.device, SkipReason::box_broken), errors::bad_roster);
    office.refused(skip(1, bernd, SkipReason::reverted), errors::bad_roster);
    const Bytes good = skip(1, bernd, SkipReason::box_broken);
    office.refused(
        office.altered<RosterEntry>(good, [](RosterEntry& entry) { entry.stands_on = 0; }),
        errors::bad_roster);
    office.refused(
        office.altered<RosterEntry>(good, [](RosterEntry& entry) { entry.skip.reset(); }),
        errors::bad_roster);
    EXPECT(office.take(good));
    // The next commit stands on the last root before the skipped epoch, and the one after the next
    // on that.
    EXPECT(office.chain.standing().commit()->hash == before.hash);
    EXPECT(office.take(office.commit(office.anna)));
    EXPECT_EQ(office.chain.standing().commit()->epoch, 3U);
    // Skipping does not bring an older list back.
    EXPECT(office.take(office.roster(office.anna, {{principal(office.anna), Role::manager},
                                                   {principal(office.bernd), Role::editor}})));
    const Author bernds = office.author(bernd);
    office.refused(
        office.roster(
            bernds,
            {office.members(office.all()), {}, Skip{anna.device, SkipReason::box_broken}, 3}),
        errors::not_recomputed);
}

}  // namespace obhut::space::testing
