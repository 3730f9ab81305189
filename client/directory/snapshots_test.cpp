// Newcomers who begin at a snapshot: whose word counts for it, what a lying server could do, and
// how what was before it is verified afterwards.
#include "client/directory/snapshots.h"

#include "client/engine.h"
#include "core/directory/errors.h"
#include "core/directory/snapshot.h"
#include "protocols/api/errors.h"
#include "tests/hostile/directory_forger.h"
#include "tests/hostile/fork.h"
#include "tests/support/actions.h"

namespace obhut::client {
namespace {

using test::alarmed;
using test::link;

constexpr directory::Position kEvery = 300;
constexpr std::string_view kSnapshots = "/v1/log/snapshots/";

Directory& directory_of(test::Person& person) { return person.engine().session().directory; }

// grow lets the log have at least `size` entries.
void grow(test::Person& by, directory::Position size) {
    Session& session = by.engine().session();
    while (session.directory.size() < size) {
        api::Append request;
        directory::Draft draft = session.draft();
        for (int i = 0; i < 100; ++i)
            draft.add(directory::Pulse{session.user()}, {&session.secrets().signing});
        for (Bytes& entry : draft.take()) request.entries.emplace_back(std::move(entry));
        if (!EXPECT_OK(session.directory.append(request))) return;
    }
}

// Watch sees what somebody asks for.
class Watch : public test::Adversary {
public:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (request.path.starts_with(kSnapshots)) ++snapshots;
        if (request.path == "/v1/log/entries" && request.query == "from=0") ++from_the_first;
        return server(request);
    }
    int snapshots = 0;
    int from_the_first = 0;
};

// A world with a snapshot, made by anna's device as a duty.
struct Snapped {
    test::World world;
    test::Person& anna;
    Watch watch;

    Snapped() : anna(world.found("anna")) {
        anna.engine().session().snapshot_every = kEvery;
        snap(kEvery);
    }
    void snap(directory::Position size) {
        grow(anna, size);
        EXPECT_OK(anna.engine().run_duties());
        EXPECT(snapshot().size >= size);
    }
    const directory::Snapshot& snapshot() { return *directory_of(anna).state().newest_snapshot(); }
    test::Person& newcomer(const std::string& name) {
        test::Person& person = world.stranger(name);
        person.wire().attack(&watch);
        return person;
    }
};

bool same_state(test::Person& one, test::Person& other) {
    EXPECT_OK(one.engine().catch_up());
    EXPECT_OK(other.engine().catch_up());
    return directory_of(one).state().encode() == directory_of(other).state().encode();
}

JoinRequest join_request(const Invitation& invitation) {
    JoinRequest request;
    request.invitation = invitation.clone();
    request.password = SecretBytes(as_bytes(test::kPassphrase));
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    return request;
}

// The state of a snapshot with one record changed: bernd made an administrator.
directory::State with_false_admin(const directory::State& honest, const UserId& bernd) {
    directory::State state;
    EXPECT_OK(honest.each_leaf([&](ByteView leaf) -> Result<> {
        constexpr std::uint8_t kUsers = 2;
        Bytes changed = to_bytes(leaf);
        auto user = leaf[0] == kUsers ? decode<directory::UserRecord>(leaf.subspan(1))
                                      : Result<directory::UserRecord>(fail(errors::truncated));
        if (user && user->id == bernd) {
            user->admin.push_back({user->invited_at, std::nullopt});
            changed = {kUsers};
            append(changed, encode(*user));
        }
        return state.take_leaf(changed);
    }));
    EXPECT_OK(state.finish_rows());
    return state;
}

}  // namespace

TEST(a_linked_device_begins_at_the_snapshot_and_verifies_the_rest_later) {
    Snapped town;
    test::Person& tablet = town.newcomer("tablet");
    REQUIRE_OK(link(town.anna, tablet));
    EXPECT_EQ(town.watch.snapshots, 1);
    EXPECT_EQ(town.watch.from_the_first, 0);
    EXPECT(!directory_of(tablet).verified());
    EXPECT(same_state(tablet, town.anna));
    // It stands on anna's word: nobody should stand on its own.
    EXPECT(!directory_of(tablet).vouch());
    REQUIRE_OK(tablet.reopen());
    EXPECT(!directory_of(tablet).verified());
    EXPECT_OK(tablet.engine().run_duties());
    EXPECT_EQ(town.watch.from_the_first, 1);
    EXPECT(directory_of(tablet).verified());
    EXPECT(directory_of(tablet).vouch().has_value());
    EXPECT(same_state(tablet, town.anna));
    REQUIRE_OK(tablet.reopen());
    EXPECT(directory_of(tablet).verified());
    EXPECT_OK(tablet.engine().run_duties());
    EXPECT_EQ(town.watch.from_the_first, 1);
    EXPECT(!alarmed(tablet));
}

TEST(who_begins_at_a_snapshot_opens_a_space_that_was_reset) {
    Snapped town;
    test::Person& anna = town.anna;
    test::Person& bernd = town.world.join("bernd", anna);
    const auto space = anna.engine().create_space("Akten");
    REQUIRE_OK(space);
    EXPECT_OK(test::share(anna, *space, bernd, Role::editor));
    EXPECT_OK(test::write(anna, *space, "x/1", "kept"));
    EXPECT_EQ(test::text(test::read(bernd, *space, "x/1")), "kept");
    EXPECT_OK(anna.engine().catch_up());
    auto backup = town.world.server().store().copy();
    EXPECT_OK(bernd.engine().create_group("Bau", {}));
    EXPECT_OK(test::write(bernd, *space, "x/2", "lost"));
    EXPECT_EQ(test::text(test::read(anna, *space, "x/2")), "lost");
    // Restored. Bernd's device brings the directory back; what he wrote anna gives up.
    storage::WriteBatch batch;
    batch.add(storage::SetIncarnation{backup->server_state()->incarnation, 7});
    EXPECT_OK(storage::commit_now(*backup, std::move(batch)).result);
    town.world.server().put(std::move(backup));
    town.world.clock().advance(11 * kMinute);
    for (int round = 0; round < 2; ++round)
        for (test::Person* person : {&bernd, &anna}) (void)person->engine().catch_up();
    EXPECT_ERROR(test::read(anna, *space, "x/1"), errors::restored_behind);
    EXPECT_OK(anna.engine().reset_space(*space, space::ResetReason::backup_too_old));
    EXPECT_OK(test::write(anna, *space, "x/3", "goes on"));
    town.snap(2 * kEvery);
    test::Person& tablet = town.newcomer("tablet");
    REQUIRE_OK(link(anna, tablet));
    EXPECT(town.watch.snapshots == 1 && town.watch.from_the_first == 0);
    EXPECT_EQ(test::text(test::read(tablet, *space, "x/1")), "kept");
    EXPECT_EQ(test::text(test::read(tablet, *space, "x/2")), "");
    EXPECT_EQ(test::text(test::read(tablet, *space, "x/3")), "goes on");
    EXPECT_OK(test::write(tablet, *space, "x/4", "from the tablet"));
    EXPECT_OK(bernd.engine().run_duties());
    EXPECT_EQ(test::text(test::read(tablet, *space, "x/2")), "lost");
    EXPECT_EQ(test::text(test::read(bernd, *space, "x/4")), "from the tablet");
    EXPECT(!directory_of(tablet).verified());
    EXPECT_OK(tablet.engine().run_duties());
    EXPECT(directory_of(tablet).verified());
    const auto report = tablet.engine().verify(*space, nullptr, nullptr);
    EXPECT(report && report->problems.empty());
    EXPECT(!alarmed(tablet) && !alarmed(anna) && !alarmed(bernd));
}

TEST(an_invited_person_begins_at_the_snapshot) {
    Snapped town;
    const auto invitation = town.world.invitation("bernd", town.anna);
    REQUIRE_OK(invitation);
    const auto read = Invitation::parse(invitation->text());
    REQUIRE_OK(read);
    test::Person& bernd = town.newcomer("bernd");
    REQUIRE_OK(bernd.engine().join(join_request(*read)));
    EXPECT(town.watch.snapshots == 1 && town.watch.from_the_first == 0);
    EXPECT(same_state(bernd, town.anna));
    // Whom he links before he has verified everything verifies everything himself.
    test::Person& tablet = town.newcomer("tablet");
    REQUIRE_OK(link(bernd, tablet));
    EXPECT(town.watch.snapshots == 1 && town.watch.from_the_first == 1);
    EXPECT(directory_of(tablet).verified());
}

TEST(nobody_vouches_at_a_sign_in) {
    Snapped town;
    const EmergencyKit& kit = town.world.kit_of("anna");
    SignInRequest request;
    request.host = kit.host;
    request.email = town.anna.email;
    request.recovery_key = kit.recovery_key.clone();
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    test::Person& tablet = town.newcomer("tablet");
    REQUIRE_OK(tablet.engine().sign_in(request));
    EXPECT(town.watch.snapshots == 0 && town.watch.from_the_first == 1);
    EXPECT(directory_of(tablet).verified());
}

TEST(a_server_without_the_snapshot_gives_all_entries) {
    Snapped town;
    const auto invitation = town.world.invitation("bernd", town.anna);
    REQUIRE_OK(invitation);
    // Two newer ones have replaced it.
    town.snap(2 * kEvery + 100);
    town.snap(3 * kEvery + 200);
    test::Person& bernd = town.newcomer("bernd");
    REQUIRE_OK(bernd.engine().join(join_request(*invitation)));
    EXPECT(town.watch.snapshots == 1 && town.watch.from_the_first == 1);
    EXPECT(directory_of(bernd).verified() && same_state(bernd, town.anna));
    EXPECT(!alarmed(bernd));
}

TEST(a_note_from_before_the_snapshot_is_judged_by_all_entries) {
    Snapped town;
    Directory& directory = directory_of(town.anna);
    Directory fresh(town.anna.engine().session().store, town.anna.engine().session().remote,
                    town.world.clock(), town.anna.engine().session().alarms,
                    town.anna.engine().session().kept);
    const directory::PinnedRoot pinned{directory.state().org(),
                                       directory.state().root_fingerprint()};
    town.anna.wire().attack(&town.watch);
    const std::string old = directory.note();
    directory::Snapshot ahead = town.snapshot();
    ahead.size = directory.size();
    REQUIRE_OK(fresh.begin(pinned, {{old}}, ahead));
    EXPECT_OK(fresh.catch_up());
    EXPECT(town.watch.snapshots == 0 && fresh.verified());
}

TEST(sr02_another_snapshot_than_vouched_for_is_an_alarm_and_not_used) {
    Snapped town;
    const directory::Snapshot first = town.snapshot();
    const std::string old_path = std::string(kSnapshots) + std::to_string(first.size);
    http::Request old;
    old.path = old_path;
    old.query = "from=0";
    const http::Response older = town.world.server().answer(old);
    REQUIRE(older.status == 200);
    town.snap(2 * kEvery + 100);
    const auto record = [](const std::function<void(api::SnapshotPage&)>& change) {
        return test::tamper_record<api::SnapshotPage>(std::string(kSnapshots), change);
    };
    test::Tamper stale(std::string(kSnapshots),
                       [&](const http::Request&, http::Response& answer) { answer = older; });
    test::Tamper cut = record([](api::SnapshotPage& page) { page.data.pop_back(); });
    test::Tamper tree = record([](api::SnapshotPage& page) {
        page.tree = {};
        for (directory::Position at = 0; at < 5; ++at) page.tree.append(Hash{});
    });
    test::Tamper endless = record([](api::SnapshotPage& page) { page.pages = 1'000'000'000; });
    test::Tamper none = record([](api::SnapshotPage& page) { page.pages = 0; });
    test::Tamper twice = record([](api::SnapshotPage& page) { page.pages = 2; });
    int number = 0;
    for (test::Tamper* lie : {&stale, &cut, &tree, &endless, &none}) {
        test::Person& tablet = town.world.stranger("tablet " + std::to_string(number++));
        tablet.wire().attack(lie);
        REQUIRE_OK(link(town.anna, tablet));
        EXPECT(lie->changed > 0);
        EXPECT(directory_of(tablet).verified());
        EXPECT(alarmed(tablet));
        EXPECT(same_state(tablet, town.anna));
    }
    // A page that is not there is no lie.
    test::Person& last = town.world.stranger("last tablet");
    last.wire().attack(&twice);
    REQUIRE_OK(link(town.anna, last));
    EXPECT(directory_of(last).verified() && !alarmed(last));
}

TEST(what_was_before_is_verified_in_slices_by_several_programs) {
    Snapped town;
    test::Person& tablet = town.newcomer("tablet");
    REQUIRE_OK(link(town.anna, tablet));
    std::vector<std::uint64_t> asked;
    test::Tamper slices("/v1/log/entries", [&](const http::Request&, http::Response& answer) {
        auto page = decode<api::Entries>(answer.body);
        if (!page || page->from >= town.snapshot().size) return;
        asked.push_back(page->from);
        page->entries.resize(50);
        answer.body = encode(*page);
    });
    tablet.wire().attack(&slices);
    EXPECT_OK(tablet.engine().run_duties());
    EXPECT_OK(tablet.engine().run_duties());
    REQUIRE_OK(tablet.reopen());
    EXPECT_OK(tablet.engine().run_duties());
    EXPECT(asked == std::vector<std::uint64_t>({0, 50, 100}));
    // Another program takes a step in between: this one drops its own and goes on from there.
    MemoryStore store(tablet.disk());
    Retrace other(store, tablet.engine().session().remote, town.snapshot());
    EXPECT_OK(other.step());
    EXPECT_OK(tablet.engine().run_duties());
    EXPECT_OK(tablet.engine().run_duties());
    EXPECT(asked == std::vector<std::uint64_t>({0, 50, 100, 150, 150, 200}));
    for (int i = 0; i < 10 && !directory_of(tablet).verified(); ++i)
        EXPECT_OK(tablet.engine().run_duties());
    EXPECT(directory_of(tablet).verified() && !alarmed(tablet));
}

TEST(sr29_another_past_than_the_snapshots_is_an_alarm) {
    Snapped town;
    test::Person& tablet = town.newcomer("tablet");
    REQUIRE_OK(link(town.anna, tablet));
    test::Tamper other("/v1/log/entries", [&](const http::Request&, http::Response& answer) {
        auto page = decode<api::Entries>(answer.body);
        if (!page || page->from != 0) return;
        page->entries[20].bytes.back() ^= 1;
        answer.body = encode(*page);
    });
    tablet.wire().attack(&other);
    const auto report = tablet.engine().run_duties();
    REQUIRE_OK(report);
    EXPECT(report->first_error && report->first_error->is(errors::log_mismatch));
    EXPECT(alarmed(tablet) && !directory_of(tablet).verified() && !directory_of(tablet).untrue());
    // From an honest server it gets what it needs; nothing of the other is left.
    tablet.wire().attack(nullptr);
    EXPECT_OK(tablet.engine().run_duties());
    EXPECT(directory_of(tablet).verified());
}

TEST(sr02_a_false_snapshot_that_was_vouched_for_comes_out) {
    Snapped town;
    test::Person& bernd = town.world.join("bernd", town.anna);
    town.snap(2 * kEvery + 100);
    const UserId bernd_id = bernd.engine().status().user;
    auto invitation = town.world.invitation("carla", town.anna);
    REQUIRE_OK(invitation);
    REQUIRE(invitation->snapshot.has_value());
    // Whoever hands out the invitation lies together with the server.
    http::Request honest_page;
    honest_page.path = std::string(kSnapshots) + std::to_string(invitation->snapshot->size);
    const auto page = decode<api::SnapshotPage>(town.world.server().answer(honest_page).body);
    REQUIRE_OK(page);
    directory::SnapshotReader reader(*invitation->snapshot);
    REQUIRE_OK(reader.take(page->data));
    const auto honest = reader.finish();
    REQUIRE_OK(honest);
    const directory::State ghost = with_false_admin(*honest, bernd_id);
    invitation->snapshot->map_root = ghost.map().root;
    Bytes forged;
    REQUIRE_OK(directory::write_snapshot(ghost, [&](Bytes bytes) -> Result<> {
        forged = std::move(bytes);
        return {};
    }));
    test::Tamper lie = test::tamper_record<api::SnapshotPage>(
        std::string(kSnapshots), [&](api::SnapshotPage& shown) { shown.data = forged; });
    test::Person& carla = town.world.stranger("carla");
    carla.wire().attack(&lie);
    REQUIRE_OK(carla.engine().join(join_request(*invitation)));
    EXPECT(directory_of(carla).state().is_admin(bernd_id));
    // The entry of the honest snapshot contradicts it at once; the entries before it prove it.
    EXPECT(alarmed(carla));
    const auto report = carla.engine().run_duties();
    REQUIRE_OK(report);
    EXPECT(report->first_error && report->first_error->is(errors::snapshot_untrue));
    EXPECT(directory_of(carla).untrue());
    EXPECT_ERROR(carla.engine().catch_up(), errors::snapshot_untrue);
    REQUIRE_OK(carla.reopen());
    EXPECT_ERROR(carla.engine().catch_up(), errors::snapshot_untrue);
    EXPECT_ERROR(carla.engine().run_duties(), errors::snapshot_untrue);
    const auto conditions = carla.engine().conditions();
    REQUIRE(!conditions.empty());
    EXPECT(conditions[0].kind == ConditionKind::directory_untrue);
    const auto alarms = carla.engine().alarms();
    REQUIRE_OK(alarms);
    EXPECT(std::any_of(alarms->begin(), alarms->end(), [](const Alarm& alarm) {
        return alarm.error.is(errors::snapshot_untrue) && !alarm.evidence.empty();
    }));
}

TEST(a_false_snapshot_in_the_log_counts_for_nothing_and_is_evidence) {
    test::Town town;
    grow(town.anna, kEvery);
    EXPECT_OK(town.bernd.engine().catch_up());
    Session& anna = town.anna.engine().session();
    test::DirectoryForger forger(town.world.server(), anna.org());
    directory::Draft draft = anna.draft();
    draft.add(directory::Snapshot{anna.directory.size(), anna.directory.root(), Hash{}, 7},
              {&anna.secrets().signing});
    forger.append(draft.entries()[0]);
    town.bernd.wire().attack(&forger);
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT_EQ(directory_of(town.bernd).size(), anna.directory.size() + 1);
    EXPECT(!directory_of(town.bernd).state().newest_snapshot());
    EXPECT(!directory_of(town.bernd).vouch());
    const auto alarms = town.bernd.engine().alarms();
    REQUIRE_OK(alarms);
    REQUIRE(alarms->size() == 1);
    EXPECT_EQ((*alarms)[0].error.code.number, errors::snapshot_false.number);
    EXPECT((*alarms)[0].evidence == draft.entries()[0]);
}

TEST(a_restored_server_gets_its_snapshot_back) {
    test::ForkedTown town;
    EXPECT_OK(town.bernd.engine().catch_up());
    town.split();
    town.anna.engine().session().snapshot_every = kEvery;
    grow(town.anna, kEvery);
    EXPECT_OK(town.anna.engine().run_duties());
    test::Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(link(town.anna, tablet));
    EXPECT(!directory_of(tablet).verified());
    // The backup is of before all that.
    town.shadow.come_back();
    for (test::Person* person : {&town.anna, &town.bernd, &tablet})
        person->wire().connect(town.shadow);
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(tablet.engine().run_duties());
    EXPECT(directory_of(tablet).verified());
    EXPECT(same_state(tablet, town.bernd));
    town.world.clock().advance(11 * kMinute);
    Watch watch;
    test::Person& phone = town.world.stranger("phone");
    phone.wire().connect(town.shadow);
    phone.wire().attack(&watch);
    REQUIRE_OK(link(tablet, phone));
    EXPECT(watch.snapshots == 1 && !directory_of(phone).verified());
    EXPECT(!alarmed(town.anna));
    EXPECT(!alarmed(tablet) && !alarmed(phone));
}

}  // namespace obhut::client
