// What a restored server lacks is given up, and made again where somebody has it: resets by who
// knows less than others, restores of a server that had been restored before, and what is not made
// again as it was.
#include "client/drops/inbox.h"
#include "client/links/links.h"
#include "client/session.h"
#include "core/space/errors.h"
#include "protocols/api/errors.h"
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
