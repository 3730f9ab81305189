// What a restored server lacks is given up, and made again where somebody has it: resets by who
// knows less than others, restores of a server that had been restored before, and what is not made
// again as it was.
#include <algorithm>

#include "client/drops/inbox.h"
#include "client/links/links.h"
#include "client/session.h"
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

// Carla's device is gone for good after she wrote x/3, which bernd has seen and built upon.
struct LostDevice : test::BackedUpTown {
    // `before` happens before the backup.
    explicit LostDevice(const std::function<void(LostDevice&)>& before = {}) {
        world.server().mirror(&shadow);
        test::Person& carla = world.join("carla", anna);
        EXPECT_OK(share(anna, akten, carla, Role::editor));
        if (before) before(*this);
        EXPECT_OK(read(bernd, akten, "x/first"));
        split();
        EXPECT_OK(write(carla, akten, "x/3", "carla's"));
        EXPECT_OK(write(carla, akten, "x/4", "carla's, too"));
        EXPECT_EQ(text(read(bernd, akten, "x/3")), "carla's");
    }
    Space& space(test::Person& person) {
        const auto opened = person.engine().space(akten);
        if (!EXPECT_OK(opened)) std::abort();
        return **opened;
    }
};

// Filing puts a letter into a space once, as client/drops does.
class Filing final : public Change {
public:
    Filing(const LetterId& letter, std::string by) : letter_(letter), by_(std::move(by)) {}
    Result<Plan> plan(const Snapshot&) override {
        Plan plan;
        plan.once = true;
        plan.batch.put(processed_key(letter_), as_bytes(by_));
        plan.batch.put(as_bytes("x/letter by " + by_), as_bytes(by_));
        plan.summary.add(Verb::received, "letter");
        return plan;
    }

private:
    LetterId letter_;
    std::string by_;
};

// In LostDevice bernd filed a letter; anna gave up what was lost, and maybe filed it too.
void file_again(LostDevice& town, bool anna_files) {
    const LetterId letter{{7}};
    Filing filing(letter, "bernd");
    REQUIRE_OK(town.space(town.bernd).commit(filing));
    town.restore();
    town.pass_grace();
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    Filing another(letter, "anna");
    if (anna_files) EXPECT_OK(town.space(town.anna).commit(another));
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(town.bernd.engine().status().waiting, 0U);
}

}  // namespace

TEST(restore_after_a_reset_knows_what_was_made_again) {
    LostDevice town;
    for (const char* key : {"x/a", "x/b", "x/c"})
        EXPECT_OK(write(town.bernd, town.akten, key, "bernd's"));
    town.restore();
    town.pass_grace();
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    auto backup = town.shadow.store().copy();
    // Made again, his changes stand one earlier than before.
    EXPECT_OK(town.bernd.engine().run_duties());
    town.restore_with(std::move(backup), 20);
    town.pass_grace();
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    // All that he gives up now is his own work, once.
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/1")), "anna's");
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(text(read(town.anna, town.akten, "x/c")), "bernd's");
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(restore_makes_the_filing_of_a_letter_again) {
    LostDevice town;
    file_again(town, false);
    EXPECT_EQ(text(read(town.anna, town.akten, "x/letter by bernd")), "bernd");
}

TEST(restore_files_no_letter_twice) {
    LostDevice town;
    file_again(town, true);
    EXPECT_EQ(text(read(town.anna, town.akten, "x/letter by bernd")), "");
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/letter by anna")), "anna");
}

TEST(restore_that_a_manager_went_on_from_is_reset_for_who_knew_more) {
    LostDevice town;
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    town.restore();
    town.pass_grace();
    // Anna has seen nothing of it, and is the only one who manages the space.
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    EXPECT_ERROR(read(town.bernd, town.akten, "x/1"), errors::restored_apart);
    EXPECT_OK(town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/1")), "anna's");
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "bernd's");
    EXPECT_EQ(text(read(town.anna, town.akten, "x/3")), "");
    // Once is enough, whoever else may come.
    EXPECT_ERROR(town.anna.engine().reset_space(town.akten, space::ResetReason::unknown),
                 errors::nothing_lost);
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(reset_is_not_by_who_has_ceased_to_manage_in_what_was_lost) {
    LostDevice town([](LostDevice& before) {
        EXPECT_OK(share(before.anna, before.akten, before.bernd, Role::manager));
    });
    EXPECT_OK(share(town.bernd, town.akten, town.bernd, Role::editor));
    town.restore();
    town.pass_grace();
    EXPECT_OK(write(town.anna, town.akten, "x/1", "anna's"));
    EXPECT_ERROR(read(town.bernd, town.akten, "x/1"), errors::restored_apart);
    // The server takes him for a manager; his own device would not follow him.
    EXPECT_ERROR(town.bernd.engine().reset_space(town.akten, space::ResetReason::backup_too_old),
                 errors::not_manager);
    EXPECT_OK(town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/1")), "anna's");
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(reset_holds_nothing_back_that_was_seen_before) {
    // Carla, who made the space and bernd a manager of it, was disabled. What is in the backup is
    // older than that: but the proofs of it are lost with the server.
    test::BackedUpTown town;
    town.world.server().mirror(&town.shadow);
    test::Person& carla = town.world.join("carla", town.anna);
    const auto space = carla.engine().create_space("Neu");
    REQUIRE_OK(space);
    EXPECT_OK(share(carla, *space, town.bernd, Role::manager));
    EXPECT_OK(write(carla, *space, "x/1", "carla's"));
    EXPECT_EQ(text(read(town.bernd, *space, "x/1")), "carla's");
    town.split();
    EXPECT_OK(write(carla, *space, "x/2", "lost with her"));
    EXPECT_EQ(text(read(town.bernd, *space, "x/2")), "lost with her");
    EXPECT_OK(town.anna.engine().disable(carla.engine().status().user));
    EXPECT_OK(town.bernd.engine().catch_up());
    town.restore();
    town.pass_grace();
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT_OK(town.bernd.engine().reset_space(*space, space::ResetReason::backup_too_old));
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(text(read(town.bernd, *space, "x/1")), "carla's");
    EXPECT_OK(write(town.bernd, *space, "x/3", "goes on"));
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(restore_makes_changes_again_in_their_order) {
    LostDevice town;
    const std::vector<std::string> values{"1", "2", "3", "4", "5", "6", "7"};
    for (const std::string& value : values)
        EXPECT_OK(write(town.bernd, town.akten, "x/same", value));
    town.restore();
    town.pass_grace();
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(town.bernd.engine().status().waiting, 0U);
    EXPECT_EQ(text(read(town.anna, town.akten, "x/same")), "7");
}

TEST(restore_is_no_alarm_for_a_home_that_is_brought_back_while_spaces_are_listed) {
    test::BackedUpTown town;
    EXPECT_OK(town.anna.engine().set_alias(town.akten, "Alpha"));
    EXPECT_OK(town.anna.engine().set_alias(town.akten, "Beta"));
    town.restore();
    town.pass_grace();
    // Some of these stand before her home in the list; to pin them there it is brought back.
    for (int i = 0; i < 6; ++i) {
        const auto made = town.bernd.engine().create_space("Neu " + std::to_string(i));
        REQUIRE_OK(made);
        EXPECT_OK(share(town.bernd, *made, town.anna, Role::editor));
    }
    EXPECT_OK(town.anna.engine().spaces());
    EXPECT(!alarmed(town.anna));
}

TEST(restore_finds_what_was_kept_by_a_device_whose_clock_was_behind) {
    test::BackedUpTown town;
    Kept& kept = town.bernd.engine().session().kept;
    const LinkId link{{7}};
    const Millis now = town.world.clock().now();
    town.world.clock().set(now - 5 * 365 * kDay);
    kept.note_ended(town.akten, link, 1);
    town.world.clock().set(now);
    const auto pruned = [&](Millis time) {
        town.world.clock().set(time);
        EXPECT_OK(kept.prune(time));
        const auto there = kept.ended_before(town.akten, 2);
        return EXPECT_OK(there) ? there->size() : 9;
    };
    EXPECT_EQ(pruned(now + 29 * kDay), 1U);
    EXPECT_EQ(pruned(now + 31 * kDay), 0U);
}

TEST(restore_lets_a_wished_name_be_sent_again) {
    test::BackedUpTown town;
    const UserId bernd = town.bernd.engine().status().user;
    town.world.server().mirror(&town.shadow);
    for (test::Person* person : {&town.anna, &town.bernd}) EXPECT_OK(person->engine().run_duties());
    town.split();
    // Anna is asked in what is lost, and has not looked yet.
    EXPECT_OK(town.bernd.engine().set_name(bernd, "Bernd Brot"));
    EXPECT(std::ranges::any_of(town.anna.engine().conditions(), [](const Condition& condition) {
        return condition.kind == ConditionKind::inbox_waiting;
    }));
    town.restore();
    town.pass_grace();
    for (int round = 0; round < 2; ++round)
        for (test::Person* person : {&town.bernd, &town.anna})
            EXPECT_OK(person->engine().run_duties());
    const auto people = town.anna.engine().people();
    REQUIRE_OK(people);
    EXPECT(std::ranges::any_of(*people, [&](const client::Person& person) {
        return person.id == bernd && person.name == "Bernd Brot";
    }));
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(restore_gets_back_an_entry_that_was_never_answered) {
    // The device came into the directory, but the answer to who added it was lost.
    class Silent final : public test::Adversary {
    public:
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            http::Response answer = server(request);
            if (request.method != http::Method::post || request.path != "/v1/log/entries")
                return answer;
            ++lost;
            return fail(errors::outcome_unknown);
        }
        int lost = 0;
    } silent;
    test::BackedUpTown town;
    test::Person& laptop = town.world.stranger("laptop");
    town.bernd.wire().attack(&silent);
    EXPECT_OK(link(town.bernd, laptop));
    town.bernd.wire().attack(nullptr);
    EXPECT(silent.lost > 0);
    EXPECT_EQ(text(read(laptop, town.akten, "x/first")), "written by anna");
    town.restore();
    laptop.wire().connect(town.shadow);
    EXPECT_OK(town.bernd.engine().catch_up());
    town.pass_grace();
    EXPECT_OK(laptop.engine().catch_up());
    EXPECT_EQ(text(read(laptop, town.akten, "x/first")), "written by anna");
    EXPECT(!alarmed(town.bernd) && !alarmed(laptop));
}

TEST(restore_after_a_restore_gets_back_what_was_resumed) {
    test::BackedUpTown town;
    auto backup = town.shadow.store().copy();
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    town.restore();
    town.pass_grace();
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_OK(write(town.anna, town.akten, "x/1", "after the first"));
    EXPECT_OK(write(town.bernd, town.akten, "x/3", "by bernd"));
    town.restore_with(std::move(backup), 20);
    town.pass_grace();
    for (int round = 0; round < 3; ++round)
        for (test::Person* person : {&town.anna, &town.bernd}) {
            (void)person->engine().catch_up();
            EXPECT_OK(person->engine().run_duties());
        }
    EXPECT_EQ(text(read(town.anna, town.akten, "x/1")), "after the first");
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "bernd's");
    EXPECT_EQ(text(read(town.anna, town.akten, "x/3")), "by bernd");
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/3")), "by bernd");
    EXPECT_OK(write(town.bernd, town.akten, "x/4", "goes on"));
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(restore_after_a_reset_gets_back_the_reset) {
    LostDevice town;
    auto backup = town.shadow.store().copy();
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd's"));
    town.restore();
    town.pass_grace();
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "bernd's");
    town.restore_with(std::move(backup), 20);
    town.pass_grace();
    for (int round = 0; round < 3; ++round)
        for (test::Person* person : {&town.anna, &town.bernd})
            EXPECT_OK(person->engine().run_duties());
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "bernd's");
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/2")), "bernd's");
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

}  // namespace obhut::client
