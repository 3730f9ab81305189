// Lost answers, cut connections, two at once, clocks: nothing acknowledged is lost and nothing
// happens twice.
#include "tests/hostile/fork.h"

namespace obhut::test {

TEST(lost_acknowledgements_commit_once) {
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    LoseAnswers lose("/links", 2);
    town.bernd.wire().attack(&lose);
    int done = 0;
    for (int i = 0; i < 20; ++i) {
        const auto committed = write(town.bernd, town.akten, "x/" + std::to_string(i), "value");
        if (committed) ++done;
    }
    town.bernd.wire().attack(nullptr);
    const auto space = town.bernd.engine().space(town.akten);
    REQUIRE_OK(space);
    EXPECT_OK((*space)->settle(tree::refuse_conflicts));
    EXPECT(lose.lost > 0);
    // Whatever was acknowledged is there for everybody, and once: one commit per key.
    for (int i = 0; i < 20; ++i)
        EXPECT(read(town.anna, town.akten, "x/" + std::to_string(i)).has_value());
    const auto lines = town.anna.engine().log(town.akten, 0, 1000);
    REQUIRE_OK(lines);
    std::map<std::string, int> commits;
    for (const auto& line : *lines)
        if (line.summary && !line.summary->actions.empty())
            ++commits[line.summary->actions[0].target];
    for (int i = 0; i < 20; ++i) EXPECT(commits["x/" + std::to_string(i)] <= 1);
    EXPECT(done > 0);
}

TEST(two_clients_committing_hundreds_of_times_lose_nothing) {
    Town town;
    constexpr int kRounds = 150;
    for (int i = 0; i < kRounds; ++i) {
        EXPECT_OK(write(town.anna, town.akten, "x/a" + std::to_string(i), "anna"));
        EXPECT_OK(write(town.bernd, town.akten, "x/b" + std::to_string(i), "bernd"));
    }
    for (int i = 0; i < kRounds; ++i) {
        EXPECT(read(town.anna, town.akten, "x/b" + std::to_string(i)) == "bernd");
        EXPECT(read(town.bernd, town.akten, "x/a" + std::to_string(i)) == "anna");
    }
}

TEST(unreachable_server_leaves_work_and_says_so) {
    class Dead final : public Adversary {
        Result<http::Response> exchange(const http::Request&, const Server&) override {
            return fail(errors::unreachable);
        }
    };
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    Dead dead;
    town.bernd.wire().attack(&dead);
    const auto committed = write(town.bernd, town.akten, "x/first", "later");
    EXPECT(!committed && committed.error().kind() == Kind::retry);
    town.bernd.wire().attack(nullptr);
    EXPECT_OK(write(town.bernd, town.akten, "x/first", "later"));
    EXPECT(read(town.anna, town.akten, "x/first") == "later");
}

TEST(server_restart_keeps_everything) {
    Town town;
    EXPECT_OK(write(town.bernd, town.akten, "x/second", "before"));
    town.world.server().restart();
    EXPECT(read(town.anna, town.akten, "x/second") == "before");
    EXPECT_OK(write(town.anna, town.akten, "x/second", "after"));
    EXPECT_OK(town.bernd.reopen());
    EXPECT(read(town.bernd, town.akten, "x/second") == "after");
}

TEST(nothing_secret_goes_over_the_wire) {
    Town town;
    EXPECT_OK(write(town.anna, town.akten, "x/Grundsteuer", "Zwetschgenkuchen"));
    EXPECT_OK(town.anna.engine().rename_space(town.akten, "Geheimakten"));
    EXPECT(read(town.bernd, town.akten, "x/Grundsteuer") == "Zwetschgenkuchen");
    for (Person* person : {&town.anna, &town.bernd})
        for (const char* mark : {"Grundsteuer", "Zwetschgenkuchen", "Geheimakten", "Akten",
                                 "Rathaus", "correct horse"})
            EXPECT(!contains(person->wire().sent(), mark));
}

namespace {

// Cut lets nothing through whose path contains a text.
class Cut final : public Adversary {
public:
    explicit Cut(std::string path) : path_(std::move(path)) {}
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (request.path.find(path_) != std::string::npos) return fail(errors::unreachable);
        return server(request);
    }

private:
    std::string path_;
};

// join_on lets somebody join whose device has a clock of its own.
Result<> join_on(Person& person, World& world, const std::string& name, Person& by) {
    client::JoinRequest request;
    request.invitation = TRY(world.invitation(name, by));
    request.password = SecretBytes(as_bytes(kPassphrase));
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    request.kit_is_kept = true;
    TRY(person.engine().join(request));
    person.email = name + "@example.org";
    return {};
}

}  // namespace

TEST(what_cannot_be_looked_at_now_is_not_missing) {
    Town town;
    Person& desk = town.world.stranger("desk");
    REQUIRE_OK(link(town.anna, desk));
    const UserId bernd = town.bernd.engine().status().user;
    Cut cut("/objects/get");
    desk.wire().attack(&cut);
    const auto found = desk.engine().find_space("Akten");
    EXPECT_ERROR(found, errors::unreachable);
    const Result<> named = desk.engine().set_name(bernd, "Bernd");
    EXPECT_ERROR(named, errors::unreachable);
    desk.wire().attack(nullptr);
    EXPECT(desk.engine().find_space("Akten") == town.akten);
    EXPECT_OK(desk.engine().set_name(bernd, "Bernd"));
}

TEST(clock_that_is_years_ahead_joins_and_does_its_duties) {
    Town town;
    VirtualClock own(town.world.clock().now() + 5 * 365 * kDay);
    Person clara(own, town.world.server(), 77);
    REQUIRE_OK(join_on(clara, town.world, "clara", town.anna));
    EXPECT_OK(share(town.anna, town.akten, clara, client::Role::editor));
    EXPECT_OK(write(clara, town.akten, "x/first", "by clara"));
    // After a restart the first thing that she signs is an entry of the directory.
    town.world.clock().advance(2 * kDay);
    own.advance(2 * kDay);
    EXPECT_OK(clara.reopen());
    const auto report = clara.engine().run_duties();
    REQUIRE_OK(report);
    EXPECT(!report->first_error);
    EXPECT_OK(clara.reopen());
    const auto linked = town.world.invitation("dora", town.anna);
    EXPECT_OK(linked);
    EXPECT(!alarmed(clara));
}

TEST(clock_that_is_behind_stops_without_an_alarm) {
    // An entry that lies ahead of the own clock is not believed, and nobody is accused: who is
    // right cannot be known.
    Town town;
    VirtualClock own(town.world.clock().now());
    Person clara(own, town.world.server(), 77);
    REQUIRE_OK(join_on(clara, town.world, "clara", town.anna));
    town.world.clock().advance(5 * kDay);
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_ERROR(clara.engine().catch_up(), errors::clock_off);
    EXPECT(!clara.engine().spaces().has_value());
    EXPECT(!alarmed(clara));
    own.set(town.world.clock().now());
    EXPECT_OK(clara.engine().catch_up());
    EXPECT_OK(clara.engine().spaces());
}

}  // namespace obhut::test
