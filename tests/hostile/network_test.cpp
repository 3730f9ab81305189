// Lost answers, cut connections, two at once, clocks: nothing acknowledged is lost and nothing
// happens twice.
#include "tests/hostile/tamper.h"

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

}  // namespace obhut::test
