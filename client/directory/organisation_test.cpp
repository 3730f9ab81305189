// What is decided for the whole organisation: the oldest program that may write, and the root's
// reset after a restore.
#include "client/directory/organisation.h"

#include "client/directory/people.h"
#include "client/directory/rotation.h"
#include "client/engine.h"
#include "core/base/version.h"
#include "core/directory/errors.h"
#include "tests/hostile/fork.h"
#include "tests/support/actions.h"

namespace obhut::client {
namespace {

using test::alarmed;
using test::read;
using test::share;
using test::text;
using test::Town;
using test::write;

// An administrator with a newer program names it the oldest one.
void outdate(test::Person& administrator) {
    Session& session = administrator.engine().session();
    directory::GeneralPolicy policy = session.directory.state().policy().general;
    policy.min_client = kProgramVersion + 1;
    EXPECT_OK(append_entry(session, policy));
}

bool has(test::Person& person, ConditionKind kind) {
    const auto conditions = person.engine().conditions();
    return std::any_of(conditions.begin(), conditions.end(),
                       [&](const Condition& condition) { return condition.kind == kind; });
}

// A town whose server was restored from a backup and went on before anybody brought what it lost.
struct Apart : test::ForkedTown {
    test::Person& tablet = world.stranger("tablet");  // Bernd's

    // `lost` is done in what the server loses.
    explicit Apart(const std::function<void(Apart&)>& lost = {}) {
        EXPECT_OK(anna.engine().catch_up());
        EXPECT_OK(bernd.engine().catch_up());
        split();
        // Lost: an invitation that Anna and Bernd have seen, one that only Anna has.
        EXPECT_OK(anna.engine().invite({"carla@example.org"}));
        EXPECT_OK(bernd.engine().catch_up());
        EXPECT_OK(anna.engine().invite({"dora@example.org"}));
        if (lost) lost(*this);
        shadow.come_back();
        world.clock().advance(2 * kDay);
        // A device that knew nothing of it came first.
        tablet.wire().connect(shadow);
        SignInRequest request;
        request.host = world.kit_of("bernd").host;
        request.email = bernd.email;
        request.recovery_key = world.kit_of("bernd").recovery_key.clone();
        request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
        EXPECT_OK(tablet.engine().sign_in(request));
        for (int i = 0; i < 5; ++i)
            EXPECT_OK(append_entry(tablet.engine().session(),
                                   directory::Pulse{tablet.engine().status().user}));
        anna.wire().connect(shadow);
        bernd.wire().connect(shadow);
    }
};

}  // namespace

TEST(sr31_an_old_program_reads_and_does_not_write) {
    Town town;
    outdate(town.anna);
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/first")), "written by anna");
    EXPECT_ERROR(write(town.bernd, town.akten, "x/1", "too old"), errors::client_too_old);
    EXPECT_ERROR(town.bernd.engine().create_space("Kasse"), errors::client_too_old);
    EXPECT_ERROR(town.anna.engine().invite({"carla@example.org"}), errors::client_too_old);
    EXPECT_ERROR(town.bernd.engine().run_duties(), errors::client_too_old);
    EXPECT(errors::client_too_old.kind == Kind::upgrade);
    EXPECT_EQ(town.bernd.engine().status().waiting, 0U);
    EXPECT(has(town.bernd, ConditionKind::program_too_old));
    // It is known without the server too.
    REQUIRE_OK(town.bernd.reopen());
    EXPECT(has(town.bernd, ConditionKind::program_too_old));
    EXPECT(!alarmed(town.bernd));
}

TEST(sr31_a_newcomer_with_an_old_program_does_not_enrol) {
    Town town;
    const auto invitation = town.world.invitation("carla", town.anna);
    REQUIRE_OK(invitation);
    outdate(town.anna);
    JoinRequest request;
    request.invitation = invitation->clone();
    request.password = SecretBytes(as_bytes(test::kPassphrase));
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    EXPECT_ERROR(town.world.stranger("carla").engine().join(request), errors::client_too_old);
}

TEST(the_oldest_client_is_set_by_administrators_and_never_lowered) {
    Town town;
    EXPECT_ERROR(town.bernd.engine().set_oldest_client(kProgramVersion), errors::not_administrator);
    EXPECT_ERROR(town.anna.engine().set_oldest_client(kProgramVersion + 1), errors::client_too_old);
    EXPECT_OK(town.anna.engine().set_oldest_client(kProgramVersion));
    EXPECT_OK(town.anna.engine().set_oldest_client(kProgramVersion));
    EXPECT_EQ(town.anna.engine().status().oldest_client, kProgramVersion);
    EXPECT_ERROR(town.anna.engine().set_oldest_client(kProgramVersion - 1),
                 errors::policy_out_of_bounds);
    EXPECT_OK(write(town.bernd, town.akten, "x/1", "new enough"));
}

TEST(the_root_gives_up_what_a_restored_server_lost) {
    Apart town;
    EXPECT_ERROR(town.anna.engine().catch_up(), errors::log_apart);
    EXPECT_ERROR(town.bernd.engine().catch_up(), errors::log_apart);
    const RootKit& root_kit = *town.world.root_kit();
    test::TestEntropy entropy(9);
    const RootKit foreign = RootKit::create("http://localhost:8080", entropy);
    EXPECT_ERROR(town.bernd.engine().reset_directory(foreign, ""), errors::kit_mismatch);
    // Bernd knows less than Anna of what was lost; she follows him all the same.
    REQUIRE_OK(town.bernd.engine().reset_directory(root_kit, "backup of Monday"));
    EXPECT_OK(town.anna.engine().catch_up());
    const auto& resets = town.anna.engine().session().directory.state().resets();
    REQUIRE(resets.size() == 1);
    EXPECT_EQ(resets[0].reset.reason, "backup of Monday");
    EXPECT_EQ(town.anna.engine().session().directory.state().encode(),
              town.bernd.engine().session().directory.state().encode());
    EXPECT_OK(town.anna.engine().invite({"carla@example.org"}));
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
    EXPECT_ERROR(town.anna.engine().reset_directory(root_kit, ""), errors::nothing_lost);
}

// A key that was made in what is lost has the number of one that is made later.
TEST(after_a_reset_a_number_means_another_key) {
    Apart town([](Apart& apart) {
        EXPECT_OK(rotate_user_key(apart.bernd.engine().session()));
        const auto* user = apart.bernd.engine().session().directory.state().user(
            apart.bernd.engine().status().user);
        EXPECT_EQ(user->generations.size(), 2U);
    });
    EXPECT_ERROR(town.bernd.engine().catch_up(), errors::log_apart);
    REQUIRE_OK(town.anna.engine().reset_directory(*town.world.root_kit(), "backup of Monday"));
    EXPECT_OK(town.bernd.engine().catch_up());
    const directory::State& state = town.bernd.engine().session().directory.state();
    EXPECT_EQ(state.user(town.bernd.engine().status().user)->generations.size(), 1U);
    EXPECT_OK(rotate_user_key(town.tablet.engine().session()));
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT_EQ(state.user(town.bernd.engine().status().user)->generations.size(), 2U);
    const auto kasse = town.anna.engine().create_space("Kasse");
    REQUIRE_OK(kasse);
    EXPECT_OK(share(town.anna, *kasse, town.bernd, Role::editor));
    EXPECT_OK(write(town.anna, *kasse, "x/1", "anna's"));
    EXPECT_EQ(text(read(town.bernd, *kasse, "x/1")), "anna's");
    EXPECT(!alarmed(town.bernd));
}

// Links under a note of what is lost cannot be judged by anybody once that is given up: the server
// takes them back only if the entries are there.
TEST(sr_44_links_under_a_lost_note_do_not_come_back) {
    Apart town([](Apart& apart) {
        EXPECT_OK(write(apart.anna, apart.akten, "x/1", "under a note that will be lost"));
    });
    EXPECT(!read(town.anna, town.akten, "x/1"));
    REQUIRE_OK(town.anna.engine().reset_directory(*town.world.root_kit(), "backup of Monday"));
    EXPECT_ERROR(read(town.anna, town.akten, "x/1"), errors::restored_behind);
    EXPECT_OK(town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/1")), "under a note that will be lost");
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/1")), "under a note that will be lost");
    EXPECT(!alarmed(town.anna) && !alarmed(town.bernd));
}

TEST(nothing_is_reset_where_nothing_was_lost) {
    Town town;
    EXPECT_ERROR(town.anna.engine().reset_directory(*town.world.root_kit(), ""),
                 errors::nothing_lost);
}

}  // namespace obhut::client
