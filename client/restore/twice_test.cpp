// The server is restored twice from older backups while a device is away, and others go on each
// time: when it comes back it finds where they parted, and loses nothing of its own.
#include "core/space/errors.h"
#include "protocols/api/errors.h"
#include "protocols/http/errors.h"
#include "tests/hostile/backed_up_town.h"

namespace obhut::client {
namespace {

using test::alarmed;
using test::read;
using test::share;
using test::text;
using test::write;

constexpr auto kGone = space::ResetReason::backup_too_old;

// Bernd is away from some time on; anna goes on. Two backups of the server at most are kept.
struct Away : test::BackedUpTown {
    test::Person& carla;  // whose device is at the bottom of the lake after she wrote
    std::unique_ptr<storage::MemoryStore> first, second;
    std::uint64_t incarnation = 10;

    Away() : carla(join_carla()) {
        EXPECT_OK(share(anna, akten, carla, Role::editor));
        EXPECT_OK(read(bernd, akten, "x/first"));
        EXPECT_OK(bernd.engine().run_duties());
        split();
    }
    test::Person& join_carla() {
        world.server().mirror(&shadow);
        return world.join("carla", anna);
    }
    std::unique_ptr<storage::MemoryStore> back_up() { return now().store().copy(); }
    test::TestServer& now() { return incarnation == 10 ? world.server() : shadow; }
    void restore(const std::unique_ptr<storage::MemoryStore>& backup) {
        incarnation += 10;
        restore_with(backup->copy(), incarnation);
        pass_grace();
    }
    void reset() {
        (void)anna.engine().run_duties();
        EXPECT_OK(anna.engine().reset_space(akten, kGone));
    }
    // Anna goes on from the first backup, further than bernd had got, and then from the second.
    void others_go_on_twice() {
        restore(first);
        for (const char* key : {"x/1", "x/a", "x/b", "x/c"})
            EXPECT_OK(write(anna, akten, key, "anna's"));
        second = back_up();
        restore(second);
        EXPECT_OK(write(anna, akten, "x/d", "anna's"));
    }
    // What bernd does while nobody can be reached.
    void write_offline(const std::string& key) {
        class Offline final : public test::Adversary {
            Result<http::Response> exchange(const http::Request&, const Server&) override {
                return fail(errors::unreachable);
            }
        } offline;
        bernd.wire().attack(&offline);
        EXPECT(!write(bernd, akten, key, "bernd's"));
        bernd.wire().attack(nullptr);
        EXPECT_EQ(bernd.engine().status().waiting, 1U);
    }
    void bernd_comes_back() {
        EXPECT_EQ(text(read(bernd, akten, "x/1")), "anna's");
        EXPECT_OK(bernd.engine().run_duties());
    }
    // All of bernd's is there, for both, and nobody has an alarm.
    void all_is_there(std::initializer_list<const char*> keys) {
        EXPECT_EQ(bernd.engine().status().waiting, 0U);
        for (const char* key : keys)
            for (test::Person* person : {&anna, &bernd})
                EXPECT_EQ(text(read(*person, akten, key)), "bernd's");
        EXPECT_OK(write(bernd, akten, "x/9", "goes on"));
        EXPECT(!alarmed(anna) && !alarmed(bernd));
    }
};

}  // namespace

TEST(twice_restored_others_went_on_and_the_second_backup_is_newer) {
    Away town;
    town.first = town.back_up();
    for (const char* key : {"x/2", "x/3", "x/4", "x/5", "x/6", "x/7"})
        EXPECT_OK(write(town.bernd, town.akten, key, "bernd's"));
    town.write_offline("x/8");
    town.restore(town.first);
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    town.second = town.back_up();
    EXPECT_OK(write(town.anna, town.akten, "x/a", "anna's"));
    town.restore(town.second);
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(write(town.anna, town.akten, "x/b", "anna's"));
    town.bernd_comes_back();
    town.all_is_there({"x/2", "x/3", "x/4", "x/5", "x/6", "x/7", "x/8"});
}

TEST(twice_restored_the_second_backup_is_beyond_what_was_seen) {
    Away town;
    town.first = town.back_up();
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    town.others_go_on_twice();
    town.bernd_comes_back();
    town.all_is_there({"x/2"});
}

TEST(twice_restored_with_a_reset_after_the_second_loses_nothing_of_the_first) {
    Away town;
    town.first = town.back_up();
    for (const char* key : {"x/2", "x/3", "x/4", "x/5", "x/6", "x/7"})
        EXPECT_OK(write(town.bernd, town.akten, key, "bernd's"));
    town.restore(town.first);
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    town.second = town.back_up();
    town.carla.wire().connect(town.shadow);
    (void)town.carla.engine().run_duties();
    EXPECT_OK(write(town.carla, town.akten, "x/z", "carla's"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/z")), "carla's");
    town.restore(town.second);
    town.reset();
    town.bernd_comes_back();
    town.all_is_there({"x/2", "x/3", "x/4", "x/5", "x/6", "x/7"});
}

TEST(twice_restored_a_reset_gives_up_what_others_made_before_the_first) {
    Away town;
    town.first = town.back_up();
    EXPECT_OK(write(town.carla, town.akten, "x/y", "carla's"));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/y")), "carla's");
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    town.others_go_on_twice();
    // What carla made is not bernd's to give up.
    EXPECT_ERROR(read(town.bernd, town.akten, "x/1"), errors::restored_apart);
    EXPECT_OK(town.anna.engine().reset_space(town.akten, kGone));
    town.bernd_comes_back();
    town.all_is_there({"x/2"});
}

TEST(twice_restored_to_a_backup_from_before_the_first_that_has_more) {
    Away town;
    EXPECT_OK(share(town.anna, town.akten, town.bernd, Role::manager));
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    town.first = town.back_up();
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    town.second = town.back_up();
    town.restore(town.first);
    // His device has seen nothing newer, and lets the space go on; anna's is off.
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    town.restore(town.second);
    EXPECT_OK(write(town.anna, town.akten, "x/a", "anna's"));
    town.bernd_comes_back();
    town.all_is_there({"x/2"});
}

TEST(sr_29_reset_does_not_join_a_fork) {
    test::BackedUpTown town;
    // The server shows two histories of one incarnation; then one of them is "restored".
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    town.anna.wire().connect(town.shadow);
    for (const char* key : {"x/1", "x/a", "x/b"})
        EXPECT_OK(write(town.anna, town.akten, key, "anna's"));
    town.restore_with(town.shadow.store().copy(), 20);
    town.pass_grace();
    EXPECT_OK(write(town.anna, town.akten, "x/c", "anna's"));
    EXPECT_OK(town.anna.engine().reset_space(town.akten, kGone));
    // She gave nothing up that bernd has: no restore has parted them.
    EXPECT_ERROR(read(town.bernd, town.akten, "x/1"), errors::restored_apart);
    (void)town.bernd.engine().run_duties();
    EXPECT_ERROR(read(town.bernd, town.akten, "x/1"), errors::restored_apart);
    // With the honest server back it goes on.
    town.bernd.wire().connect(town.world.server());
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/2")), "bernd's");
}

}  // namespace obhut::client
