#include "client/engine.h"

#include "client/spaces/space.h"
#include "protocols/api/errors.h"
#include "tests/support/actions.h"

namespace obhut::client {

using test::read;
using test::share;
using test::text;
using test::Town;
using test::unshare;
using test::World;
using test::write;

namespace {

PrincipalId principal_of(test::Person& person) { return principal(person.engine().status().user); }

// Programs end and start again; the profile is all that stays.
void restart(test::Person& person) { EXPECT_OK(person.reopen()); }

}  // namespace

TEST(engine_two_people_share_a_space) {
    Town town;
    const auto found = town.bernd.engine().find_space("Akten");
    REQUIRE_OK(found);
    EXPECT_EQ(found->hex(), town.akten.hex());
    EXPECT_EQ(text(read(town.bernd, *found, "x/first")), "written by anna");
    REQUIRE_OK(write(town.bernd, *found, "x/second", "written by bernd"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/second")), "written by bernd");
    const auto members = town.anna.engine().members(town.akten);
    REQUIRE_OK(members);
    REQUIRE(members->size() == 2);
}

TEST(engine_profile_outlives_the_program) {
    Town town;
    restart(town.bernd);
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/first")), "written by anna");
    const Status status = town.bernd.engine().status();
    EXPECT(status.exists && !status.locked && !status.administrator);
    EXPECT_EQ(status.email, town.bernd.email);
    EXPECT_EQ(status.host, town.anna.engine().status().host);
    town.bernd.engine().lock();
    EXPECT_ERROR(read(town.bernd, town.akten, "x/first"), errors::profile_locked);
    EXPECT_ERROR(town.bernd.engine().unlock(as_bytes("wrong")), errors::passphrase_wrong);
}

TEST(engine_agent_holds_the_profile_key) {
    World world;
    test::Person& anna = world.found("anna");
    const auto key = anna.engine().profile_key();
    REQUIRE_OK(key);
    anna.engine().lock();
    EXPECT_ERROR(anna.engine().profile_key(), errors::profile_locked);
    EXPECT_OK(anna.engine().unlock_with(*key));
    EXPECT_OK(anna.engine().people());
    test::TestEntropy entropy(3);
    EXPECT_ERROR(anna.engine().unlock_with(WrapKey::generate(entropy)), errors::passphrase_wrong);
}

TEST(engine_knows_people) {
    Town town;
    const auto people = town.bernd.engine().people();
    REQUIRE_OK(people);
    EXPECT_EQ(people->size(), 2U);
    const auto anna = town.bernd.engine().find_person(town.anna.email);
    REQUIRE_OK(anna);
    EXPECT(anna->administrator && !anna->self);
    EXPECT_ERROR(town.bernd.engine().find_person("nobody@example.org"), errors::person_unknown);
    // A name reaches the others through the address book, once group *all* has them.
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.anna.engine().set_name(anna->id, "Anna Alt"));
    EXPECT_ERROR(town.bernd.engine().set_name(anna->id, "X"), errors::not_administrator);
    const auto named = town.bernd.engine().find_person("Anna Alt");
    REQUIRE_OK(named);
    EXPECT_EQ(named->email, town.anna.email);
}

TEST(engine_space_names_and_aliases) {
    Town town;
    EXPECT_OK(town.anna.engine().rename_space(town.akten, "Archiv"));
    EXPECT_ERROR(town.bernd.engine().find_space("Akten"), errors::space_not_found);
    EXPECT_OK(town.bernd.engine().find_space("Archiv"));
    EXPECT_OK(town.anna.engine().create_space("Archiv"));
    EXPECT_ERROR(town.anna.engine().find_space("Archiv"), errors::space_ambiguous);
    EXPECT_EQ(town.anna.engine().candidates().size(), 2U);
    EXPECT_OK(town.anna.engine().set_alias(town.akten, "alt"));
    const auto by_alias = town.anna.engine().find_space("alt");
    REQUIRE_OK(by_alias);
    EXPECT_EQ(by_alias->hex(), town.akten.hex());
    EXPECT_OK(town.anna.engine().find_space("Archiv"));
    EXPECT_ERROR(town.anna.engine().create_space(""), errors::name_malformed);
    EXPECT_ERROR(town.anna.engine().create_space("a\nb"), errors::name_malformed);
}

TEST(engine_roles) {
    Town town(Role::reader);
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/first")), "written by anna");
    EXPECT_ERROR(write(town.bernd, town.akten, "x/a", "1"), errors::not_editor);
    EXPECT_ERROR(town.bernd.engine().share(town.akten, principal_of(town.bernd), Role::manager),
                 errors::not_manager);
    EXPECT_ERROR(town.anna.engine().unshare(town.akten, principal_of(town.anna)),
                 errors::last_manager);
    EXPECT_ERROR(share(town.anna, town.akten, town.bernd, Role::reader), errors::member_unchanged);
    EXPECT_OK(share(town.anna, town.akten, town.bernd, Role::manager));
    EXPECT_OK(write(town.bernd, town.akten, "x/a", "1"));
    EXPECT_OK(town.bernd.engine().unshare(town.akten, principal_of(town.anna)));
    EXPECT_ERROR(write(town.anna, town.akten, "x/b", "1"), errors::space_unknown);
}

// A server restored from a backup that has everything: spaces can be read, and go on as soon as a
// manager writes, without anybody doing anything by hand.
TEST(sr_44_spaces_resume_after_a_restore) {
    Town town;
    EXPECT_OK(write(town.bernd, town.akten, "x/a", "1"));
    town.world.server().come_back();
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/a")), "1");
    EXPECT_ERROR(write(town.bernd, town.akten, "x/b", "2"), errors::space_read_only);
    EXPECT_OK(write(town.anna, town.akten, "x/c", "3"));
    EXPECT_OK(write(town.bernd, town.akten, "x/b", "2"));
    restart(town.anna);
    EXPECT_EQ(text(read(town.anna, town.akten, "x/b")), "2");
    EXPECT_OK(town.anna.engine().rename_space(town.akten, "Archiv"));
    EXPECT(town.anna.engine().alarms()->empty() && town.bernd.engine().alarms()->empty());
}

// A new key is due for what a manager has to let go on first: an editor's duties wait in silence.
TEST(sr_44_duties_wait_for_the_manager_after_a_restore) {
    Town town;
    test::Person& carla = town.world.join("carla", town.anna);
    EXPECT_OK(share(town.anna, town.akten, carla, Role::reader));
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    EXPECT_OK(town.anna.engine().disable(carla.engine().status().user));
    town.world.server().come_back();
    const auto waiting = town.bernd.engine().run_duties();
    REQUIRE_OK(waiting);
    EXPECT_EQ(waiting->failed, 0U);
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(write(town.bernd, town.akten, "x/a", "1"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/a")), "1");
}

TEST(sr_44_spaces_resume_after_two_restores) {
    Town town;
    town.world.server().come_back();
    EXPECT_OK(town.anna.engine().catch_up());
    town.world.server().come_back();
    // What anna knows of the server is not old enough to ask again.
    EXPECT_OK(write(town.anna, town.akten, "x/a", "1"));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/a")), "1");
    EXPECT(town.anna.engine().alarms()->empty() && town.bernd.engine().alarms()->empty());
}

TEST(engine_opens_spaces_after_months_away) {
    // A device knows the chain of its home and nothing of the tree, and is off for months, in which
    // the server forgets what was newest then.
    Town town;
    test::Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(test::link(town.bernd, tablet));
    REQUIRE_OK(tablet.engine().home());
    const MemoryDisk kept = tablet.disk().snapshot();
    for (int month = 0; month < 4; ++month) {
        town.world.clock().advance(30 * kDay);
        EXPECT_OK(town.anna.engine().run_duties());
        EXPECT_OK(town.bernd.engine().run_duties());
        for (int i = 0; i < 40; ++i) EXPECT_OK(town.world.server().service().tend());
    }
    tablet.replace_disk(kept.snapshot());
    restart(tablet);
    EXPECT_EQ(text(read(tablet, town.akten, "x/first")), "written by anna");
    EXPECT(tablet.engine().alarms()->empty());
}

TEST(engine_writes_after_months_away) {
    // What the device knows as newest, and has never read, is gone at the server.
    Town town;
    const auto space = town.bernd.engine().space(town.akten);
    REQUIRE_OK(space);
    REQUIRE_OK((*space)->refresh());
    EXPECT_OK(write(town.anna, town.akten, "x/first", "again"));
    EXPECT_OK(write(town.anna, town.akten, "x/first", "and again"));
    for (int month = 0; month < 3; ++month) {
        town.world.clock().advance(31 * kDay);
        for (int i = 0; i < 40; ++i) EXPECT_OK(town.world.server().service().tend());
    }
    EXPECT_OK(write(town.bernd, town.akten, "x/b", "2"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/b")), "2");
    EXPECT(town.bernd.engine().alarms()->empty());
}

TEST(engine_removed_member_reads_nothing_new) {
    Town town;
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/first")), "written by anna");
    EXPECT_OK(unshare(town.anna, town.akten, town.bernd));
    EXPECT_OK(write(town.anna, town.akten, "x/after", "secret"));
    EXPECT(!read(town.bernd, town.akten, "x/after"));
    EXPECT(!write(town.bernd, town.akten, "x/b", "1"));
    restart(town.bernd);
    EXPECT(!read(town.bernd, town.akten, "x/after"));
    EXPECT_ERROR(town.bernd.engine().find_space("Akten"), errors::space_not_found);
    // Who comes back reads what was written meanwhile.
    EXPECT_OK(share(town.anna, town.akten, town.bernd, Role::reader));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/after")), "secret");
}

TEST(engine_newcomer_reads_through_many_epochs) {
    Town town;
    test::Person& carla = town.world.join("carla", town.anna);
    for (int i = 0; i < 3; ++i) {
        EXPECT_OK(unshare(town.anna, town.akten, town.bernd));
        EXPECT_OK(share(town.anna, town.akten, town.bernd, Role::editor));
    }
    // The newest commit is several epochs old.
    EXPECT_OK(share(town.anna, town.akten, carla, Role::editor));
    EXPECT_EQ(text(read(carla, town.akten, "x/first")), "written by anna");
    EXPECT_OK(write(carla, town.akten, "x/carla", "new"));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/carla")), "new");
    // And what was before she came can be looked at.
    const auto space = carla.engine().space(town.akten);
    REQUIRE_OK(space);
    const auto first = (*space)->snapshot_at(2);
    REQUIRE_OK(first);
    EXPECT_OK(first->tree.count());
}

TEST(engine_log_says_who_did_what) {
    Town town;
    EXPECT_OK(write(town.bernd, town.akten, "x/second", "2"));
    const auto lines = town.anna.engine().log(town.akten, 0, 100);
    REQUIRE_OK(lines);
    REQUIRE(lines->size() >= 4);
    const LogLine& newest = lines->front();
    EXPECT_EQ(newest.label, town.bernd.email);
    REQUIRE(newest.summary && newest.summary->actions.size() == 1);
    EXPECT_EQ(newest.summary->actions[0].target, "x/second");
    const LogLine& shared = (*lines)[2];
    EXPECT_EQ(shared.kind, LogKind::roster);
    REQUIRE(shared.changes.size() == 1);
    EXPECT(!shared.changes[0].before && shared.changes[0].after == Role::editor);
    const auto some = town.anna.engine().log(town.akten, 3, 1);
    REQUIRE_OK(some);
    REQUIRE(some->size() == 1);
    EXPECT_EQ((*some)[0].sequence, 2U);
}

TEST(engine_verifies_a_whole_space) {
    Town town;
    for (int i = 0; i < 5; ++i)
        EXPECT_OK(write(town.bernd, town.akten, "x/" + std::to_string(i), std::string(900, 'v')));
    const auto report = town.anna.engine().verify(town.akten, nullptr, nullptr);
    REQUIRE_OK(report);
    EXPECT_EQ(report->problems.size(), 0U);
    EXPECT_EQ(report->commits, 7U);
    EXPECT_EQ(report->entries, 7U);
}

TEST(engine_leaves_a_space) {
    Town town;
    EXPECT_OK(town.bernd.engine().leave(town.akten));
    EXPECT_ERROR(town.bernd.engine().leave(town.akten), errors::member_unchanged);
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_ERROR(town.bernd.engine().find_space("Akten"), errors::space_not_found);
    const auto members = town.anna.engine().members(town.akten);
    REQUIRE_OK(members);
    EXPECT_EQ(members->size(), 1U);
}

TEST(engine_last_active_manager_stays) {
    Town town(Role::manager);
    const UserId bernd = town.bernd.engine().status().user;
    EXPECT_OK(town.anna.engine().disable(bernd));
    EXPECT_ERROR(town.anna.engine().leave(town.akten), errors::last_manager);
    EXPECT_OK(town.anna.engine().enable(bernd));
    EXPECT_OK(town.anna.engine().leave(town.akten));
}

TEST(engine_alone_in_a_space_one_closes_it) {
    World world;
    test::Person& anna = world.found("anna");
    const auto space = anna.engine().create_space("Akten");
    REQUIRE_OK(space);
    EXPECT_ERROR(anna.engine().leave(*space), errors::last_manager);
    EXPECT_OK(anna.engine().close_space(*space));
}

TEST(engine_disabled_in_the_middle_of_a_commit) {
    Town town;
    class Meanwhile final : public Change {
    public:
        Meanwhile(Town& town) : town_(town) {}
        Result<Plan> plan(const Snapshot&) override {
            TRY(town_.anna.engine().disable(town_.bernd.engine().status().user));
            TRY(town_.bernd.engine().catch_up());
            Plan plan;
            plan.batch.put(as_bytes("x/a"), as_bytes("1"));
            return plan;
        }

    private:
        Town& town_;
    };
    const auto space = town.bernd.engine().space(town.akten);
    REQUIRE_OK(space);
    Meanwhile change(town);
    EXPECT_ERROR((*space)->commit(change), errors::device_refused);
    EXPECT_ERROR(write(town.bernd, town.akten, "x/b", "2"), errors::device_refused);
    EXPECT(town.bernd.engine().alarms()->empty());
}

TEST(engine_pulse_once_a_day) {
    Town town;
    EXPECT_OK(town.anna.engine().run_duties());
    const auto before = town.anna.engine().status().directory_size;
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_EQ(town.anna.engine().status().directory_size, before);
    town.world.clock().advance(kDay + kMinute);
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_OK(town.anna.engine().catch_up());
    EXPECT_EQ(town.anna.engine().status().directory_size, before + 1);
}

TEST(engine_two_programs_on_one_profile) {
    Town town;
    // A second program of anna's on the same disk, through bernd's kind of machine.
    client::MemoryStore store(town.anna.disk());
    test::TestEntropy entropy(77);
    InlineExecutor executor;
    const Ports ports{town.anna.wire(), store, town.world.clock(), entropy, executor};
    const auto second = Engine::open(ports);
    REQUIRE_OK(second);
    EXPECT_OK((*second)->unlock(as_bytes(test::kPassphrase)));
    for (int i = 0; i < 20; ++i) {
        const std::string key = "x/" + std::to_string(i);
        test::SetEntry change(key, "1");
        if (i % 2 == 0) {
            EXPECT_OK(write(town.anna, town.akten, key, "1"));
        } else {
            const auto space = (*second)->space(town.akten);
            REQUIRE_OK(space);
            EXPECT_OK((*space)->commit(change));
        }
    }
    for (int i = 0; i < 20; ++i)
        EXPECT_EQ(text(read(town.anna, town.akten, "x/" + std::to_string(i))), "1");
}

}  // namespace obhut::client
