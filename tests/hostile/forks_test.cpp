// Two histories: forks by device and by time, old states shown as new, and what is seen of them
// when they meet.
#include "core/directory/errors.h"
#include "tests/hostile/fork.h"

namespace obhut::test {

TEST(sr_29_fork_by_device_is_an_alarm_when_the_sides_meet) {
    ForkedTown town;
    town.split();
    town.bernd.wire().connect(town.shadow);
    // Each side is consistent: nobody can know yet.
    EXPECT_OK(write(town.anna, town.akten, "x/first", "anna's side"));
    EXPECT_OK(write(town.bernd, town.akten, "x/first", "bernd's side"));
    EXPECT(read(town.bernd, town.akten, "x/first") == "bernd's side");

    town.bernd.wire().connect(town.world.server());
    EXPECT(is_alarm(read(town.bernd, town.akten, "x/first")));
    EXPECT(alarmed(town.bernd));
    town.anna.wire().connect(town.shadow);
    EXPECT(is_alarm(read(town.anna, town.akten, "x/first")));
    EXPECT(alarmed(town.anna));
    // Each keeps what it has verified.
    town.anna.wire().connect(town.world.server());
    EXPECT(read(town.anna, town.akten, "x/first") == "anna's side");
}

TEST(sr_29_longer_fork_is_an_alarm_too) {
    ForkedTown town;
    town.split();
    town.bernd.wire().connect(town.shadow);
    EXPECT_OK(write(town.bernd, town.akten, "x/first", "bernd's side"));
    for (int i = 0; i < 3; ++i) EXPECT_OK(write(town.anna, town.akten, "x/first", "anna's side"));
    town.bernd.wire().connect(town.world.server());
    const auto value = read(town.bernd, town.akten, "x/first");
    EXPECT(is_alarm(value));
    EXPECT(alarmed(town.bernd));
}

TEST(sr_29_fork_of_the_directory_leaves_evidence) {
    ForkedTown town;
    town.split();
    town.bernd.wire().connect(town.shadow);
    town.world.clock().advance(2 * kDay);
    // Both sides go on for a day: each device pulses where it is.
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.bernd.engine().run_duties());
    town.bernd.wire().connect(town.world.server());
    EXPECT(is_alarm(town.bernd.engine().catch_up()));
    const auto alarms = town.bernd.engine().alarms();
    REQUIRE_OK(alarms);
    REQUIRE(!alarms->empty());
    // The two notes of the server that contradict each other: portable evidence.
    EXPECT(!alarms->front().evidence.empty());
    EXPECT(!alarms->front().other_evidence.empty());
    EXPECT(alarms->front().evidence != alarms->front().other_evidence);
}

TEST(sr_29_older_directory_after_a_restart_is_an_alarm) {
    ForkedTown town;
    town.split();
    town.world.join("clara", town.anna);
    EXPECT_OK(town.bernd.engine().catch_up());
    const auto size = town.bernd.engine().status().directory_size;
    EXPECT_OK(town.bernd.reopen());
    town.bernd.wire().connect(town.shadow);
    EXPECT_ERROR(town.bernd.engine().catch_up(), errors::log_went_back);
    EXPECT(alarmed(town.bernd));
    EXPECT_EQ(town.bernd.engine().status().directory_size, size);
}

TEST(sr_29_older_home_after_a_restart_is_an_alarm) {
    ForkedTown town;
    EXPECT_OK(town.bernd.engine().spaces());
    town.split();
    EXPECT_OK(town.bernd.engine().set_alias(town.akten, "mine"));
    EXPECT_OK(town.bernd.reopen());
    town.bernd.wire().connect(town.shadow);
    (void)town.bernd.engine().spaces();
    EXPECT(alarmed(town.bernd));
    town.bernd.wire().connect(town.world.server());
    EXPECT(town.bernd.engine().find_space("mine") == town.akten);
}

TEST(sr_29_frozen_view_ends_with_the_next_pulse) {
    // The server shows bernd an old directory for days: his device appends a pulse, so the only way
    // to keep him there is a fork, which is found.
    ForkedTown town;
    town.split();
    town.world.join("clara", town.anna);
    town.bernd.wire().connect(town.shadow);
    town.world.clock().advance(3 * kDay);
    const auto before = town.bernd.engine().status().directory_size;
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT(town.bernd.engine().status().directory_size > before);
    town.bernd.wire().connect(town.world.server());
    EXPECT(is_alarm(town.bernd.engine().catch_up()));
}

TEST(sr_44_backup_shown_as_if_nothing_had_happened_is_an_alarm) {
    // Yesterday's backup comes back under the same incarnation.
    ForkedTown town;
    town.split();
    EXPECT_OK(write(town.anna, town.akten, "x/first", "today"));
    EXPECT(read(town.bernd, town.akten, "x/first") == "today");
    for (Person* person : {&town.anna, &town.bernd}) {
        person->wire().connect(town.shadow);
        EXPECT(is_alarm(read(*person, town.akten, "x/first")));
        EXPECT(alarmed(*person));
        // Nor is anything written on top of it.
        EXPECT(!write(*person, town.akten, "x/first", "on the backup").has_value());
        person->wire().connect(town.world.server());
        EXPECT(read(*person, town.akten, "x/first") == "today");
    }
}

TEST(sr_29_linked_device_is_not_shown_less_than_the_old_one_saw) {
    // Everything but the newest commits reaches the second server: there the directory is as new,
    // and the space is older.
    ForkedTown town;
    town.world.server().mirror(&town.shadow, [](const http::Request& request) {
        return request.method == http::Method::get || !request.path.ends_with("/links");
    });
    EXPECT_OK(write(town.anna, town.akten, "x/first", "newer"));
    EXPECT(read(town.bernd, town.akten, "x/first") == "newer");
    Person& tablet = town.world.stranger("tablet");
    EXPECT_OK(link(town.bernd, tablet));
    tablet.wire().connect(town.shadow);
    const auto value = read(tablet, town.akten, "x/first");
    EXPECT(is_alarm(value));
    tablet.wire().connect(town.world.server());
    EXPECT(read(tablet, town.akten, "x/first") == "newer");
}

TEST(sr_28_alternating_histories_show_one_of_them) {
    ForkedTown town;
    town.split();
    EXPECT_OK(write(town.anna, town.akten, "x/first", "even"));
    // Who has seen one side does not write on the other.
    town.anna.wire().connect(town.shadow);
    EXPECT(!write(town.anna, town.akten, "x/first", "odd").has_value());
    town.anna.wire().connect(town.world.server());
    town.bernd.wire().connect(town.shadow);
    EXPECT_OK(write(town.bernd, town.akten, "x/first", "odd"));
    for (int i = 0; i < 20; ++i) {
        town.bernd.wire().connect(i % 2 == 0 ? town.world.server() : town.shadow);
        const auto value = read(town.bernd, town.akten, "x/first");
        EXPECT(!value || *value == "odd");
    }
    EXPECT(alarmed(town.bernd));
}

TEST(sr_29_acknowledgement_of_something_else_is_no_acknowledgement) {
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    Tamper other("/links", [](const http::Request& request, http::Response& answer) {
        if (request.method != http::Method::post) return;
        auto head = decode<api::Head>(answer.body);
        if (!head) return;
        head->hash.bytes[0] ^= 1;
        answer.body = encode(*head);
    });
    town.bernd.wire().attack(&other);
    EXPECT(is_alarm(write(town.bernd, town.akten, "x/first", "by bernd")));
    town.bernd.wire().attack(nullptr);
    // The truth is in the chain.
    EXPECT(read(town.bernd, town.akten, "x/first") == "by bernd");
    EXPECT_OK(write(town.bernd, town.akten, "x/second", "and more"));
    const auto lines = town.anna.engine().log(town.akten, 0, 1000);
    REQUIRE_OK(lines);
    int happened = 0;
    for (const auto& line : *lines)
        if (line.summary && !line.summary->actions.empty() &&
            line.summary->actions[0].target == "x/first" &&
            line.user == town.bernd.engine().status().user)
            ++happened;
    EXPECT_EQ(happened, 1);
}

TEST(sr_29_older_links_are_the_ones_the_newer_ones_name) {
    Town town;
    for (int i = 0; i < 4; ++i) EXPECT_OK(write(town.anna, town.akten, "x/n", std::to_string(i)));
    Person& clara = town.world.join("clara", town.anna);
    EXPECT_OK(share(town.anna, town.akten, clara, client::Role::reader));
    EXPECT_OK(write(town.anna, town.akten, "x/n", "newest"));
    EXPECT(read(clara, town.akten, "x/n") == "newest");
    // Clara has not taken the older commits yet: now she looks back.
    Tamper changed = tamper_record<api::Links>("/links", [](api::Links& links) {
        for (api::LinkBlob& link : links.links) link.bytes[link.bytes.size() / 3] ^= 1;
    });
    clara.wire().attack(&changed);
    EXPECT(is_alarm(clara.engine().log(town.akten, 0, 1000)));
    EXPECT(changed.changed > 0);
    clara.wire().attack(nullptr);
    EXPECT_OK(clara.engine().log(town.akten, 0, 1000));
}

}  // namespace obhut::test
