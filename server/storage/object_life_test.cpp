// The rules of an object's life, and which roots are retained.
#include "server/storage/object_life.h"

#include "server/storage/testing.h"

namespace obhut::storage::testing {
namespace {

std::string retained(const std::vector<Root>& roots, Millis now) {
    const Retained kept = retained_roots(roots, now);
    std::string all;
    for (const Root& root : roots)
        if (kept.has(root.sequence)) all += std::to_string(root.sequence) + " ";
    return all;
}

// roots are given as hours after midnight of some day.
std::vector<Root> roots(const std::vector<Millis>& hours) {
    std::vector<Root> all;
    for (const Millis hour : hours) all.push_back({all.size(), 100 * kDay + hour * kHour});
    return all;
}

TEST(newest_root_is_always_retained) {
    EXPECT_EQ(retained(roots({0}), 0), "0 ");
    EXPECT_EQ(retained(roots({0}), 100 * kDay), "0 ");
    EXPECT_EQ(retained(roots({0}), 900 * kDay), "0 ");
    EXPECT_EQ(retained(roots({0, 1, 2}), 900 * kDay), "2 ");
}

TEST(roots_of_the_last_day_are_retained) {
    const std::vector<Root> day = roots({1, 2, 3, 4});
    EXPECT_EQ(retained(day, 100 * kDay + 26 * kHour), "0 1 2 3 ");  // the first was replaced at 2
    EXPECT_EQ(retained(day, 100 * kDay + 26 * kHour + 1), "1 2 3 ");
    EXPECT_EQ(retained(day, 100 * kDay + 28 * kHour + 1), "3 ");
}

TEST(last_root_of_each_day_is_retained_for_a_month) {
    const std::vector<Root> days = roots({1, 20, 30, 40, 60, 100, 101});
    // midnights at 24, 48, 72, 96: the newest were 1, 3, 4, 4
    EXPECT_EQ(retained(days, 105 * kDay), "1 3 4 5 6 ");
    EXPECT_EQ(retained(days, 110 * kDay), "1 3 4 6 ");
    EXPECT_EQ(retained(days, 131 * kDay), "1 3 4 6 ");
    EXPECT_EQ(retained(days, 131 * kDay + 1), "3 4 6 ");
    EXPECT_EQ(retained(days, 134 * kDay), "4 6 ");
    EXPECT_EQ(retained(days, 134 * kDay + 1), "6 ");
}

TEST(clock_that_goes_back_retains_no_less) {
    EXPECT_EQ(retained(roots({50, 10, 20, 60}), 100 * kDay + 74 * kHour), "0 1 2 3 ");
}

TEST(thinned_roots_are_thinned_the_same_again) {
    std::vector<Root> all = roots({1, 20, 30, 40, 60, 100, 101, 130, 131, 155});
    for (Millis now = 106 * kDay; now < 140 * kDay; now += 7 * kHour) {
        const std::string from_all =
            retained(roots({1, 20, 30, 40, 60, 100, 101, 130, 131, 155}), now);
        EXPECT_EQ(retained(all, now), from_all);
        const Retained kept = retained_roots(all, now);
        std::erase_if(all, [&](const Root& root) { return !kept.has(root.sequence); });
    }
}

TEST(dying_object_is_needed_by_the_roots_that_show_it) {
    const Retained kept{.older = {3, 7}, .window = 20};
    const auto needed = [&](Sequence born, Sequence ended) {
        return is_needed({.stage = LifeStage::dying, .born = born, .ended = ended}, kept);
    };
    EXPECT(needed(1, 4) && needed(3, 4) && needed(4, 8) && needed(7, 8) && needed(1, 20));
    EXPECT(!needed(1, 3) && !needed(4, 7) && !needed(8, 20) && !needed(5, 5));
    EXPECT(needed(8, 21) && needed(30, 31));
}

TEST(put_and_renew_never_shorten) {
    ObjectLife life;
    put(life, Pin{kDevice, 100}, 7);
    EXPECT(life.stage == LifeStage::pinned && life.length == 7);
    put(life, Pin{made_up<DeviceId>(2), 50}, 7);
    EXPECT(life.ended == 100 && life.device == kDevice);
    EXPECT(renew(life, Pin{kDevice, 150}));
    EXPECT_EQ(life.ended, 150U);
    ObjectLife absent;
    EXPECT(!renew(absent, Pin{kDevice, 100}));
}

TEST(who_comes_back_keeps_his_first_birth) {
    ObjectLife life;
    put(life, Pin{kDevice, 100}, 7);
    REQUIRE_OK(raise_content(life, 5));
    REQUIRE_OK(lower_content(life, 6));
    REQUIRE_OK(raise_content(life, 9));
    EXPECT(life.stage == LifeStage::counted && life.born == 5 && life.count == 1);
    REQUIRE_OK(lower_content(life, 10));
    to_trash(life, 1000);
    REQUIRE_OK(raise_content(life, 12));
    EXPECT_EQ(life.born, 12U);
}

}  // namespace
}  // namespace obhut::storage::testing
