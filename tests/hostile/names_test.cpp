// Names that somebody wishes who has no say in them, and old ones that are shown again.
#include "client/names/names.h"

#include "tests/hostile/post.h"

namespace obhut::test {

namespace {

// Named: anna is the administrator; "Bau" is bernd's group, carla is nothing.
struct Named : Post {
    GroupId bau;

    Named() {
        EXPECT_OK(anna.engine().run_duties());
        const auto group = bernd.engine().create_group("Bau", {});
        if (EXPECT_OK(group)) bau = *group;
        duties(anna);
        EXPECT_EQ(name(carla), "Bau");
    }
    void duties(Person& person) {
        const auto report = person.engine().run_duties();
        EXPECT(report && report->failed == 0);
    }
    std::string name(Person& seen_by) {
        for (const auto& group :
             seen_by.engine().groups().value_or(std::vector<client::GroupView>()))
            if (group.id == bau) return group.name;
        return "(no group)";
    }
    std::string name_of(Person& person, Person& seen_by) {
        for (const auto& one : seen_by.engine().people().value_or(std::vector<client::Person>()))
            if (one.id == user(person)) return one.name;
        return "(nobody)";
    }
    Result<> wish(Person& from, const PrincipalId& about, const std::string& name, Millis time) {
        return client::Outbox(session(from)).send_wish(user(anna), {about, name, time});
    }
    Millis now() { return town.world.clock().now(); }
    std::size_t waiting(Person& person) {
        const auto view = inbox(person);
        return EXPECT_OK(view) ? view->items.size() : 99;
    }
};

}  // namespace

TEST(sr_17_who_does_not_manage_a_group_does_not_name_it) {
    Named scene;
    scene.town.world.clock().advance(kMinute);
    REQUIRE_OK(scene.wish(scene.carla, principal(scene.bau), "Vorstand", scene.now()));
    // Nor does a member of it.
    REQUIRE_OK(scene.bernd.engine().add_to_group(scene.bau, {user(scene.carla)}, false));
    REQUIRE_OK(scene.wish(scene.carla, principal(scene.bau), "Kasse", scene.now()));
    scene.duties(scene.anna);
    EXPECT_EQ(scene.name(scene.bernd), "Bau");
    // A person may look at them; then they are gone.
    EXPECT_EQ(scene.waiting(scene.anna), 2U);
    // By her own engine it is a name of her own, and goes nowhere.
    REQUIRE_OK(scene.carla.engine().rename_group(scene.bau, "Mein Bau"));
    scene.duties(scene.carla);
    EXPECT_EQ(scene.waiting(scene.anna), 2U);
}

TEST(sr_17_nobody_names_another_person) {
    Named scene;
    scene.town.world.clock().advance(kMinute);
    REQUIRE_OK(scene.wish(scene.carla, principal(user(scene.bernd)), "Carla", scene.now()));
    REQUIRE_OK(scene.wish(scene.carla, principal(user(scene.anna)), "Niemand", scene.now()));
    scene.duties(scene.anna);
    EXPECT_EQ(scene.name_of(scene.bernd, scene.carla), "");
    EXPECT_EQ(scene.name_of(scene.anna, scene.carla), "");
    EXPECT_EQ(scene.waiting(scene.anna), 2U);
}

TEST(sr_17_who_managed_a_group_when_he_wished_and_does_not_now_is_not_believed) {
    Named scene;
    scene.town.world.clock().advance(kMinute);
    REQUIRE_OK(scene.bernd.engine().add_to_group(scene.bau, {user(scene.carla)}, true));
    REQUIRE_OK(scene.carla.engine().rename_group(scene.bau, "Vorstand"));
    REQUIRE_OK(scene.bernd.engine().remove_from_group(scene.bau, {user(scene.carla)}));
    scene.duties(scene.anna);
    EXPECT_EQ(scene.name(scene.bernd), "Bau");
}

TEST(sr_32_old_name_that_the_server_held_back_changes_nothing) {
    Named scene;
    scene.town.world.clock().advance(kMinute);
    REQUIRE_OK(scene.bernd.engine().rename_group(scene.bau, "Bauamt"));
    const auto first = session(scene.anna).remote.drops(api::inbox(user(scene.anna)), {});
    REQUIRE(first && first->drops.size() == 1);
    scene.town.world.clock().advance(kMinute);
    REQUIRE_OK(scene.bernd.engine().rename_group(scene.bau, "Hochbau"));
    Tamper withhold = tamper_record<api::Drops>("/drops", [&](api::Drops& drops) {
        std::erase_if(drops.drops, [&](const api::WaitingDrop& drop) {
            return equal(drop.drop, first->drops[0].drop);
        });
    });
    scene.anna.wire().attack(&withhold);
    scene.duties(scene.anna);
    EXPECT_EQ(scene.name(scene.carla), "Hochbau");
    scene.anna.wire().attack(nullptr);
    scene.duties(scene.anna);
    EXPECT_EQ(scene.name(scene.carla), "Hochbau");
    EXPECT_EQ(scene.waiting(scene.anna), 0U);
    // What an administrator says by hand is later than all of them.
    REQUIRE_OK(scene.anna.engine().rename_group(scene.bau, "Tiefbau"));
    const client::Drop drop = *decode<Drop>(first->drops[0].drop);
    REQUIRE_OK(session(scene.carla).remote.put_drop(drop.inbox, {first->drops[0].drop, {}, 0}));
    scene.duties(scene.anna);
    EXPECT_EQ(scene.name(scene.carla), "Tiefbau");
}

TEST(sr_32_name_from_the_future_does_not_stand_for_ever) {
    Named scene;
    REQUIRE_OK(
        scene.wish(scene.bernd, principal(scene.bau), "Ewig", scene.now() + 100 * 365 * kDay));
    scene.duties(scene.anna);
    EXPECT_EQ(scene.name(scene.carla), "Bau");
    scene.town.world.clock().advance(kMinute);
    REQUIRE_OK(scene.bernd.engine().rename_group(scene.bau, "Bauamt"));
    scene.duties(scene.anna);
    EXPECT_EQ(scene.name(scene.carla), "Bauamt");
}

TEST(sr_17_name_that_another_group_has_is_written_by_no_device_on_its_own) {
    Named scene;
    const auto board = scene.anna.engine().create_group("Vorstand", {});
    REQUIRE_OK(board);
    scene.town.world.clock().advance(kMinute);
    EXPECT_ERROR(scene.bernd.engine().rename_group(scene.bau, "vor stand"), errors::name_in_use);
    REQUIRE_OK(scene.wish(scene.bernd, principal(scene.bau), "Vor Stand", scene.now()));
    REQUIRE_OK(scene.wish(scene.bernd, principal(scene.bau), "all", scene.now() + 1));
    REQUIRE_OK(
        scene.wish(scene.bernd, principal(user(scene.bernd)), "anna@example.org", scene.now()));
    scene.duties(scene.anna);
    EXPECT_EQ(scene.name(scene.carla), "Bau");
    EXPECT_EQ(scene.name_of(scene.bernd, scene.carla), "");
    EXPECT_EQ(scene.waiting(scene.anna), 3U);
}

}  // namespace obhut::test
