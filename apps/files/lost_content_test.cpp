// A restored server has lost large files: it gets them again from where they were put from, the
// same to the byte; and where that is not possible any more, the person is told which.
#include "apps/files/space_files.h"
#include "apps/files/upload.h"
#include "client/objects/exchange.h"
#include "client/session.h"
#include "core/content/memory_ports.h"
#include "core/content/reader.h"
#include "protocols/api/errors.h"
#include "tests/hostile/fork.h"
#include "tests/support/cutter.h"
#include "tests/support/links_scene.h"

namespace obhut::files {

using client::Condition;
using client::ConditionKind;
using test::Person;

namespace {

constexpr std::size_t kMore = client::ObjectExchange::kMaxMade + (1U << 20);

// Loss is a town whose server is put back to where it was at the beginning.
struct Loss : test::ForkedTown {
    test::TestEntropy entropy{99};
    InlineExecutor executor;

    Loss() {
        EXPECT_OK(anna.engine().catch_up());
        EXPECT_OK(bernd.engine().catch_up());
        split();
    }
    void restore() {
        shadow.come_back();
        anna.wire().connect(shadow);
        bernd.wire().connect(shadow);
    }
    Bytes random(std::size_t size) {
        Bytes bytes(size);
        entropy.fill(bytes);
        return bytes;
    }
    client::Space* space(Person& person) {
        auto opened = person.engine().space(akten);
        if (!EXPECT_OK(opened)) std::abort();
        return *opened;
    }
    // put puts files of the person's machine, all in one commit, under their own names.
    Result<> put(Person& person, const std::vector<std::string>& paths) {
        const Author author{person.engine().status().device, world.clock().now(), entropy};
        test::QuietObserver observer;
        Upload upload(*space(person), author, {executor, world.clock()}, observer, "/");
        for (const std::string& path : paths) {
            content::MemorySource source(person.files.files.at(path));
            UploadFile file;
            file.folder = "/";
            file.name = path.substr(path.rfind('/') + 1);
            file.origin = path;
            TRY(upload.put(source, std::move(file)));
        }
        return upload.finish();
    }
    Result<Bytes> get(Person& person, const std::string& name) {
        TRY(space(person)->refresh());
        const auto view = TRY(SpaceView::newest(*space(person)));
        const Entry entry = TRY(view.files().get(kRoot, name));
        content::Reader reader(space(person)->place(), space(person)->content(), executor);
        content::MemorySink sink;
        Result<> outcome;
        TRY(reader.read(*entry.content, {}, sink, [&](Result<> end) -> Result<> {
            outcome = end;
            return {};
        }));
        TRY(reader.flush());
        TRY(outcome);
        return sink.bytes();
    }
    std::vector<Condition> told(Person& person, ConditionKind kind) {
        std::vector<Condition> found;
        for (Condition& condition : person.engine().conditions())
            if (condition.kind == kind) found.push_back(condition);
        return found;
    }
    void all_well() {
        EXPECT(!test::alarmed(anna) && !test::alarmed(bernd));
        client::VerifyReport report =
            anna.engine().verify(akten, nullptr, nullptr).value_or(client::VerifyReport{});
        EXPECT(report.commits > 0 && report.problems.empty());
    }
};

}  // namespace

TEST(restore_gets_large_files_back_from_where_they_were_put_from) {
    Loss town;
    const Bytes film = town.random(kMore);
    town.anna.files.files["/home/anna/film"] = film;
    town.anna.files.files["/home/anna/note"] = town.random(5000);
    EXPECT_OK(town.put(town.anna, {"/home/anna/film", "/home/anna/note"}));
    town.restore();
    EXPECT(town.get(town.anna, "film") == film);
    EXPECT(town.get(town.bernd, "film") == film);
    EXPECT_EQ(town.get(town.bernd, "note").value_or(Bytes()).size(), 5000U);
    EXPECT(town.told(town.anna, ConditionKind::file_behind).empty());
    town.all_well();
}

TEST(restore_gets_large_files_back_after_the_program_was_killed) {
    // Before the server got the commit, and before its answer came.
    for (const bool carried_out : {false, true}) {
        Loss town;
        const Bytes film = town.random(kMore);
        town.anna.files.files["/home/anna/film"] = film;
        struct AtCommit final : test::Adversary {
            explicit AtCommit(bool carried) : carried_out(carried) {}
            Result<http::Response> exchange(const http::Request& request,
                                            const Server& server) override {
                if (cut) return fail(errors::unreachable);
                cut = request.method == http::Method::post && request.path.ends_with("/links");
                if (!cut) return server(request);
                if (carried_out) (void)server(request);
                return fail(errors::outcome_unknown);
            }
            bool carried_out;
            bool cut = false;
        } killer(carried_out);
        EXPECT_OK(town.space(town.anna)->refresh());
        town.anna.wire().attack(&killer);
        EXPECT(!town.put(town.anna, {"/home/anna/film"}));
        town.anna.wire().attack(nullptr);
        EXPECT_OK(town.anna.reopen());
        town.world.clock().advance(client::kJournalLease + kSecond);
        EXPECT_OK(town.anna.engine().run_duties());
        EXPECT(town.get(town.anna, "film") == film);
        town.restore();
        EXPECT(town.get(town.anna, "film") == film);
        EXPECT(town.get(town.bernd, "film") == film);
        town.all_well();
    }
}

TEST(restore_of_large_files_killed_at_every_request) {
    constexpr int kMostBlows = 300;
    for (const test::Blow blow : {test::Blow::before_request, test::Blow::after_request}) {
        Loss town;
        const Bytes film = town.random(kMore);
        town.anna.files.files["/home/anna/film"] = film;
        EXPECT_OK(town.put(town.anna, {"/home/anna/film"}));
        town.restore();
        int killed = 0;
        for (unsigned after = 0; after < kMostBlows; ++after) {
            test::Killer killer(town.anna, blow, after);
            killer.strike();
            (void)town.get(town.anna, "film");
            if (!killer.spare()) break;
            ++killed;
        }
        if (killed < 2 || killed == kMostBlows)
            test::report_failure(__FILE__, __LINE__,
                                 test::name_of(blow) + ": " + std::to_string(killed));
        EXPECT(town.get(town.anna, "film") == film);
        EXPECT(town.get(town.bernd, "film") == film);
        EXPECT(town.told(town.anna, ConditionKind::file_behind).empty());
        town.all_well();
    }
}

TEST(sr_26_restore_takes_nothing_of_a_changed_file_and_says_which) {
    Loss town;
    const std::string path = "/home/anna/film";
    const Bytes film = town.random(kMore);
    town.anna.files.files[path] = film;
    EXPECT_OK(town.put(town.anna, {path}));
    town.restore();
    town.anna.files.files[path][3U << 20] ^= 1;
    EXPECT_ERROR(town.get(town.anna, "film"), errors::restored_behind);
    const auto told = town.told(town.anna, ConditionKind::file_behind);
    REQUIRE(told.size() == 1);
    EXPECT_EQ(told[0].file, path);
    EXPECT_EQ(told[0].target, "/film");
    EXPECT_EQ(told[0].name, "Akten");
    // It is not read again and again.
    const int opened = town.anna.files.opened;
    EXPECT_ERROR(town.get(town.anna, "film"), errors::restored_behind);
    EXPECT_EQ(town.anna.files.opened, opened);
    // As it was, it is taken; though it is another file by then.
    town.anna.files.files[path] = film;
    EXPECT(town.get(town.anna, "film") == film);
    EXPECT(town.get(town.bernd, "film") == film);
    EXPECT(town.told(town.anna, ConditionKind::file_behind).empty());
    town.all_well();
}

TEST(restore_without_a_changed_file_keeps_the_rest_and_says_what_to_put_again) {
    Loss town;
    const std::string film = "/home/anna/film";
    const std::string photo = "/home/anna/photo";
    town.anna.files.files[film] = town.random(kMore);
    town.anna.files.files[photo] = town.random(3U << 20);
    EXPECT_OK(town.put(town.anna, {film, photo}));
    EXPECT_OK(test::write(town.anna, town.akten, "x/later", "later"));
    town.restore();
    town.anna.files.files.erase(film);
    EXPECT_ERROR(town.get(town.anna, "photo"), errors::restored_behind);
    EXPECT_EQ(town.told(town.anna, ConditionKind::file_behind).size(), 1U);
    EXPECT_OK(town.anna.engine().reset_space(town.akten, space::ResetReason::backup_too_old));
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT(town.get(town.anna, "photo") == town.anna.files.files[photo]);
    EXPECT(town.get(town.bernd, "photo") == town.anna.files.files[photo]);
    EXPECT_EQ(test::read(town.bernd, town.akten, "x/later").value_or(""), "later");
    EXPECT(!town.get(town.anna, "film"));
    const auto told = town.told(town.anna, ConditionKind::file_lost);
    REQUIRE(told.size() == 1);
    EXPECT_EQ(told[0].file, film);
    EXPECT_EQ(told[0].target, "/film");
    // Put again, in whatever state, it is there, and nothing more is said.
    town.anna.files.files[film] = town.random(kMore);
    EXPECT_OK(town.put(town.anna, {film}));
    EXPECT(town.get(town.bernd, "film") == town.anna.files.files[film]);
    EXPECT(town.told(town.anna, ConditionKind::file_lost).empty());
    town.all_well();
}

}  // namespace obhut::files
