// An organisation whose founding was cut off: the same call again comes to the end, and somebody
// has its root.
#include "client/engine.h"
#include "tests/support/cutter.h"

namespace obhut::client {
namespace {

using test::World;

// What a person keeps on paper, as a program writes it before anything is sent.
struct Papers {
    std::optional<RootKit> root;
    std::optional<EmergencyKit> kit;
};

NewOrganisation founding(const test::Person& person, Papers& papers) {
    NewOrganisation request;
    request.host = "http://localhost:8080";
    request.name = "Rathaus";
    request.email = person.email;
    request.password = SecretBytes(as_bytes(test::kPassphrase));
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    request.before_sending = [&papers](const Created& created) -> Result<> {
        papers.root = created.root_kit->clone();
        papers.kit = created.kit.clone();
        return {};
    };
    return request;
}

// The papers are those of this organisation: with them an administrator is made.
void is_whole(World& world, test::Person& anna, const Papers& papers) {
    const Status status = anna.engine().status();
    EXPECT(status.exists && status.administrator);
    EXPECT(papers.root && papers.kit);
    if (!papers.root || !papers.kit) return;
    EXPECT_EQ(papers.root->org.hex(), status.org.hex());
    const auto kit = anna.engine().emergency_kit();
    if (EXPECT_OK(kit)) EXPECT_EQ(kit->text(), papers.kit->text());
    auto invited = anna.engine().invite({"bernd@example.org", &*papers.root});
    if (!EXPECT_OK(invited)) return;
    JoinRequest request;
    request.invitation = std::move(*invited);
    request.password = SecretBytes(as_bytes(test::kPassphrase));
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    test::Person& bernd = world.stranger("bernd");
    EXPECT_OK(bernd.engine().join(request));
    EXPECT(bernd.engine().status().administrator);
    // An administrator's device takes newcomers into the group that reads names.
    EXPECT_OK(anna.engine().run_duties());
    EXPECT_OK(bernd.engine().catch_up());
    const auto name = bernd.engine().organisation_name();
    if (EXPECT_OK(name)) EXPECT_EQ(*name, "Rathaus");
}

// True if the founding got to the n-th request or commit, and was killed there.
bool killed_at(test::Blow blow, unsigned after) {
    World world;
    test::Person& anna = world.stranger("anna");
    Papers papers;
    test::Killer killer(anna, blow, after);
    killer.strike();
    const auto first = anna.engine().create_organisation(founding(anna, papers));
    const bool killed = killer.end();
    if (killed) {
        (void)anna.reopen();  // there may be nothing to unlock yet
        if (papers.root && !anna.engine().status().exists)
            EXPECT_ERROR(anna.engine().catch_up(), errors::profile_unfinished);
        if (!anna.engine().status().exists)
            EXPECT_OK(anna.engine().create_organisation(founding(anna, papers)));
    } else {
        EXPECT_OK(first);
    }
    is_whole(world, anna, papers);
    return killed;
}

}  // namespace

TEST(founding_killed_at_every_request) {
    int killed = 0;
    for (const test::Blow blow : {test::Blow::before_request, test::Blow::after_request}) {
        for (unsigned after = 0;; ++after) {
            const int before = test::failures();
            const bool did = killed_at(blow, after);
            if (test::failures() != before)
                std::printf("    killed %s %u\n", test::name_of(blow).c_str(), after);
            if (!did) break;
            ++killed;
        }
    }
    EXPECT(killed >= 8);
}

TEST(what_cannot_be_written_down_is_not_founded) {
    World world;
    test::Person& anna = world.stranger("anna");
    Papers papers;
    NewOrganisation request = founding(anna, papers);
    request.before_sending = [](const Created&) -> Result<> { return fail(errors::kit_not_here); };
    EXPECT_ERROR(anna.engine().create_organisation(request), errors::kit_not_here);
    EXPECT_OK(anna.engine().create_organisation(founding(anna, papers)));
    is_whole(world, anna, papers);
}

TEST(a_strangers_organisation_is_no_unfinished_one) {
    World world;
    test::Person& carla = world.stranger("carla");
    Papers papers;
    test::Killer killer(carla, test::Blow::before_request, 1);
    killer.strike();
    EXPECT(!carla.engine().create_organisation(founding(carla, papers)));
    (void)killer.end();
    (void)carla.reopen();
    (void)world.found("anna");
    EXPECT_ERROR(carla.engine().create_organisation(founding(carla, papers)),
                 errors::organisation_exists);
}

}  // namespace obhut::client
