// Commits under way: lost races, lost answers, programs that end, work that waits.
#include "client/engine.h"
#include "client/session.h"
#include "client/spaces/space.h"
#include "core/tree/errors.h"
#include "protocols/http/errors.h"
#include "tests/hostile/tamper.h"
#include "tests/support/actions.h"

namespace obhut::client {

using test::read;
using test::share;
using test::text;
using test::Town;
using test::World;
using test::write;

namespace {

bool is_append(const http::Request& request) {
    return request.method == http::Method::post && request.path.ends_with("/links");
}

// CutOff lets requests through until a commit is sent; then the answer, or the request itself, is
// lost, and with it everything after.
class CutOff final : public test::Adversary {
public:
    enum class By : std::uint8_t { network, proxy };
    explicit CutOff(bool carried, By by = By::network) : carried_(carried), by_(by) {}

    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (!cut_ && !is_append(request)) return server(request);
        if (!cut_ && carried_) server(request);
        const bool first = !std::exchange(cut_, true);
        if (by_ == By::proxy) return page();
        return fail(first ? errors::outcome_unknown : errors::unreachable);
    }

private:
    // What a proxy says that gave up waiting, or does not reach the server.
    static http::Response page() {
        http::Response page;
        page.status = 504;
        page.headers.set(http::kContentType, "text/html");
        page.body = to_bytes("<html>Gateway Time-out</html>");
        return page;
    }

    bool carried_;
    By by_;
    bool cut_ = false;
};

std::uint64_t commits_of(test::Person& person, const SpaceId& space) {
    const auto report = person.engine().verify(space, nullptr, nullptr);
    if (!EXPECT_OK(report)) return 0;
    EXPECT_EQ(report->problems.size(), 0U);
    return report->commits;
}

// A change that counts: it reads what is there and adds one.
class Increment final : public Change {
public:
    Result<Plan> plan(const Snapshot& base) override {
        ++planned;
        Plan plan;
        const auto value = TRY(base.tree.get(as_bytes("x/count")));
        const int count = value ? std::stoi(std::string(as_text(*value))) : 0;
        plan.batch.put(as_bytes("x/count"), as_bytes(std::to_string(count + 1)));
        return plan;
    }
    int planned = 0;
};

}  // namespace

TEST(commit_acknowledged_late_is_no_lie) {
    // The request comes twice, somebody is first in between, and the second answer is the one that
    // arrives: the server refuses a repeated nonce, the client signs the same commit again.
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    class Repeating final : public test::Adversary {
    public:
        explicit Repeating(Town& town) : town_(town) {}
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            if (done || !is_append(request)) return server(request);
            done = true;
            EXPECT_EQ(server(request).status, 200);
            EXPECT_OK(write(town_.anna, town_.akten, "x/a", "anna"));
            return server(request);
        }
        bool done = false;

    private:
        Town& town_;
    } repeating(town);
    town.bernd.wire().attack(&repeating);
    EXPECT_OK(write(town.bernd, town.akten, "x/b", "bernd"));
    EXPECT(repeating.done);
    EXPECT_EQ(commits_of(town.bernd, town.akten), 4U);
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/a")), "anna");
    EXPECT_EQ(text(read(town.anna, town.akten, "x/b")), "bernd");
    EXPECT_EQ(town.bernd.engine().status().waiting, 0U);
    EXPECT(town.bernd.engine().alarms()->empty());
}

TEST(commit_takes_one_round_trip) {
    Town town;
    EXPECT_OK(write(town.anna, town.akten, "x/a", "1"));
    const std::size_t before = town.anna.wire().requests();
    EXPECT_OK(write(town.anna, town.akten, "x/b", "1"));
    EXPECT_EQ(town.anna.wire().requests() - before, 1U);
    // A change that changes nothing takes one as well: to look whether that is so.
    const auto again = write(town.anna, town.akten, "x/b", "1");
    REQUIRE_OK(again);
    EXPECT(!again->made);
    EXPECT_EQ(town.anna.wire().requests() - before, 2U);
}

TEST(commit_is_not_nothing_because_others_have_not_been_heard_of) {
    Town town;
    EXPECT_OK(write(town.anna, town.akten, "x/a", "1"));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/a")), "1");
    EXPECT_OK(write(town.anna, town.akten, "x/a", "2"));
    const auto back = write(town.bernd, town.akten, "x/a", "1");
    REQUIRE_OK(back);
    EXPECT(back->made);
    EXPECT_EQ(text(read(town.anna, town.akten, "x/a")), "1");
}

// Whether the key has to be changed first depends on who is in the space now.
TEST(commit_of_who_has_just_become_an_editor_changes_a_stale_key_first) {
    Town town;
    test::Person& carla = town.world.join("carla", town.anna);
    test::Person& dora = town.world.join("dora", town.anna);
    EXPECT_OK(share(town.anna, town.akten, carla, Role::reader));
    EXPECT_EQ(text(read(carla, town.akten, "x/first")), "written by anna");
    EXPECT_OK(share(town.anna, town.akten, carla, Role::editor));
    EXPECT_OK(share(town.anna, town.akten, dora, Role::editor));
    EXPECT_OK(town.anna.engine().disable(dora.engine().status().user));
    EXPECT_OK(carla.engine().catch_up());
    EXPECT_OK(write(carla, town.akten, "x/1", "carla's"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/1")), "carla's");
}

TEST(commit_conflicts_lose_nothing) {
    Town town;
    Increment hers, his;
    constexpr int kEach = 100;
    for (int i = 0; i < kEach; ++i) {
        for (const auto& [person, change] : {std::pair(&town.anna, &hers), {&town.bernd, &his}}) {
            const auto space = person->engine().space(town.akten);
            REQUIRE_OK(space);
            REQUIRE_OK((*space)->commit(*change));
        }
    }
    EXPECT_EQ(text(read(town.anna, town.akten, "x/count")), std::to_string(2 * kEach));
    // Each knew the other's commit only when its own came too late.
    EXPECT(hers.planned > kEach && his.planned > kEach);
}

TEST(commit_whose_answer_was_lost_is_found_in_the_chain) {
    Town town;
    const std::uint64_t before = commits_of(town.bernd, town.akten);
    test::LoseAnswers lossy("/links", 1);
    class OnlyAppends final : public test::Adversary {
    public:
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            auto answer = server(request);
            if (is_append(request) && lost++ == 0) return fail(errors::outcome_unknown);
            return answer;
        }
        int lost = 0;
    } adversary;
    town.anna.wire().attack(&adversary);
    EXPECT_OK(write(town.anna, town.akten, "x/a", "1"));
    EXPECT_EQ(adversary.lost, 1);
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/a")), "1");
    EXPECT_EQ(commits_of(town.bernd, town.akten), before + 1);
    EXPECT_EQ(town.anna.engine().status().waiting, 0U);
}

TEST(commit_that_never_arrived_is_sent_again) {
    Town town;
    class DropFirst final : public test::Adversary {
    public:
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            if (is_append(request) && dropped++ < 2) return fail(errors::unreachable);
            return server(request);
        }
        int dropped = 0;
    } adversary;
    town.anna.wire().attack(&adversary);
    EXPECT_OK(write(town.anna, town.akten, "x/a", "1"));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/a")), "1");
}

// The program ends with a commit in doubt; the next one finds out what happened, and makes it
// happen, once.
void check_waits(CutOff adversary, const Code& error) {
    Town town;
    const std::uint64_t before = commits_of(town.bernd, town.akten);
    EXPECT_OK(read(town.anna, town.akten, "x/first"));
    town.anna.wire().attack(&adversary);
    EXPECT_ERROR(write(town.anna, town.akten, "x/a", "1"), error);
    EXPECT_EQ(town.anna.engine().status().waiting, 1U);
    town.anna.wire().attack(nullptr);
    EXPECT_OK(town.anna.reopen());
    town.world.clock().advance(kJournalLease + 1);
    EXPECT_OK(write(town.anna, town.akten, "x/b", "1"));
    EXPECT_EQ(town.anna.engine().status().waiting, 0U);
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/a")), "1");
    EXPECT_EQ(commits_of(town.bernd, town.akten), before + 2);
}

TEST(commit_in_doubt_waits_in_the_journal) {
    for (const bool carried : {false, true}) check_waits(CutOff(carried), errors::outcome_unknown);
}

TEST(commit_that_a_proxy_answered_waits_in_the_journal) {
    for (const bool carried : {false, true})
        check_waits(CutOff(carried, CutOff::By::proxy), errors::foreign_answer);
}

TEST(commit_in_doubt_is_made_anew_on_what_others_did) {
    Town town;
    CutOff adversary(false);
    EXPECT_OK(read(town.anna, town.akten, "x/first"));
    town.anna.wire().attack(&adversary);
    EXPECT(!write(town.anna, town.akten, "x/a", "1"));
    town.anna.wire().attack(nullptr);
    EXPECT_OK(town.anna.reopen());
    town.world.clock().advance(kJournalLease + 1);
    EXPECT_OK(write(town.bernd, town.akten, "x/b", "2"));
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_EQ(town.anna.engine().status().waiting, 0U);
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/a")), "1");
}

TEST(commit_in_doubt_that_contradicts_stays_until_resolved) {
    Town town;
    CutOff adversary(false);
    EXPECT_OK(read(town.anna, town.akten, "x/first"));
    town.anna.wire().attack(&adversary);
    EXPECT(!write(town.anna, town.akten, "x/first", "hers"));
    town.anna.wire().attack(nullptr);
    EXPECT_OK(town.anna.reopen());
    town.world.clock().advance(kJournalLease + 1);
    EXPECT_OK(write(town.bernd, town.akten, "x/first", "his"));
    // Other work goes on; this waits for somebody who can merge.
    EXPECT_OK(write(town.anna, town.akten, "x/other", "1"));
    EXPECT_EQ(town.anna.engine().status().waiting, 1U);
    const auto space = town.anna.engine().space(town.akten);
    REQUIRE_OK(space);
    const tree::Resolver both = [](const tree::Conflict& conflict, tree::Batch& batch) -> Result<> {
        Bytes key = conflict.change.key;
        key.push_back('2');
        batch.put(key, conflict.change.after->clone());
        return {};
    };
    const auto left = (*space)->settle(both);
    REQUIRE_OK(left);
    EXPECT_EQ(*left, 0U);
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/first")), "his");
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/first2")), "hers");
}

TEST(commit_of_another_program_is_left_alone) {
    Town town;
    CutOff adversary(false);
    EXPECT_OK(read(town.anna, town.akten, "x/first"));
    town.anna.wire().attack(&adversary);
    EXPECT(!write(town.anna, town.akten, "x/a", "1"));
    town.anna.wire().attack(nullptr);
    EXPECT_OK(town.anna.reopen());
    // The first program may still be at it: its lease has not ended.
    EXPECT_OK(write(town.anna, town.akten, "x/b", "1"));
    EXPECT_EQ(town.anna.engine().status().waiting, 1U);
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/a")), "");
}

TEST(commit_of_many_nodes_goes_ahead_in_batches) {
    Town town;
    class Many final : public Change {
    public:
        Result<Plan> plan(const Snapshot&) override {
            Plan plan;
            for (int i = 0; i < 6000; ++i)
                plan.batch.put(as_bytes("x/" + std::to_string(i)),
                               as_bytes(std::string(1500, 'v')));
            return plan;
        }
    } change;
    const auto space = town.anna.engine().space(town.akten);
    REQUIRE_OK(space);
    REQUIRE_OK((*space)->commit(change));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/5999")).size(), 1500U);
    const auto report = town.bernd.engine().verify(town.akten, nullptr, nullptr);
    REQUIRE_OK(report);
    EXPECT_EQ(report->problems.size(), 0U);
    EXPECT_EQ(report->entries, 6002U);
}

TEST(commit_gives_again_what_the_server_lost) {
    Town town;
    // The first answer says that a node of the commit is missing.
    class Forgetful final : public test::Adversary {
    public:
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            if (!is_append(request) || forgot++ > 0) return server(request);
            const auto append = decode<api::AppendLink>(request.body);
            http::Response answer;
            answer.status = 422;
            answer.headers.set("obhut-error", "727 0");
            answer.body = encode(api::ObjectsMissing{{append->lists->nodes_created[0]}});
            return answer;
        }
        int forgot = 0;
    } adversary;
    town.anna.wire().attack(&adversary);
    EXPECT_OK(write(town.anna, town.akten, "x/a", "1"));
    EXPECT_EQ(adversary.forgot, 2);
}

TEST(commit_names_content_that_is_gone) {
    Town town;
    const ObjectId gone{};
    class Gone final : public test::Adversary {
    public:
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            if (!is_append(request)) return server(request);
            http::Response answer;
            answer.status = 422;
            answer.headers.set("obhut-error", "727 0");
            answer.body = encode(api::ObjectsMissing{{ObjectId{}}});
            return answer;
        }
    } adversary;
    town.anna.wire().attack(&adversary);
    EXPECT_ERROR(write(town.anna, town.akten, "x/a", "1"), errors::content_lost);
    const auto space = town.anna.engine().space(town.akten);
    REQUIRE_OK(space);
    REQUIRE((*space)->lost_content().size() == 1);
    EXPECT_EQ((*space)->lost_content()[0], gone);
    EXPECT_EQ(town.anna.engine().status().waiting, 0U);
}

TEST(chunks_of_an_interrupted_upload_are_remembered) {
    Town town;
    const auto space = town.anna.engine().space(town.akten);
    REQUIRE_OK(space);
    test::TestEntropy entropy(5);
    const Bytes plain(4096, 7);
    SealedObject sealed = seal_object((*space)->place(), ObjectType::chunk, plain, entropy);
    const content::Chunk chunk{sha256(plain), sealed.reference.clone(), content::Coding::plain,
                               4096};
    REQUIRE_OK((*space)->uploader().put(sealed.reference.id, std::move(sealed.bytes)));
    EXPECT_OK((*space)->remember_chunk(as_bytes("file"), chunk));
    const auto early = (*space)->recall_chunks(as_bytes("file"));
    EXPECT(early && early->empty());  // not on the server yet
    EXPECT_OK((*space)->flush());
    EXPECT_OK(town.anna.reopen());
    const auto again = town.anna.engine().space(town.akten);
    REQUIRE_OK(again);
    const auto chunks = (*again)->recall_chunks(as_bytes("file"));
    REQUIRE(chunks && chunks->size() == 1);
    EXPECT_EQ((*chunks)[0].reference.id, chunk.reference.id);
    const auto fetched = (*again)->content().fetch({&chunk.reference.id, 1});
    REQUIRE(fetched && (*fetched)[0]);
    EXPECT((*again)->recall_chunks(as_bytes("other"))->empty());
    town.world.clock().advance(7 * kDay);
    EXPECT((*again)->recall_chunks(as_bytes("file"))->empty());
    EXPECT_OK((*again)->forget_chunks(as_bytes("file")));
}

namespace {

// Before runs something once, when the first link of its person is on the way.
class Before final : public test::Adversary {
public:
    explicit Before(std::function<void()> run) : run_(std::move(run)) {}

    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (is_append(request) && run_) std::exchange(run_, nullptr)();
        return server(request);
    }

private:
    std::function<void()> run_;
};

}  // namespace

TEST(roster_change_that_was_overtaken_by_a_commit_uses_its_second_key) {
    Town town;
    test::Person& clara = town.world.join("clara", town.anna);
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    Before before([&] { EXPECT_OK(write(town.bernd, town.akten, "x/first", "bernd was first")); });
    town.anna.wire().attack(&before);
    EXPECT_OK(test::share(town.anna, town.akten, clara, Role::editor));
    town.anna.wire().attack(nullptr);
    // What anna seals now is sealed under the key that she gave to the others.
    EXPECT_OK(write(town.anna, town.akten, "x/second", "after the change"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/first")), "bernd was first");
    for (test::Person* person : {&town.bernd, &clara})
        EXPECT_EQ(text(read(*person, town.akten, "x/second")), "after the change");
    EXPECT_OK(town.anna.reopen());
    EXPECT_EQ(text(read(town.anna, town.akten, "x/second")), "after the change");
    EXPECT_EQ(town.anna.engine().status().alarms, 0U);
}

TEST(roster_change_that_was_overtaken_by_another_stands_on_its_key) {
    Town town(Role::manager);
    test::Person& clara = town.world.join("clara", town.anna);
    test::Person& dora = town.world.join("dora", town.anna);
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    Before before([&] { EXPECT_OK(test::share(town.bernd, town.akten, clara, Role::editor)); });
    town.anna.wire().attack(&before);
    EXPECT_OK(test::share(town.anna, town.akten, dora, Role::editor));
    town.anna.wire().attack(nullptr);
    EXPECT_OK(town.anna.reopen());
    EXPECT_OK(write(town.anna, town.akten, "x/second", "after both"));
    for (test::Person* person : {&town.anna, &town.bernd, &clara, &dora})
        EXPECT_EQ(text(read(*person, town.akten, "x/second")), "after both");
    EXPECT_EQ(town.anna.engine().status().alarms, 0U);
}

TEST(long_value_that_waits_in_the_journal_travels_again) {
    // A value that is an object of its own went nowhere with its commit; then others are first.
    const std::string value(5000, 'v');
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    CutOff cut(false);
    town.bernd.wire().attack(&cut);
    EXPECT(!write(town.bernd, town.akten, "x/long", value).has_value());
    EXPECT_EQ(town.bernd.engine().status().waiting, 1U);
    EXPECT_OK(write(town.anna, town.akten, "x/other", "anna was first"));
    EXPECT_OK(town.bernd.reopen());
    town.world.clock().advance(kJournalLease + 1);
    town.bernd.wire().attack(nullptr);
    EXPECT_OK(write(town.bernd, town.akten, "x/next", "later"));
    EXPECT_EQ(town.bernd.engine().status().waiting, 0U);
    EXPECT_EQ(text(read(town.anna, town.akten, "x/long")), value);
    EXPECT_EQ(text(read(town.anna, town.akten, "x/next")), "later");
    commits_of(town.anna, town.akten);
}

TEST(copied_profiles_make_a_waiting_commit_once) {
    // Both copies of a profile hold the same commit in their journals, and others were first.
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    CutOff cut(false);
    town.bernd.wire().attack(&cut);
    EXPECT(!write(town.bernd, town.akten, "x/a", "once").has_value());
    EXPECT_OK(write(town.anna, town.akten, "x/other", "anna was first"));
    test::Person& copy = town.world.stranger("copy");
    copy.replace_disk(town.bernd.disk().snapshot());
    REQUIRE_OK(copy.reopen());
    town.world.clock().advance(kJournalLease + 1);
    town.bernd.wire().attack(nullptr);
    EXPECT_OK(write(town.bernd, town.akten, "x/b", "by bernd"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/a")), "once");
    EXPECT_OK(write(town.anna, town.akten, "x/a", ""));  // so that it could be made again
    EXPECT_OK(write(copy, town.akten, "x/c", "by the copy"));
    EXPECT_EQ(copy.engine().status().waiting, 0U);
    EXPECT_EQ(text(read(town.anna, town.akten, "x/a")), "");
}

TEST(work_whose_uploads_are_gone_does_not_block_the_rest) {
    // So many long values that they go ahead of their commit; it is cut off, and settled only when
    // the server has thrown them away.
    class SetMany final : public Change {
    public:
        Result<Plan> plan(const Snapshot&) override {
            Plan plan;
            for (int i = 0; i < 120; ++i)
                plan.batch.put(as_bytes("x/m" + std::to_string(i)), Bytes(60'000, std::uint8_t(i)));
            return plan;
        }
    } many;
    for (const bool kept : {false, true}) {
        Town town;
        EXPECT_OK(read(town.bernd, town.akten, "x/first"));
        CutOff cut(false);
        town.bernd.wire().attack(&cut);
        const auto space = town.bernd.engine().space(town.akten);
        REQUIRE_OK(space);
        EXPECT(!(*space)->commit(many).has_value());
        EXPECT_EQ(town.bernd.engine().status().waiting, 1U);
        EXPECT_OK(write(town.anna, town.akten, "x/other", "anna was first"));
        EXPECT_OK(town.bernd.reopen());
        town.world.clock().advance(60 * kDay);
        for (int i = 0; i < 16; ++i) EXPECT_OK(town.world.server().service().tend());
        town.bernd.wire().attack(nullptr);
        // As long as the device keeps them, it sends them again.
        Session& session = town.bernd.engine().session();
        if (!kept) EXPECT_OK(session.kept.prune(town.world.clock().now()));
        EXPECT_OK(write(town.bernd, town.akten, "x/next", "later"));
        EXPECT_EQ(town.bernd.engine().status().waiting, kept ? 0U : 1U);
        EXPECT_EQ(text(read(town.anna, town.akten, "x/next")), "later");
        EXPECT_EQ(text(read(town.anna, town.akten, "x/m7")).size(), kept ? 60'000U : 0U);
    }
}

}  // namespace obhut::client
