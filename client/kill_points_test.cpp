// Changes of keys, members and spaces, killed at every request and every commit of the own store:
// the next start goes on, and nothing is lost, open to whom it should not be, or there twice.
#include <algorithm>

#include "client/engine.h"
#include "client/session.h"
#include "protocols/api/errors.h"
#include "tests/hostile/fork.h"
#include "tests/support/cutter.h"

namespace obhut::client {
namespace {

using test::device_of;
using test::read;
using test::share;
using test::text;
using test::Town;
using test::unshare;
using test::write;

bool has(test::Person& person, ConditionKind kind) {
    EXPECT_OK(person.engine().catch_up());
    const auto conditions = person.engine().conditions();
    return std::ranges::count(conditions, kind, &Condition::kind) > 0;
}

// Killing is a town where bernd gets another laptop for each try.
struct Killing : Town {
    test::Person* laptop = nullptr;
    int tries = 0;

    std::string number() const { return std::to_string(tries); }
    void next() {
        world.clock().advance(kMinute);  // so many enrolments are all one address may ask for
        ++tries;
    }
    void new_laptop() {
        next();
        laptop = &world.stranger("laptop" + number());
        EXPECT_OK(test::link(bernd, *laptop));
    }
    // Bernd's key is fresh, the laptop is out, and the space goes on without it.
    void all_healed() {
        EXPECT_OK(bernd.engine().run_duties());
        EXPECT(!has(bernd, ConditionKind::key_stale));
        EXPECT(!bernd.engine().session().directory.state().device_active(device_of(*laptop)));
        EXPECT_OK(anna.engine().run_duties());
        EXPECT_OK(write(anna, akten, "x/" + number(), "after"));
        EXPECT_EQ(text(read(bernd, akten, "x/" + number())), "after");
        EXPECT(!read(*laptop, akten, "x/" + number()));
    }
};

}  // namespace

TEST(sr_34_rotation_of_a_stale_key_killed_at_every_request) {
    Killing town;
    const int killed = test::killed_everywhere({
        .person = town.bernd,
        .prepare =
            [&] {
                town.new_laptop();
                EXPECT_OK(town.anna.engine().revoke_device(device_of(*town.laptop)));
            },
        .act = [&]() -> Result<> {
            TRY(town.bernd.engine().run_duties());
            return {};
        },
        .judge = [&](const Result<>&) { town.all_healed(); },
    });
    EXPECT(killed >= 8);
}

TEST(sr_34_revocation_killed_at_every_request) {
    Killing town;
    const int killed = test::killed_everywhere({
        .person = town.bernd,
        .prepare = [&] { town.new_laptop(); },
        .act = [&]() -> Result<> {
            TRY(town.bernd.engine().revoke_device(device_of(*town.laptop)));
            return {};
        },
        .judge =
            [&](const Result<>& acted) {
                EXPECT_OK(town.bernd.engine().catch_up());
                const auto& state = town.bernd.engine().session().directory.state();
                if (!acted && state.device_active(device_of(*town.laptop)))
                    EXPECT_OK(town.bernd.engine().revoke_device(device_of(*town.laptop)));
                town.all_healed();
            },
    });
    EXPECT(killed >= 4);
}

TEST(removal_of_a_member_killed_at_every_request) {
    Killing town;
    test::Person& carla = town.world.join("carla", town.anna);
    const int killed = test::killed_everywhere({
        .person = town.anna,
        .prepare =
            [&] {
                town.next();
                EXPECT_OK(share(town.anna, town.akten, carla, Role::editor));
                EXPECT_OK(read(carla, town.akten, "x/first"));
            },
        .act = [&] { return unshare(town.anna, town.akten, carla); },
        .judge =
            [&](const Result<>& acted) {
                if (!acted) {
                    const auto again = unshare(town.anna, town.akten, carla);
                    EXPECT(again || again.error().is(errors::member_unchanged));
                }
                const std::string key = "x/" + town.number();
                EXPECT_OK(write(town.anna, town.akten, key, "without carla"));
                EXPECT_EQ(text(read(town.bernd, town.akten, key)), "without carla");
                EXPECT(!read(carla, town.akten, key));
                EXPECT(!write(carla, town.akten, "x/no", "still here"));
            },
    });
    EXPECT(killed >= 4);
}

TEST(making_a_space_killed_at_every_request) {
    Killing town;
    const auto called = [&](const std::string& name) {
        const auto spaces = town.anna.engine().spaces();
        if (!EXPECT_OK(spaces)) return std::ptrdiff_t{99};
        EXPECT(std::ranges::none_of(*spaces,
                                    [](const auto& view) { return view.trouble.has_value(); }));
        return std::ranges::count(*spaces, name, &SpaceView::name);
    };
    const int killed = test::killed_everywhere({
        .person = town.anna,
        .prepare = [&] { town.next(); },
        .act = [&]() -> Result<> {
            TRY(town.anna.engine().create_space("Kasse " + town.number()));
            return {};
        },
        .judge =
            [&](const Result<>& acted) {
                const std::string name = "Kasse " + town.number();
                const auto there = called(name);
                EXPECT(acted ? there == 1 : there <= 1);
                if (there == 0) EXPECT_OK(town.anna.engine().create_space(name));
                const auto id = town.anna.engine().find_space(name);
                REQUIRE_OK(id);
                EXPECT_OK(write(town.anna, *id, "x/1", "in it"));
                EXPECT_EQ(text(read(town.anna, *id, "x/1")), "in it");
            },
    });
    EXPECT(killed >= 2);
}

namespace {

// Restored is a town whose server came back without what anna and bernd had done since. again()
// makes all of it as it was then.
struct Restored : test::ForkedTown {
    Restored() {
        EXPECT_OK(anna.engine().catch_up());
        EXPECT_OK(bernd.engine().catch_up());
        split();
        EXPECT_OK(write(anna, akten, "x/1", "anna's"));
        EXPECT_OK(write(bernd, akten, "x/2", std::string(20'000, 'b')));
        EXPECT_OK(write(anna, akten, "x/3", "on bernd's"));
        EXPECT_OK(read(bernd, akten, "x/3"));
        shadow.come_back();
        anna.wire().connect(shadow);
        bernd.wire().connect(shadow);
        world.clock().advance(11 * kMinute);
        (void)read(bernd, akten, "x/3");  // he lacks anna's
        store_ = shadow.store().copy();
        annas_ = anna.disk().snapshot();
        bernds_ = bernd.disk().snapshot();
    }
    void again() {
        shadow.put(store_->copy());
        anna.replace_disk(annas_.snapshot());
        bernd.replace_disk(bernds_.snapshot());
        EXPECT_OK(anna.restart());
        EXPECT_OK(bernd.restart());
    }

private:
    std::unique_ptr<storage::MemoryStore> store_;
    client::MemoryDisk annas_, bernds_;
};

}  // namespace

TEST(sr_44_giving_back_after_a_restore_killed_at_every_request) {
    Restored town;
    const int killed = test::killed_everywhere({
        .person = town.anna,
        .prepare = [&] { town.again(); },
        .act = [&]() -> Result<> {
            TRY(town.anna.engine().run_duties());
            return {};
        },
        .judge =
            [&](const Result<>&) {
                for (int round = 0; round < 2; ++round)
                    for (test::Person* person : {&town.anna, &town.bernd})
                        EXPECT_OK(person->engine().run_duties());
                EXPECT_EQ(text(read(town.anna, town.akten, "x/1")), "anna's");
                EXPECT_EQ(text(read(town.anna, town.akten, "x/2")).size(), 20'000U);
                EXPECT_EQ(text(read(town.bernd, town.akten, "x/3")), "on bernd's");
                EXPECT(!test::alarmed(town.anna) && !test::alarmed(town.bernd));
            },
    });
    EXPECT(killed >= 16);
}

TEST(sr_44_going_over_to_a_reset_killed_at_every_request) {
    Restored town;
    const int killed = test::killed_everywhere({
        .person = town.bernd,
        .prepare =
            [&] {
                town.again();
                // Anna gives up what bernd has: it is made again there.
                EXPECT_ERROR(read(town.anna, town.akten, "x/1"), errors::restored_behind);
                EXPECT_OK(
                    town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
            },
        .act = [&]() -> Result<> {
            TRY(town.bernd.engine().run_duties());
            return {};
        },
        .judge =
            [&](const Result<>&) {
                town.world.clock().advance(kJournalLease + kSecond);
                for (int round = 0; round < 2; ++round)
                    for (test::Person* person : {&town.bernd, &town.anna})
                        EXPECT_OK(person->engine().run_duties());
                EXPECT_EQ(text(read(town.bernd, town.akten, "x/1")), "anna's");
                EXPECT_EQ(text(read(town.anna, town.akten, "x/2")).size(), 20'000U);
                EXPECT_EQ(text(read(town.bernd, town.akten, "x/3")), "on bernd's");
                EXPECT(!test::alarmed(town.anna) && !test::alarmed(town.bernd));
            },
    });
    EXPECT(killed >= 16);
}

}  // namespace obhut::client
