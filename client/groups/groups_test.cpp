// Groups as people use them: shared with, changed, healed by whoever is there.
#include "client/groups/groups.h"

#include "client/engine.h"
#include "protocols/api/errors.h"
#include "tests/support/actions.h"
#include "tests/support/crowd.h"
#include "tests/support/cutter.h"

namespace obhut::client {
namespace {

using test::read;
using test::text;
using test::unshare;
using test::World;
using test::write;

UserId id_of(test::Person& person) { return person.engine().status().user; }

// refused tells that nothing came back, and that this is no alarm: the server is honest.
template <class T>
bool refused(const Result<T>& result) {
    return !result && result.error().kind() != Kind::corrupt;
}

const directory::GroupRecord& record(test::Person& person, const GroupId& group) {
    EXPECT_OK(person.engine().catch_up());
    return *person.engine().session().directory.state().group(group);
}

// Narrow lets no large request through: as a server does from 9 MiB on, which takes a group of some
// 7,000.
class Narrow final : public test::Adversary {
public:
    static constexpr std::size_t kMost = 700U << 10;
    std::size_t largest = 0;

    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        largest = std::max(largest, request.body.size());
        if (request.body.size() > kMost) return fail(errors::unreachable);
        return server(request);
    }
};

// Office is anna (who founded), bernd and carla; group "Bau" of bernd (its manager) and carla; a
// space of anna's shared with the group.
struct Office {
    World world;
    test::Person& anna;
    test::Person& bernd;
    test::Person& carla;
    GroupId bau;
    SpaceId akten;

    explicit Office(Role role = Role::editor)
        : anna(world.found("anna")),
          bernd(world.join("bernd", anna)),
          carla(world.join("carla", anna)) {
        EXPECT_OK(anna.engine().run_duties());
        const auto group = bernd.engine().create_group("Bau", {id_of(carla)});
        if (!EXPECT_OK(group)) return;
        bau = *group;
        const auto space = anna.engine().create_space("Akten");
        if (!EXPECT_OK(space)) return;
        akten = *space;
        EXPECT_OK(anna.engine().share(akten, principal(bau), role));
        EXPECT_OK(write(anna, akten, "x/1", "by anna"));
    }
};

}  // namespace

TEST(group_members_read_what_is_shared_with_the_group) {
    Office office;
    EXPECT_EQ(text(read(office.carla, office.akten, "x/1")), "by anna");
    EXPECT_OK(write(office.carla, office.akten, "x/2", "by carla"));
    EXPECT_EQ(text(read(office.anna, office.akten, "x/2")), "by carla");
    const auto groups = office.carla.engine().groups();
    REQUIRE_OK(groups);
    EXPECT_EQ(groups->size(), 2U);  // and *all*
    const auto bau = office.bernd.engine().find_group("Bau");
    REQUIRE_OK(bau);
    EXPECT(bau->manager && bau->member && bau->members == 2 && !bau->stale);
    const auto members = office.bernd.engine().group_members(bau->id);
    REQUIRE_OK(members);
    EXPECT_EQ(members->size(), 2U);
}

TEST(group_name_is_known_to_all_once_an_administrator_wrote_it) {
    Office office;
    EXPECT_ERROR(office.carla.engine().find_group("Bau"), errors::group_not_found);
    EXPECT_OK(office.anna.engine().rename_group(office.bau, "Bau"));
    EXPECT_OK(office.carla.engine().find_group("Bau"));
    EXPECT_ERROR(office.anna.engine().create_group("Bau", {}), errors::group_ambiguous);
    const auto members = office.carla.engine().members(office.akten);
    REQUIRE_OK(members);
    EXPECT(std::any_of(members->begin(), members->end(),
                       [](const MemberView& member) { return member.label == "Bau"; }));
}

TEST(group_that_is_stale_is_healed_by_who_writes_in_its_space) {
    Office office;
    const auto group = principal(office.bau);
    EXPECT_OK(office.anna.engine().share(office.akten, group, Role::manager));
    EXPECT_OK(unshare(office.anna, office.akten, office.anna));  // only the group is left
    test::Person& laptop = office.world.stranger("laptop");
    EXPECT_OK(test::link(office.bernd, laptop));
    EXPECT_OK(office.anna.engine().revoke_device(laptop.engine().status().device));
    EXPECT_OK(office.carla.engine().catch_up());
    EXPECT_OK(write(office.carla, office.akten, "x/2", "by carla"));
    EXPECT_EQ(text(read(office.carla, office.akten, "x/2")), "by carla");
    EXPECT(refused(read(laptop, office.akten, "x/2")));
    EXPECT_OK(office.bernd.engine().run_duties());
    EXPECT_OK(office.carla.engine().run_duties());
    EXPECT_EQ(text(read(office.bernd, office.akten, "x/2")), "by carla");
}

// Who was disabled and is enabled again has no box of the group's key: until another member has run
// there is nobody whom its home could be sealed to. That is told, and is no failed duty.
TEST(group_home_waits_for_who_can_renew_the_key) {
    Office office;
    EXPECT_OK(office.bernd.engine().run_duties());
    EXPECT_OK(office.carla.engine().run_duties());
    EXPECT_OK(office.anna.engine().disable(id_of(office.bernd)));
    EXPECT_OK(office.carla.engine().run_duties());
    EXPECT_OK(office.anna.engine().disable(id_of(office.carla)));
    EXPECT_OK(office.anna.engine().enable(id_of(office.carla)));
    EXPECT_OK(office.anna.engine().enable(id_of(office.bernd)));
    const auto waiting = office.bernd.engine().run_duties();
    REQUIRE_OK(waiting);
    EXPECT_EQ(waiting->failed, 0U);
    const auto home = office.bernd.engine().group_home(office.bau);
    REQUIRE_OK(home);
    const SpaceId id = (*home)->id();
    EXPECT_ERROR(write(office.bernd, id, "x/1", "early"), errors::key_renewal_waits);
    EXPECT_OK(office.carla.engine().run_duties());
    EXPECT_OK(office.bernd.engine().run_duties());
    EXPECT_OK(write(office.bernd, id, "x/1", "bernd's"));
    EXPECT_EQ(text(read(office.carla, id, "x/1")), "bernd's");
}

TEST(group_whose_key_nobody_has_says_so) {
    Office office;
    const auto has = [&](ConditionKind kind) {
        const auto conditions = office.bernd.engine().conditions();
        return std::ranges::any_of(
            conditions, [&](const Condition& condition) { return condition.kind == kind; });
    };
    EXPECT_OK(office.anna.engine().disable(id_of(office.bernd)));
    EXPECT_OK(office.carla.engine().run_duties());
    EXPECT_OK(office.anna.engine().enable(id_of(office.bernd)));
    EXPECT_OK(office.bernd.engine().catch_up());
    EXPECT(has(ConditionKind::group_waiting) && !has(ConditionKind::group_keyless));
    EXPECT_OK(office.anna.engine().disable(id_of(office.carla)));
    EXPECT_OK(office.bernd.engine().run_duties());
    EXPECT(!has(ConditionKind::group_waiting) && has(ConditionKind::group_keyless));
    EXPECT_OK(office.anna.engine().enable(id_of(office.carla)));
    EXPECT_OK(office.carla.engine().run_duties());
    EXPECT_OK(office.bernd.engine().catch_up());
    EXPECT(!has(ConditionKind::group_waiting) && !has(ConditionKind::group_keyless));
}

TEST(group_newcomer_reads_at_once_and_spaces_notice_nothing) {
    Office office;
    test::Person& dora = office.world.join("dora", office.anna);
    EXPECT(refused(read(dora, office.akten, "x/1")));
    EXPECT_OK(office.bernd.engine().add_to_group(office.bau, {id_of(dora)}, false));
    EXPECT_EQ(text(read(dora, office.akten, "x/1")), "by anna");
    EXPECT_EQ(record(office.anna, office.bau).generations.size(), 1U);
    EXPECT_ERROR(office.bernd.engine().add_to_group(office.bau, {id_of(dora)}, false),
                 errors::group_unchanged);
    EXPECT_ERROR(dora.engine().add_to_group(office.bau, {id_of(office.anna)}, false),
                 errors::not_group_manager);
}

TEST(group_removed_member_reads_nothing_new) {
    Office office;
    EXPECT_EQ(text(read(office.carla, office.akten, "x/1")), "by anna");
    EXPECT_OK(office.bernd.engine().remove_from_group(office.bau, {id_of(office.carla)}));
    EXPECT(!record(office.bernd, office.bau).generations.back().stale());
    EXPECT_OK(office.bernd.engine().run_duties());
    EXPECT_OK(write(office.anna, office.akten, "x/2", "after"));
    EXPECT_EQ(text(read(office.bernd, office.akten, "x/2")), "after");
    EXPECT(refused(read(office.carla, office.akten, "x/2")));
    EXPECT(refused(write(office.carla, office.akten, "x/3", "still here")));
}

TEST(sr_36_group_heals_when_an_administrator_removes_and_its_manager_is_away) {
    Office office;
    test::Person& dora = office.world.join("dora", office.anna);
    EXPECT_OK(office.bernd.engine().add_to_group(office.bau, {id_of(dora)}, false));
    EXPECT_OK(office.anna.engine().remove_from_group(office.bau, {id_of(office.carla)}));
    EXPECT(record(office.anna, office.bau).generations.back().stale());
    // Nobody manages: dora, a plain member, is the one who is there.
    EXPECT_OK(dora.engine().run_duties());
    EXPECT_EQ(record(dora, office.bau).generations.size(), 2U);
    EXPECT(!record(dora, office.bau).generations.back().stale());
    EXPECT_OK(write(dora, office.akten, "x/2", "after"));
    EXPECT_EQ(text(read(office.bernd, office.akten, "x/2")), "after");
    EXPECT(refused(read(office.carla, office.akten, "x/2")));
    const auto again = dora.engine().run_duties();
    REQUIRE_OK(again);
    EXPECT_EQ(again->failed, 0U);
}

TEST(group_last_manager_leaves_only_after_naming_another) {
    Office office;
    EXPECT_ERROR(office.bernd.engine().remove_from_group(office.bau, {id_of(office.bernd)}),
                 errors::last_group_manager);
    EXPECT_OK(office.bernd.engine().add_to_group(office.bau, {id_of(office.carla)}, true));
    EXPECT_OK(office.bernd.engine().remove_from_group(office.bau, {id_of(office.bernd)}));
    // Who left did not make the next key; who stays does.
    EXPECT(record(office.carla, office.bau).generations.back().stale());
    EXPECT_OK(office.carla.engine().run_duties());
    EXPECT(!record(office.carla, office.bau).generations.back().stale());
    EXPECT_OK(write(office.carla, office.akten, "x/2", "after"));
    EXPECT(refused(read(office.bernd, office.akten, "x/2")));
}

TEST(group_two_managers_remove_each_other_at_once) {
    Office office;
    EXPECT_OK(office.bernd.engine().add_to_group(office.bau, {id_of(office.carla)}, true));
    EXPECT_OK(office.carla.engine().catch_up());
    // Both have seen the same log; the server takes one, and the other is no manager any more.
    EXPECT_OK(office.bernd.engine().remove_from_group(office.bau, {id_of(office.carla)}));
    EXPECT_ERROR(office.carla.engine().remove_from_group(office.bau, {id_of(office.bernd)}),
                 errors::not_group_manager);
    EXPECT(record(office.anna, office.bau).has(id_of(office.bernd)));
}

TEST(group_deleted_gives_nothing_any_more) {
    Office office;
    EXPECT_ERROR(office.carla.engine().delete_group(office.bau), errors::not_group_manager);
    EXPECT_OK(office.bernd.engine().delete_group(office.bau));
    EXPECT_ERROR(office.bernd.engine().add_to_group(office.bau, {id_of(office.anna)}, false),
                 errors::group_not_found);
    EXPECT_OK(office.anna.engine().run_duties());
    EXPECT_OK(write(office.anna, office.akten, "x/2", "after"));
    EXPECT(refused(read(office.carla, office.akten, "x/2")));
    const auto groups = office.anna.engine().groups();
    REQUIRE_OK(groups);
    EXPECT_EQ(groups->size(), 1U);
}

TEST(group_of_two_buckets_reseals_only_what_changed) {
    Office office;
    const auto people = test::crowd(office.anna, 140);
    EXPECT_OK(office.bernd.engine().add_to_group(office.bau, test::ids_of(people), false));
    EXPECT(record(office.bernd, office.bau).bucketed());
    EXPECT_EQ(record(office.bernd, office.bau).generations.size(), 1U);
    // The first removal seals both buckets, the second one's bucket alone.
    EXPECT_OK(office.bernd.engine().remove_from_group(office.bau, {people[0].user}));
    const auto first = record(office.bernd, office.bau);
    EXPECT_EQ(first.buckets[0].since, first.buckets[1].since);
    EXPECT_OK(office.bernd.engine().run_duties());
    EXPECT_OK(write(office.anna, office.akten, "x/2", "after one"));
    EXPECT_EQ(text(read(office.carla, office.akten, "x/2")), "after one");
    const auto far = std::find_if(people.begin() + 1, people.end(), [&](const auto& person) {
        return first.bucket_of(person.user) == 1;
    });
    REQUIRE(far != people.end());
    EXPECT_OK(office.bernd.engine().remove_from_group(office.bau, {far->user}));
    const auto second = record(office.bernd, office.bau);
    EXPECT_EQ(second.buckets[0].since, first.buckets[0].since);
    EXPECT(second.buckets[1].since > first.buckets[1].since);
    EXPECT_OK(office.bernd.engine().run_duties());
    EXPECT_OK(write(office.anna, office.akten, "x/3", "after two"));
    EXPECT_EQ(text(read(office.carla, office.akten, "x/3")), "after two");
    // A device that comes later opens the newest key by its bucket and walks back from there.
    office.world.clock().advance(60'000);  // so many enrolments are all one address may ask for
    test::Person& tablet = office.world.stranger("tablet");
    REQUIRE_OK(test::link(office.carla, tablet));
    EXPECT_EQ(text(read(tablet, office.akten, "x/3")), "after two");
    EXPECT_OK(tablet.engine().session().rings.secret(principal(office.bau), 1));
}

TEST(group_change_killed_at_every_request_is_whole) {
    Office office;
    const UserId passing = test::crowd(office.anna, 1)[0].user;
    const auto remove = [&] {
        return office.bernd.engine().remove_from_group(office.bau, {passing});
    };
    const int killed = test::killed_everywhere({
        .person = office.bernd,
        .prepare =
            [&] {
                office.world.clock().advance(60'000);
                EXPECT_OK(office.bernd.engine().add_to_group(office.bau, {passing}, false));
            },
        .act = remove,
        .judge =
            [&](const Result<>& removed) {
                if (!removed) {
                    const auto again = remove();
                    EXPECT(again || again.error().is(errors::group_unchanged));
                }
                const auto group = record(office.bernd, office.bau);
                EXPECT(!group.has(passing) && !group.generations.back().stale());
                // Everybody has the key that counts, its maker too.
                const auto newest = static_cast<std::uint32_t>(group.generations.size());
                for (test::Person* person : {&office.bernd, &office.carla}) {
                    EXPECT_OK(person->engine().catch_up());
                    EXPECT_OK(
                        person->engine().session().rings.secret(principal(office.bau), newest));
                }
            },
    });
    EXPECT(killed >= 6);
}

TEST(group_all_takes_in_who_joins) {
    World world;
    test::Person& anna = world.found("anna");
    test::Person& bernd = world.join("bernd", anna);
    EXPECT_OK(anna.engine().run_duties());
    const auto all = bernd.engine().find_group("all");
    REQUIRE_OK(all);
    EXPECT(all->member && all->members == 2 && !all->manager);
    EXPECT_OK(bernd.engine().find_person("bernd@example.org"));
}

TEST(group_rotation_of_many_buckets_goes_in_several_requests) {
    Office office;
    const auto people = test::ids_of(test::crowd(office.anna, 500));
    EXPECT_EQ(people.size(), 500U);
    test::Person& bernd = office.bernd;
    for (std::size_t i = 0; i < 500; i += 250)
        EXPECT_OK(
            bernd.engine().add_to_group(office.bau,
                                        {people.begin() + static_cast<std::ptrdiff_t>(i),
                                         people.begin() + static_cast<std::ptrdiff_t>(i + 250)},
                                        false));
    Narrow narrow;
    bernd.wire().attack(&narrow);
    // Nobody has been sealed into a bucket before: all of them are made.
    EXPECT_OK(bernd.engine().remove_from_group(office.bau, {people[0]}));
    EXPECT(narrow.largest > Narrow::kMost / 2);
    const directory::GroupRecord& group = record(office.carla, office.bau);
    EXPECT_EQ(group.generations.size(), 2U);
    EXPECT_EQ(group.without_box.size(), 0U);
    EXPECT_OK(office.anna.engine().run_duties());
    EXPECT_OK(write(office.anna, office.akten, "x/2", "to all buckets"));
    EXPECT_EQ(text(read(office.carla, office.akten, "x/2")), "to all buckets");
    EXPECT_EQ(text(read(bernd, office.akten, "x/2")), "to all buckets");
}

TEST(group_buckets_are_deposited_by_members_within_bounds) {
    Office office;
    const auto deposit = [&](test::Person& by, std::uint16_t index) {
        api::BucketDeposit request{office.bau, {}};
        request.buckets.push_back({KemKeyHash{}, {index, {}}});
        return by.engine().session().remote.deposit_buckets(request);
    };
    EXPECT_OK(deposit(office.carla, 0));
    EXPECT_OK(deposit(office.carla, 0));
    EXPECT_ERROR(deposit(office.carla, 1000), errors::not_there);
    EXPECT_ERROR(deposit(office.anna, 0), errors::not_there);
}

}  // namespace obhut::client
