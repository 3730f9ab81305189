// What a policy lets go: the rule, and the editor that acts on it.
#include "apps/files/thinning.h"

#include <algorithm>
#include <set>

#include "apps/files/editor.h"
#include "tests/support/files_fixture.h"
#include "tests/support/test.h"

namespace obhut::files {

using test::MapReading;
using test::small_file;

namespace {

constexpr Millis kNow = 1'790'000'000'000;  // in September 2026

// The year and month of a time, counted by hand: the rule has them from the library.
std::pair<unsigned, unsigned> month_by_hand(Millis time) {
    std::uint64_t days = time / kDay;
    for (unsigned year = 1970;; ++year) {
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        const unsigned lengths[]{31, leap ? 29U : 28U, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        for (unsigned month = 0; month < 12; ++month) {
            if (days < lengths[month]) return {year, month};
            days -= lengths[month];
        }
    }
}

// History is a file's older versions, as years of work leave them: spells of work and long pauses.
std::vector<VersionTime> history(obhut::test::TestEntropy& dice) {
    std::vector<VersionTime> versions;
    Millis time = kNow - (1 + dice.below(1500)) * kDay;
    const std::size_t count = 1 + dice.below(60);
    for (std::uint32_t number = 1; versions.size() < count; ++number) {
        time += dice.below(3) == 0 ? dice.below(80) * kDay : dice.below(20) * kHour;
        if (time > kNow + 40 * kDay) break;
        versions.push_back({number, time});
    }
    return versions;
}

std::vector<VersionTime> left(const std::vector<VersionTime>& versions, const KeepPolicy& policy,
                              Millis certain) {
    if (versions.empty()) return {};
    const auto going = versions_that_go(versions, versions.back().number, policy, certain);
    std::vector<VersionTime> kept;
    for (const VersionTime& version : versions)
        if (std::ranges::find(going, version.number) == going.end()) kept.push_back(version);
    return kept;
}

std::set<std::uint32_t> numbers(const std::vector<VersionTime>& versions) {
    std::set<std::uint32_t> all;
    for (const VersionTime& version : versions) all.insert(version.number);
    return all;
}

bool contains(const std::vector<VersionTime>& all, const std::vector<VersionTime>& some) {
    const auto a = numbers(all);
    const auto b = numbers(some);
    return std::includes(a.begin(), a.end(), b.begin(), b.end());
}

KeepPolicy any_policy(obhut::test::TestEntropy& dice) {
    const auto days = [&](std::uint64_t most) {
        return static_cast<std::uint32_t>(dice.below(most));
    };
    KeepPolicy policy{days(60), days(800), days(60)};
    if (dice.below(2) == 0) policy.monthly_versions = days(1500);
    return policy;
}

void check_what_stays(const std::vector<VersionTime>& all, const std::vector<VersionTime>& kept,
                      const KeepPolicy& policy, Millis now) {
    const auto stays = numbers(kept);
    EXPECT(stays.contains(all.back().number));
    for (const VersionTime& version : all) {
        const bool is_young = version.changed + policy.all_versions * kDay > now;
        const auto later = [&](auto&& same) {
            return std::ranges::any_of(all, [&](const VersionTime& other) {
                return other.number > version.number && same(other.changed, version.changed);
            });
        };
        const bool last_of_day = !later([](Millis a, Millis b) { return a / kDay == b / kDay; });
        const bool last_of_month =
            !later([](Millis a, Millis b) { return month_by_hand(a) == month_by_hand(b); });
        const bool by_day = last_of_day && version.changed + policy.daily_versions * kDay > now;
        const bool by_month =
            last_of_month &&
            (!policy.monthly_versions || version.changed + *policy.monthly_versions * kDay > now);
        const bool must_stay =
            is_young || by_month || by_day || version.number == all.back().number;
        EXPECT_EQ(stays.contains(version.number), must_stay);
    }
}

}  // namespace

TEST(thinning_keeps_what_the_policy_says_and_no_more) {
    obhut::test::TestEntropy dice(71);
    for (int round = 0; round < 400; ++round) {
        const auto all = history(dice);
        if (all.empty()) continue;
        const KeepPolicy policy = any_policy(dice);
        check_what_stays(all, left(all, policy, kNow), policy, kNow);
        if (obhut::test::failures() > 0) return;
    }
}

TEST(thinning_twice_is_thinning_once_later) {
    obhut::test::TestEntropy dice(72);
    for (int round = 0; round < 400; ++round) {
        const auto all = history(dice);
        const KeepPolicy policy = any_policy(dice);
        const Millis sooner = kNow - dice.below(400) * kDay;
        const auto before = left(all, policy, sooner);
        EXPECT(contains(before, left(all, policy, kNow)));
        EXPECT(numbers(left(before, policy, kNow)) == numbers(left(all, policy, kNow)));
        EXPECT(numbers(left(before, policy, sooner)) == numbers(before));
    }
}

TEST(thinning_by_a_more_generous_policy_keeps_more) {
    obhut::test::TestEntropy dice(73);
    for (int round = 0; round < 400; ++round) {
        const auto all = history(dice);
        const KeepPolicy policy = any_policy(dice);
        KeepPolicy generous = policy;
        generous.all_versions += static_cast<std::uint32_t>(dice.below(90));
        generous.daily_versions += static_cast<std::uint32_t>(dice.below(90));
        if (generous.monthly_versions)
            *generous.monthly_versions += static_cast<std::uint32_t>(dice.below(90));
        EXPECT(contains(left(all, generous, kNow), left(all, policy, kNow)));
        generous.monthly_versions.reset();
        EXPECT(contains(left(all, generous, kNow), left(all, policy, kNow)));
    }
}

TEST(thinning_believes_no_time_that_is_absurd) {
    const Millis far = std::numeric_limits<Millis>::max();
    const std::vector<VersionTime> versions{{1, 0}, {2, kNow - 900 * kDay}, {3, far}, {4, kNow}};
    EXPECT(versions_that_go(versions, 4, {}, 0).empty());
    const auto going = versions_that_go(versions, 4, {}, kNow);
    EXPECT(std::ranges::find(going, 3U) == going.end());  // of the future: nobody knows how old
    EXPECT(versions_that_go(versions, 4, {UINT32_MAX, UINT32_MAX, UINT32_MAX}, far).empty());
    EXPECT(!is_older(far, 0, kNow));
    EXPECT(is_older(0, 0, kNow));
}

namespace {

// Desk is one device that works through the years.
class Desk {
public:
    MapReading space;
    obhut::test::TestEntropy entropy{3};
    Millis now = kNow;
    Millis certain = kNow;

    // at goes to a day, with both clocks right.
    void at(Millis time) { now = certain = time; }
    template <class F>
    std::size_t change(F&& work) {
        Draft draft(space);
        Editor editor(draft, {DeviceId{{1}}, now, entropy, certain});
        work(editor);
        space.apply(draft);
        return editor.thinned();
    }
    std::size_t put(std::string_view name, std::string_view text) {
        return change(
            [&](Editor& editor) { EXPECT_OK(editor.put_file(kRoot, name, small_file(text))); });
    }
    std::size_t remove(std::string_view name) {
        return change([&](Editor& editor) { EXPECT_OK(editor.remove(kRoot, name)); });
    }
    void policy(const KeepPolicy& keep) {
        change([&](Editor& editor) { editor.set_space_info({"Akten", "files", keep}); });
    }
    std::size_t versions(std::string_view name) {
        const Files files(space);
        return files.history(files.get(kRoot, name)->id)->size();
    }
    std::size_t in_trash() { return Files(space).trash(0, 10000)->size(); }
    std::size_t keys(std::string_view prefix) {
        std::size_t count = 0;
        for (const auto& [key, value] : space.values)
            count += as_text(key).starts_with(prefix) ? 1 : 0;
        return count;
    }
};

}  // namespace

TEST(thinning_goes_with_every_new_version) {
    Desk desk;
    desk.at(kNow - 1200 * kDay);
    // Three a day on each working day of a bit over three years.
    for (int day = 0; day < 1200; ++day) {
        desk.at(kNow - (1200 - day) * kDay + 8 * kHour);
        for (int i = 0; i < 3; ++i, desk.at(desk.now + kHour))
            desk.put("plan.odt", std::to_string(day) + "." + std::to_string(i));
    }
    // 30 days of three, 335 of one, and some 27 months.
    const std::size_t count = desk.versions("plan.odt");
    EXPECT(count >= 3 * 30 + 334 + 26 && count <= 3 * 31 + 336 + 29);
    EXPECT_EQ(desk.put("plan.odt", "again"), std::size_t{0});
}

TEST(thinning_lets_the_trash_go_with_every_removal) {
    Desk desk;
    for (int day = 0; day < 100; ++day) {
        desk.at(kNow + day * kDay);
        desk.put("a", std::to_string(day));
        desk.at(desk.now + kHour);
        desk.put("a", "more");
        desk.remove("a");
        EXPECT(desk.in_trash() <= 31);
    }
    EXPECT_EQ(desk.keys("d/"), desk.in_trash());
    EXPECT_EQ(desk.keys("v/"), desk.in_trash());
    EXPECT_EQ(desk.keys("w/"), desk.in_trash());
    desk.policy({30, 365, 3});
    desk.put("b", "b");
    EXPECT(desk.remove("b") > 20);
    EXPECT_EQ(desk.in_trash(), std::size_t{4});
}

TEST(thinning_takes_a_large_folder_piece_by_piece) {
    Desk desk;
    desk.change([&](Editor& editor) {
        for (int i = 0; i < 1000; ++i) {
            const auto folder =
                editor.make_folders(kRoot, "big/" + std::to_string(i % 7) + "/deep");
            REQUIRE_OK(folder);
            REQUIRE_OK(editor.put_file(*folder, std::to_string(i), small_file("x")));
        }
    });
    desk.put("other", "other");
    desk.remove("big");
    std::size_t before = desk.space.values.size();
    for (int commits = 0; desk.in_trash() > 0; ++commits) {
        REQUIRE(commits < 20);
        desk.at(desk.now + 31 * kDay);
        desk.put("small", "s");
        desk.change([&](Editor& editor) {
            EXPECT_OK(editor.thin_trash());
            // What is left always hangs together.
            EXPECT_OK(editor.files().walk(
                kRoot, [](const std::string&, const Found&) -> Result<bool> { return true; }));
        });
        EXPECT(before <= desk.space.values.size() + kThinnedAtOnce + 10);
        before = desk.space.values.size();
    }
    EXPECT_EQ(desk.keys("w/"), std::size_t{0});
    EXPECT_EQ(desk.keys("f/"), std::size_t{2});
}

TEST(sr_42_thinning_is_decided_by_no_clock_alone) {
    Desk desk;
    for (int day = 0; day < 20; ++day) {
        desk.at(kNow + day * kDay);
        desk.put("a", std::to_string(day));
    }
    desk.remove("a");
    desk.put("b", "1");
    const std::size_t before = desk.space.values.size();
    // A device whose clock is ten years ahead, and a directory that nobody has pulsed to there.
    desk.now = kNow + 3650 * kDay;
    desk.certain = kNow + 20 * kDay;
    EXPECT_EQ(desk.put("b", "2"), std::size_t{0});
    EXPECT_EQ(desk.remove("b"), std::size_t{0});
    EXPECT(desk.space.values.size() > before);
    // What it put in "the future" is young for whoever comes after, and nothing else is hurt.
    desk.at(kNow + 25 * kDay);
    desk.put("c", "3");
    EXPECT_EQ(desk.remove("c"), std::size_t{0});
    EXPECT_EQ(desk.in_trash(), std::size_t{3});
}

TEST(sr_42_thinning_takes_nothing_that_is_elsewhere) {
    Desk desk;
    desk.put("alive", "alive");
    desk.at(kNow + kDay);
    desk.put("alive", "alive still");
    const FileId id = Files(desk.space).get(kRoot, "alive")->id;
    // An insider writes into the trash, as of long ago, a thing that is not there, one with the id
    // of a file that lives, and a folder that has its name.
    const auto plant = [&](Millis time, const FileId& at, Entry entry) {
        desk.space.values[trash_key(time, at)] =
            encode(Trashed{std::move(entry), kRoot, "alive", time, DeviceId{{9}}});
    };
    plant(1, id, Files(desk.space).get(kRoot, "alive")->clone());
    plant(2, FileId{{77}}, Files(desk.space).get(kRoot, "alive")->clone());
    Entry folder;
    folder.id = FileId{{78}};
    folder.kind = FileKind::folder;
    plant(3, folder.id, folder.clone());
    desk.space.values[where_key(folder.id)] = encode(Where{kRoot, "alive", Millis{3}});
    desk.space.values[entry_key(folder.id, "alive")] =
        encode(Files(desk.space).get(kRoot, "alive")->clone());
    desk.space.values[where_key(id)] = encode(Where{kRoot, "alive", std::nullopt});
    desk.put("b", "b");
    EXPECT_EQ(desk.remove("b"), std::size_t{3});
    const Files files(desk.space);
    const Entry alive = *files.get(kRoot, "alive");
    EXPECT_EQ(std::string(as_text(*files.small_content(alive))), "alive still");
    EXPECT_EQ(files.history(id)->size(), std::size_t{1});
    // What cannot be read makes no removal fail.
    desk.space.values[trash_key(4, FileId{{79}})] = to_bytes("no record");
    desk.put("c", "c");
    EXPECT_EQ(desk.remove("c"), std::size_t{0});
}

}  // namespace obhut::files
