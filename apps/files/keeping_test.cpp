// A space lets go what its policy says, by ordinary commits; and no wrong clock makes it lose
// anything.
#include "apps/files/space_files.h"
#include "client/spaces/charge.h"
#include "protocols/api/errors.h"
#include "protocols/http/errors.h"
#include "tests/support/links_scene.h"
#include "tests/support/test.h"

namespace obhut::files {

using test::Person;
using test::Scene;

namespace {

// noise is what compression makes no smaller.
std::string noise(Scene& scene, std::size_t size) {
    std::string text(size, '\0');
    scene.entropy.fill({reinterpret_cast<std::uint8_t*>(text.data()), size});
    return text;
}

// A day on which anna writes a plan twice, and throws something away.
void work_a_day(Scene& scene, int day) {
    Person& anna = scene.town.anna;
    scene.town.world.clock().advance(kDay - kHour);
    EXPECT_OK(anna.engine().run_duties());  // the day's pulse
    EXPECT_OK(scene.put(anna, "/", "plan", std::string(3000, 'a') + std::to_string(day)));
    scene.town.world.clock().advance(kHour);
    EXPECT_OK(scene.put(anna, "/", "plan", std::string(3000, 'b') + std::to_string(day)));
    EXPECT_OK(scene.put(anna, "/", "note" + std::to_string(day), "note"));
    EXPECT_OK(scene.edit(anna, [&](Editor& editor, client::Summary&) {
        return editor.remove(kRoot, "note" + std::to_string(day));
    }));
}

std::size_t versions(Scene& scene) {
    EXPECT_OK(scene.space(scene.town.anna)->refresh());
    const auto view = SpaceView::newest(*scene.space(scene.town.anna));
    if (!EXPECT_OK(view)) return 0;
    return view->files().history(view->files().get(kRoot, "plan")->id)->size();
}

std::vector<Trashed> trash(Scene& scene) {
    EXPECT_OK(scene.space(scene.town.anna)->refresh());
    const auto view = SpaceView::newest(*scene.space(scene.town.anna));
    if (!EXPECT_OK(view)) return {};
    auto things = view->files().trash(0, 1000);
    return EXPECT_OK(things) ? std::move(*things) : std::vector<Trashed>{};
}

// Counts how often it is asked whether to go on, and then says no.
class Impatient final : public client::Progress {
public:
    explicit Impatient(unsigned patience) : patience_(patience) {}
    bool advance(std::uint64_t, std::uint64_t) override { return asked++ < patience_; }
    unsigned asked = 0;

private:
    unsigned patience_;
};

}  // namespace

TEST(a_space_lets_go_what_its_policy_says) {
    Scene scene;
    Person& anna = scene.town.anna;
    REQUIRE_OK(anna.engine().set_space_policy(scene.town.akten, {7, 14, 10, false}));
    for (int day = 0; day < 40; ++day) work_a_day(scene, day);
    // Two a day of 7 days, one of 7 more, and one for each month; the trash of 10 days.
    EXPECT(versions(scene) >= 14 + 7 && versions(scene) <= 16 + 8 + 3);
    const auto things = trash(scene);
    EXPECT(things.size() >= 10 && things.size() <= 12);
    // What is kept is whole: it can be restored, and everything verifies.
    EXPECT_OK(scene.edit(anna, [&](Editor& editor, client::Summary&) -> Result<> {
        TRY(editor.restore(things.front().time, things.front().entry.id));
        const auto kept = TRY(editor.files().history(TRY(editor.files().get(kRoot, "plan")).id));
        return editor.restore_version(kRoot, "plan", kept.back().version);
    }));
    test::expect_clean(scene, anna);
    test::expect_clean(scene, scene.town.bernd);
    // The people are told.
    const auto log = anna.engine().log(scene.town.akten, 0, 40);
    REQUIRE_OK(log);
    bool is_told = false;
    for (const client::LogLine& line : *log)
        if (line.summary)
            for (const client::Action& action : line.summary->actions)
                is_told = is_told || action.verb == client::Verb::thinned;
    EXPECT(is_told);
}

TEST(a_space_that_nobody_changes_lets_go_too) {
    Scene scene;
    Person& anna = scene.town.anna;
    REQUIRE_OK(anna.engine().set_space_policy(scene.town.akten, {7, 14, 10, false}));
    for (int day = 0; day < 9; ++day) work_a_day(scene, day);
    EXPECT_OK(tidy(*scene.space(anna), scene.author(anna)));
    EXPECT_EQ(trash(scene).size(), std::size_t{9});
    scene.town.world.clock().advance(60 * kDay);
    REQUIRE_OK(anna.engine().run_duties());
    // Whose turn it is is drawn; with one file it is soon this one's.
    for (int i = 0; i < 40 && versions(scene) > 4; ++i)
        REQUIRE_OK(tidy(*scene.space(scene.town.bernd), scene.author(scene.town.bernd)));
    EXPECT(versions(scene) >= 1 && versions(scene) <= 4);
    EXPECT(trash(scene).empty());
    const auto again = tidy(*scene.space(anna), scene.author(anna));
    EXPECT(again && !again->made);
    test::expect_clean(scene, anna);
}

TEST(sr_42_nothing_is_old_because_a_clock_is_wrong) {
    Scene scene;
    Person& anna = scene.town.anna;
    for (int day = 0; day < 3; ++day) work_a_day(scene, day);
    const std::size_t before = versions(scene);
    // Anna's own clock is ten years ahead; the server's is what the server likes.
    const Author ahead{anna.engine().status().device, scene.town.world.clock().now() + 3650 * kDay,
                       scene.entropy};
    const auto change = [&](const Author& author, const std::string& text) {
        NewFile file;
        file.content.size = text.size();
        file.content.hash = sha256(as_bytes(text));
        file.inline_bytes = to_bytes(text);
        return change_files(
            *scene.space(anna), author, [&](Editor& editor, client::Summary&) -> Result<> {
                TRY(editor.put_file(kRoot, "plan", {file.content.clone(), file.inline_bytes, {}}));
                TRY(editor.put_file(kRoot, "gone", {file.content.clone(), file.inline_bytes, {}}));
                return editor.remove(kRoot, "gone");
            });
    };
    EXPECT_OK(change(ahead, "of the future"));
    EXPECT_EQ(versions(scene), before + 1);
    EXPECT_EQ(trash(scene).size(), std::size_t{4});
    // A clock that is far behind says nothing of when something was put.
    const Author behind{ahead.device, 1000, scene.entropy};
    EXPECT_OK(change(behind, "of the past"));
    EXPECT_EQ(versions(scene), before + 2);
    EXPECT_EQ(trash(scene).size(), std::size_t{5});
    for (const Trashed& thing : trash(scene))
        EXPECT(thing.time + 30 * kDay > scene.town.world.clock().now());
    // Nor does a directory that is far ahead: then the own clock decides.
    client::Snapshot base{
        tree::Tree(anna.engine().space(scene.town.akten).value()->snapshot().value()->tree.clone()),
        1, 1};
    base.directory_time = scene.town.world.clock().now() + 3650 * kDay;
    EXPECT_EQ(author_at(scene.author(anna), base).certain, scene.town.world.clock().now());
    base.directory_time = 0;
    EXPECT_EQ(author_at(scene.author(anna), base).certain, Millis{0});
}

TEST(a_full_space_can_be_tidied) {
    Scene scene;
    Person& anna = scene.town.anna;
    for (int i = 0; i < 20; ++i)
        REQUIRE_OK(scene.put(anna, "/", "f" + std::to_string(i),
                             std::string(20000 + static_cast<std::size_t>(i), 'x')));
    const auto used = client::usage_of(*scene.space(anna));
    REQUIRE_OK(used);
    services::Settings settings;
    settings.space_quota = *used;
    scene.town.world.server().service().apply(settings);
    EXPECT_ERROR(scene.put(anna, "/", "more", std::string(20000, 'm')), errors::over_quota);
    const auto purge = [](Editor& editor, client::Summary&) -> Result<> {
        for (const Trashed& thing : TRY(editor.files().trash(0, 100)))
            TRY(editor.purge(thing.time, thing.entry.id));
        return {};
    };
    const auto remove = [](Editor& editor, client::Summary&) -> Result<> {
        for (int i = 1; i < 20; ++i) TRY(editor.remove(kRoot, "f" + std::to_string(i)));
        return {};
    };
    // Removing, restoring, renaming, sharing, thinning and emptying have a reserve.
    EXPECT_OK(scene.edit(anna, remove));
    EXPECT_OK(scene.edit(anna, [](Editor& editor, client::Summary&) -> Result<> {
        const Trashed thing = std::move(TRY(editor.files().trash(0, 1)).at(0));
        TRY(editor.restore(thing.time, thing.entry.id));
        TRY(editor.remove(thing.folder, thing.name));
        TRY(editor.move(kRoot, "f0", kRoot, "first"));
        return {};
    }));
    Person& carla = scene.town.world.join("carla", anna);
    EXPECT_OK(test::share(anna, scene.town.akten, carla, client::Role::editor));
    EXPECT_OK(anna.engine().set_space_policy(scene.town.akten, {1, 2, 3, false}));
    EXPECT_OK(scene.edit(anna, purge));
    EXPECT_ERROR(scene.put(anna, "/", "more", std::string(20000, 'm')), errors::over_quota);
    // When the server's own trash has passed there is room.
    for (int day = 0; day < 70; ++day) {
        scene.town.world.clock().advance(kDay);
        while (scene.town.world.server().service().tend().value_or(false)) {
        }
    }
    EXPECT_OK(scene.put(anna, "/", "more", std::string(20000, 'm')));
    EXPECT(client::usage_of(*scene.space(anna)).value_or(0) < *used);
    test::expect_clean(scene, anna);
}

TEST(an_upload_ends_where_the_room_ends) {
    Scene scene;
    Person& anna = scene.town.anna;
    REQUIRE_OK(scene.put(anna, "/", "note", "note"));
    services::Settings settings;
    settings.space_quota = *client::usage_of(*scene.space(anna)) + (12U << 20);
    scene.town.world.server().service().apply(settings);
    const auto sent = [&] { return anna.wire().sent().size(); };
    const std::size_t before = sent();
    EXPECT_ERROR(scene.put(anna, "/", "film", noise(scene, 48U << 20)), errors::over_quota);
    EXPECT(sent() - before < 30U << 20);  // the batches that were under way
    // What was refused is forgotten: what fits goes in.
    EXPECT_OK(scene.put(anna, "/", "picture", noise(scene, 10U << 20)));
    EXPECT_ERROR(scene.put(anna, "/", "another", noise(scene, 3U << 20)), errors::over_quota);
    EXPECT_OK(scene.put(anna, "/", "small", noise(scene, 1U << 20)));
    test::expect_clean(scene, anna);
}

TEST(verify_stops_in_the_middle_of_a_large_file) {
    Scene scene;
    Person& anna = scene.town.anna;
    REQUIRE_OK(scene.put(anna, "/", "large", std::string(40 << 20, 'x')));
    files::FilesChecker checker(scene.executor);
    Impatient patient(1'000'000);
    REQUIRE_OK(anna.engine().verify(scene.town.akten, &checker, &patient));
    // For the tree it asks a few times, all the others are for the file.
    EXPECT(patient.asked > 20);
    Impatient impatient(patient.asked - 3);
    EXPECT_ERROR(anna.engine().verify(scene.town.akten, &checker, &impatient), errors::cancelled);
    EXPECT_EQ(impatient.asked, patient.asked - 2);
}

}  // namespace obhut::files
