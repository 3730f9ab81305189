// The server is restored from an older backup: devices give it back what it has lost, a manager
// gives up what nobody has, and work done here is done again.
#include <algorithm>

#include "client/engine.h"
#include "client/spaces/space_parts.h"
#include "core/directory/errors.h"
#include "protocols/api/errors.h"
#include "tests/hostile/backed_up_town.h"

namespace obhut::client {
namespace {

using test::alarmed;
using test::BackedUpTown;
using test::read;
using test::share;
using test::text;
using test::write;

}  // namespace

TEST(restore_gets_back_what_devices_made) {
    BackedUpTown town;
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    EXPECT_OK(write(town.anna, town.akten, "x/3", std::string(20'000, 'a')));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/3")).size(), 20'000U);
    town.restore();
    // Anna has the first, and the rest stands on Bernd's.
    EXPECT_ERROR(read(town.anna, town.akten, "x/1"), errors::restored_behind);
    EXPECT(!write(town.anna, town.akten, "x/4", "too early"));
    EXPECT(!read(town.bernd, town.akten, "x/3"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/3")).size(), 20'000U);
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/2")), "bernd's");
    EXPECT_OK(write(town.anna, town.akten, "x/4", "goes on"));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/4")), "goes on");
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(restore_gets_back_spaces_members_and_keys) {
    BackedUpTown town;
    const auto kasse = town.anna.engine().create_space("Kasse");
    REQUIRE_OK(kasse);
    EXPECT_OK(share(town.anna, *kasse, town.bernd, Role::editor));
    EXPECT_OK(write(town.anna, *kasse, "x/1", "new space"));
    EXPECT_OK(test::unshare(town.anna, town.akten, town.bernd));
    EXPECT_OK(write(town.anna, town.akten, "x/1", "without bernd"));
    town.restore();
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.bernd.engine().find_space("Kasse"));
    EXPECT_EQ(text(read(town.anna, *kasse, "x/1")), "new space");
    EXPECT_EQ(text(read(town.bernd, *kasse, "x/1")), "new space");
    EXPECT_EQ(text(read(town.anna, town.akten, "x/1")), "without bernd");
    EXPECT(!read(town.bernd, town.akten, "x/1"));
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(restore_gets_back_the_directory) {
    BackedUpTown town;
    test::Person& carla = town.world.join("carla", town.anna);
    EXPECT_OK(share(town.anna, town.akten, carla, Role::editor));
    EXPECT_OK(write(carla, town.akten, "x/1", "carla's"));
    EXPECT_OK(town.bernd.engine().catch_up());
    const auto size = town.anna.engine().session().directory.size();
    town.world.clock().advance(kHour);
    town.restore();
    carla.wire().connect(town.shadow);
    // Bernd has all entries, but the keys of Carla's are with those who made them.
    EXPECT_ERROR(town.bernd.engine().catch_up(), errors::log_behind);
    for (int round = 0; round < 3; ++round)
        for (test::Person* person : {&town.anna, &carla}) (void)person->engine().catch_up();
    EXPECT_OK(carla.engine().catch_up());
    EXPECT_OK(town.anna.engine().catch_up());
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT_EQ(town.bernd.engine().session().directory.size(), size);
    (void)read(town.anna, town.akten, "x/1");
    EXPECT_EQ(text(read(carla, town.akten, "x/1")), "carla's");
    EXPECT_EQ(text(read(town.anna, town.akten, "x/1")), "carla's");
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd) && !alarmed(carla));
}

TEST(restore_waits_before_the_directory_goes_on) {
    BackedUpTown town;
    town.restore();
    EXPECT_ERROR(town.anna.engine().invite({"carla@example.org"}), errors::log_waits);
    // Starting the server again does not end it.
    town.shadow.restart();
    EXPECT_ERROR(town.anna.engine().invite({"carla@example.org"}), errors::log_waits);
    town.pass_grace();
    EXPECT_OK(town.anna.engine().invite({"carla@example.org"}));
}

TEST(sr_44_only_what_was_lost_is_brought_back_late) {
    BackedUpTown town;
    town.restore();
    town.pass_grace();
    EXPECT_OK(town.anna.engine().catch_up());
    client::Session& session = town.anna.engine().session();
    // An entry that never was in the log, dated back, under a note that does not show it was
    // longer.
    directory::Draft draft(session.directory.state(), session.remote.now() - kHour,
                           to_bytes(session.directory.note()));
    draft.add(directory::Pulse{session.user()}, {&session.secrets().signing});
    api::Append request;
    for (Bytes& entry : draft.take()) request.entries.emplace_back(std::move(entry));
    EXPECT_ERROR(session.remote.append(request), errors::entry_time);
    request.lost = session.directory.note();
    EXPECT_ERROR(session.remote.append(request), errors::entry_refused);
}

// What was there before somebody's end is proven by a list of heads that the server keeps.
// Restored, it lacks the list, though others bring the entry that carries its root.
TEST(sr_33_heads_under_an_entry_come_back_after_a_restore) {
    BackedUpTown town;
    test::Person& carla = town.world.join("carla", town.anna);
    EXPECT_OK(share(town.anna, town.akten, carla, Role::editor));
    EXPECT_OK(write(carla, town.akten, "x/1", "carla's"));
    auto backup = town.world.server().store().copy();
    EXPECT_OK(town.anna.engine().disable(carla.engine().status().user));
    EXPECT_OK(town.bernd.engine().catch_up());
    town.restore_with(std::move(backup), 7);
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/1")), "");
    // Who ended her has the list.
    EXPECT_OK(town.anna.engine().catch_up());
    EXPECT_EQ(text(read(town.anna, town.akten, "x/1")), "carla's");
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/1")), "carla's");
    EXPECT(!alarmed(town.anna));
    // A list that no entry carries is not kept.
    Session& session = town.bernd.engine().session();
    EXPECT_ERROR(session.remote.bring_heads({{{town.akten, {1, Hash{}}}}}), errors::not_there);
}

TEST(restore_reset_gives_up_what_nobody_has) {
    BackedUpTown town;
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "bernd's");
    EXPECT_ERROR(town.anna.engine().reset_space(town.akten, space::ResetReason::unknown),
                 errors::nothing_lost);
    town.restore();
    // Bernd's laptop is at the bottom of the lake. Anna's own change, which can stand alone, comes
    // back by itself; his is given up.
    EXPECT_ERROR(read(town.anna, town.akten, "x/1"), errors::restored_behind);
    EXPECT_OK(town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/1")), "anna's");
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "");
    EXPECT_OK(write(town.anna, town.akten, "x/3", "goes on"));
    // It was only wet: what he did is done again.
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/3")), "goes on");
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "bernd's");
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/2")), "bernd's");
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(restore_that_somebody_went_on_from_loses_no_work) {
    BackedUpTown town;
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    town.restore();
    // Anna has not seen Bernd's change, and goes on. His device makes it again by itself.
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/1")), "anna's");
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/2")), "bernd's");
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "bernd's");
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(restore_refuses_no_work_that_knows_more_of_the_directory) {
    BackedUpTown town;
    EXPECT_OK(town.bernd.engine().create_group("Bau", {}));  // which Anna has not seen
    town.restore();
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    // What Bernd signs stands on an entry that the server lacks, until his device brings it.
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "bernd's");
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(restore_on_the_way_of_a_change_of_roles_does_not_refuse_it) {
    class RestoresOnce final : public test::Adversary {
    public:
        explicit RestoresOnce(BackedUpTown& town) : town_(town) {}
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            const bool appends =
                request.method == http::Method::post && request.path.ends_with("/links");
            if (appends && !std::exchange(done_, true)) town_.restore();
            return server(request);
        }

    private:
        BackedUpTown& town_;
        bool done_ = false;
    };
    for (const bool lacks_entries : {false, true}) {
        BackedUpTown town;
        if (lacks_entries) EXPECT_OK(town.anna.engine().create_group("Bau", {}));
        RestoresOnce restores(town);
        town.anna.wire().attack(&restores);
        EXPECT_OK(share(town.anna, town.akten, town.bernd, Role::reader));
        EXPECT_ERROR(write(town.bernd, town.akten, "x/2", "no"), errors::not_editor);
        EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
    }
}

TEST(restore_shows_who_was_taken_out_since_that_he_is) {
    BackedUpTown town;
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    town.restore();
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    EXPECT_OK(test::unshare(town.anna, town.akten, town.bernd));
    // His chain lies apart from the one that he is out of. What he did waits for him to decide.
    const auto spaces = town.bernd.engine().spaces();
    REQUIRE_OK(spaces);
    EXPECT(std::ranges::find(*spaces, town.akten, &SpaceView::id) == spaces->end());
    EXPECT_ERROR(read(town.bernd, town.akten, "x/1"), errors::space_unknown);
    EXPECT_EQ(town.bernd.engine().status().waiting, 1U);
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(restore_that_somebody_went_on_from_is_reset_where_others_work_is_lost) {
    BackedUpTown town;
    test::Person& carla = town.world.join("carla", town.anna);
    EXPECT_OK(share(town.anna, town.akten, carla, Role::manager));
    town.shadow.restart();
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    EXPECT_OK(write(carla, town.akten, "x/3", "carla's"));
    town.restore();
    carla.wire().connect(town.shadow);
    for (int round = 0; round < 3; ++round)
        for (test::Person* person : {&town.anna, &carla}) (void)person->engine().catch_up();
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    // Carla has seen Bernd's change and built on it: it is not hers to drop without a word.
    EXPECT_ERROR(read(carla, town.akten, "x/1"), errors::restored_apart);
    EXPECT_OK(carla.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    EXPECT_EQ(text(read(carla, town.akten, "x/1")), "anna's");
    EXPECT_EQ(text(read(carla, town.akten, "x/3")), "carla's");
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/3")), "carla's");
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "bernd's");
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd) && !alarmed(carla));
}

TEST(restore_kept_things_are_forgotten_in_time) {
    BackedUpTown town;
    EXPECT_OK(write(town.anna, town.akten, "x/1", "old"));
    client::Session& session = town.anna.engine().session();
    const auto before = session.kept.links_after(town.akten, 0);
    REQUIRE_OK(before);
    EXPECT(before->size() >= 3);
    town.world.clock().advance(31 * kDay);
    EXPECT_OK(write(town.anna, town.akten, "x/2", "new"));
    // A clock that is years ahead makes nothing old.
    EXPECT_OK(session.kept.prune(session.directory.state().last_time()));
    EXPECT(session.kept.links_after(town.akten, 0)->size() > before->size());
    EXPECT_OK(session.kept.prune(town.world.clock().now()));
    const auto after = session.kept.links_after(town.akten, 0);
    REQUIRE_OK(after);
    EXPECT(after->size() == 1 || after->size() == 2);
}

TEST(restore_gets_back_a_device_that_was_added_by_the_kit) {
    BackedUpTown town;
    test::Person& tablet = town.world.stranger("tablet");
    SignInRequest request;
    request.host = "http://obhut.test";
    request.email = town.bernd.email;
    const EmergencyKit& kit = town.world.kit_of("bernd");
    request.recovery_key = kit.recovery_key.clone();
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    REQUIRE_OK(tablet.engine().sign_in(request));
    EXPECT_OK(write(tablet, town.akten, "x/1", "from the tablet"));
    const auto size = tablet.engine().session().directory.size();
    EXPECT_OK(town.anna.engine().catch_up());
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT_EQ(town.bernd.engine().session().directory.size(), size);
    town.restore();
    tablet.wire().connect(town.shadow);
    // Nobody else has its keys; it brings them itself, though the server does not know it.
    EXPECT_ERROR(town.bernd.engine().catch_up(), errors::log_behind);
    for (int round = 0; round < 3; ++round)
        for (test::Person* person : {&tablet, &town.bernd, &town.anna})
            (void)person->engine().catch_up();
    for (test::Person* person : {&tablet, &town.bernd, &town.anna}) {
        EXPECT_OK(person->engine().catch_up());
        EXPECT_EQ(person->engine().session().directory.size(), size);
    }
    EXPECT_EQ(text(read(tablet, town.akten, "x/1")), "from the tablet");
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_EQ(text(read(town.anna, town.akten, "x/1")), "from the tablet");
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd) && !alarmed(tablet));
}

TEST(sr_35_only_what_was_lost_comes_by_the_open_route) {
    // The same request, for a device that is not lost: adding a device takes a signed request.
    BackedUpTown town;
    test::Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(test::link(town.bernd, tablet));
    client::Session& session = town.bernd.engine().session();
    const auto entries = session.remote.entries(session.directory.size() - 1);
    REQUIRE_OK(entries);
    REQUIRE(entries->entries.size() == 1);
    const auto kept = session.kept.append(directory::leaf_hash(entries->entries[0].bytes));
    REQUIRE_OK(kept);
    REQUIRE(kept->has_value());
    auto request = decode<api::Append>(**kept);
    REQUIRE_OK(request);
    town.restore();
    EXPECT_ERROR(session.remote.join(*request), errors::entry_refused);
    request->lost = session.directory.note();
    EXPECT_OK(session.remote.join(*request));
}

TEST(restore_told_to_a_linked_device_that_expects_more_is_no_alarm) {
    BackedUpTown town;
    EXPECT_OK(write(town.bernd, town.akten, "x/1", "bernd's"));
    test::Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(test::link(town.bernd, tablet));  // with the heads that bernd has seen
    town.restore();
    tablet.wire().connect(town.shadow);
    for (int round = 0; round < 2; ++round)
        for (test::Person* person : {&town.bernd, &tablet}) (void)person->engine().catch_up();
    // The space has not come back yet: its maker's other device has it.
    EXPECT_ERROR(read(tablet, town.akten, "x/1"), errors::restored_behind);
    EXPECT(!alarmed(tablet));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/1")), "bernd's");
    EXPECT_EQ(text(read(tablet, town.akten, "x/1")), "bernd's");
    EXPECT(!alarmed(town.bernd) && !alarmed(tablet));
}

TEST(restore_lets_nobody_leave_before_a_manager_was_there) {
    BackedUpTown town;
    town.restore();
    EXPECT_ERROR(town.bernd.engine().leave(town.akten), errors::space_read_only);
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.bernd.engine().leave(town.akten));
}

TEST(restore_lets_a_linked_device_go_on_after_the_reset) {
    BackedUpTown town;
    EXPECT_OK(write(town.bernd, town.akten, "x/1", "bernd's"));
    test::Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(test::link(town.bernd, tablet));  // with the heads that bernd has seen
    town.restore();
    tablet.wire().connect(town.shadow);
    for (int round = 0; round < 2; ++round)
        for (test::Person* person : {&town.bernd, &tablet}) (void)person->engine().catch_up();
    // Anna goes on without what Bernd did; his tablet waits for him, or for a reset.
    EXPECT_OK(write(town.anna, town.akten, "x/2", "anna's"));
    EXPECT_ERROR(read(tablet, town.akten, "x/2"), errors::restored_apart);
    EXPECT_OK(town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    EXPECT_EQ(text(read(tablet, town.akten, "x/2")), "anna's");
    EXPECT(!alarmed(tablet));
}

TEST(restore_lets_a_linked_device_go_where_the_other_one_goes) {
    BackedUpTown town;
    EXPECT_OK(write(town.bernd, town.akten, "x/1", "bernd's"));
    EXPECT_OK(town.bernd.engine().run_duties());  // publishes what he has seen
    test::Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(test::link(town.bernd, tablet));
    town.restore();
    tablet.wire().connect(town.shadow);
    for (int round = 0; round < 2; ++round)
        for (test::Person* person : {&town.bernd, &tablet}) (void)person->engine().catch_up();
    EXPECT_OK(write(town.anna, town.akten, "x/2", "anna's"));
    EXPECT(!read(tablet, town.akten, "x/2"));
    // Bernd does his work again on what Anna has, and says at once what he sees now.
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/2")), "anna's");
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(text(read(tablet, town.akten, "x/2")), "anna's");
    EXPECT_EQ(text(read(tablet, town.akten, "x/1")), "bernd's");
    EXPECT(!alarmed(town.bernd) && !alarmed(tablet));
}

}  // namespace obhut::client
