// Duties of short programs: nothing is asked when nothing is new, and nothing that is due is
// missed.
#include "client/duties/due.h"

#include "tests/support/actions.h"

namespace obhut::client {

using test::share;
using test::Town;

namespace {

// Runs duties until nothing is left to do.
void settle(test::Person& person) {
    for (int i = 0; i < 10; ++i) {
        REQUIRE_OK(person.engine().spaces());
        const auto report = person.engine().run_due_duties();
        REQUIRE_OK(report);
        if (report->done == 0 && report->failed == 0) return;
    }
    EXPECT(false);
}

// The requests of a command that lists the spaces and does what is due.
struct Asked {
    std::size_t listing = 0;
    std::size_t duties = 0;
};
Asked command(test::Person& person) {
    const std::size_t before = person.wire().requests();
    EXPECT_OK(person.engine().spaces());
    const std::size_t listed = person.wire().requests();
    EXPECT_OK(person.engine().run_due_duties());
    return {listed - before, person.wire().requests() - listed};
}

}  // namespace

TEST(a_command_asks_once_where_nothing_is_new) {
    Town town;
    settle(town.anna);
    EXPECT_OK(town.anna.reopen());
    const Asked first = command(town.anna);
    EXPECT_EQ(first.listing, 1U);
    EXPECT_EQ(first.duties, 0U);
    // What this device commits itself, and what others commit, is no reason.
    REQUIRE_OK(test::write(town.anna, town.akten, "x/1", "one"));
    EXPECT_EQ(command(town.anna).duties, 0U);
    REQUIRE_OK(test::write(town.bernd, town.akten, "x/2", "two"));
    const Asked moved = command(town.anna);
    EXPECT_EQ(moved.listing, 3U);  // and the links and the root of the space that moved
    EXPECT_EQ(moved.duties, 0U);
    EXPECT_EQ(test::read(town.anna, town.akten, "x/2").value_or(""), "two");
}

TEST(duties_are_looked_for_once_an_hour) {
    Town town;
    settle(town.anna);
    town.world.clock().advance(kDutiesEvery - kMinute);
    EXPECT_EQ(command(town.anna).duties, 0U);
    town.world.clock().advance(kMinute);
    EXPECT(command(town.anna).duties > 0);
    EXPECT_EQ(command(town.anna).duties, 0U);
}

TEST(name_that_somebody_wishes_is_written_down_by_the_next_command) {
    Town town;
    settle(town.anna);
    settle(town.bernd);
    EXPECT_EQ(command(town.anna).duties, 0U);
    const UserId bernd = town.bernd.engine().status().user;
    REQUIRE_OK(town.bernd.engine().set_name(bernd, "Bernd Beispiel"));
    EXPECT(command(town.anna).duties > 0);
    EXPECT_EQ(town.bernd.engine().find_person("Bernd Beispiel").value_or(Person{}).id.hex(),
              bernd.hex());
    settle(town.anna);
    EXPECT_EQ(command(town.anna).duties, 0U);
}

TEST(what_makes_a_duty_is_seen_at_once) {
    Town town;
    test::Person& carla = town.world.join("carla", town.anna);
    for (test::Person* person : {&town.anna, &town.bernd, &carla}) settle(*person);
    settle(town.anna);
    settle(town.bernd);
    EXPECT_EQ(command(town.bernd).duties, 0U);
    // A roster that somebody else has changed.
    REQUIRE_OK(share(town.anna, town.akten, carla, Role::editor));
    EXPECT(command(town.bernd).duties > 0);
    settle(town.bernd);
    // The directory: a person is disabled, and the keys he had are made anew by others.
    const auto found = town.anna.engine().find_person(carla.email);
    REQUIRE_OK(found);
    REQUIRE_OK(town.anna.engine().disable(found->id));
    EXPECT(command(town.bernd).duties > 0);
    // A policy that may end links.
    settle(town.anna);
    REQUIRE_OK(town.anna.engine().set_space_policy(town.akten, {10, 100, 5}));
    EXPECT(command(town.anna).duties > 0);
}

TEST(a_restored_profile_or_a_damaged_mark_makes_duties_due) {
    Town town;
    settle(town.anna);
    Session& session = town.anna.engine().session();
    {
        const auto writer = session.store.write(Durability::relaxed);
        REQUIRE_OK(writer);
        REQUIRE_OK((*writer)->put(Table::spaces, as_bytes("duties"), to_bytes("no mark")));
        REQUIRE_OK((*writer)->commit());
    }
    EXPECT(command(town.anna).duties > 0);
    EXPECT_EQ(command(town.anna).duties, 0U);
}

}  // namespace obhut::client
