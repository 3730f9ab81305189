// An insider whose program starts epochs that the others cannot open (SR-41): they go on without
// it, and nobody's work is lost.
#include "tests/hostile/fork.h"
#include "tests/hostile/insider.h"

namespace obhut::test {

namespace {

using space::SkipReason;

// break_epoch starts an epoch as an editor may, with boxes for the others, or a history link, that
// hold no key. The signature binds them: it is the signer who lies, not the server.
Result<> break_epoch(Person& insider, const SpaceId& id, SkipReason how) {
    space::BuiltRoster built = TRY(next_entry(insider, id));
    client::Space::Parts& parts = TRY(insider.engine().space(id))->parts();
    client::Session& session = parts.session;
    auto entry =
        TRY(decode<space::RosterEntry>(TRY(decode<space::SignedLink>(built.link)).payload));
    if (how == SkipReason::history_broken) {
        built.material.history->back() ^= 1;
        entry.history = sha256(*built.material.history);
    } else {
        for (space::EpochBox& box : built.material.boxes)
            if (box.principal != principal(session.user())) box.box.back() ^= 1;
        entry.boxes = space::boxes_root(built.material.boxes);
    }
    api::AppendLink request;
    request.link = space::sign_link(session.org(), space::LinkKind::roster, encode(entry),
                                    session.secrets().signing);
    request.epoch = std::move(built.material);
    TRY(parts.keys.keep(built.epoch, built.key));
    TRY(session.remote.append_link(id, encode(request)));
    return {};
}

// Trap is a town in which bernd has started an epoch that only he can open, and has written in it.
struct Trap : Town {
    Person& carla = world.join("carla", anna);
    Person& dora = world.join("dora", anna);
    SkipReason how;

    explicit Trap(SkipReason reason) : how(reason) {
        EXPECT_OK(share(anna, akten, carla, client::Role::editor));
        EXPECT_OK(share(anna, akten, dora, client::Role::reader));
        for (Person* person : {&anna, &bernd, &carla, &dora})
            EXPECT(read(*person, akten, "x/first") == "written by anna");
        EXPECT_OK(break_epoch(bernd, akten, how));
        EXPECT_OK(write(bernd, akten, "x/bernds", "by bernd"));
    }
    void expect_blamed(Person& person) {
        const auto alarms = person.engine().alarms();
        REQUIRE_OK(alarms);
        REQUIRE(alarms->size() == 1);
        EXPECT(alarms->front().error.is(errors::epoch_broken));
        EXPECT_EQ(alarms->front().error.detail, static_cast<std::int32_t>(how));
        EXPECT(equal(alarms->front().evidence, bernd.engine().status().device.view()));
    }
};

}  // namespace

TEST(sr_41_epoch_that_only_its_maker_opens_is_set_aside) {
    for (const SkipReason how : {SkipReason::box_broken, SkipReason::history_broken}) {
        Trap town(how);
        // A reader can only say so.
        EXPECT_ERROR(read(town.dora, town.akten, "x/first"), errors::epoch_broken);
        town.expect_blamed(town.dora);
        // An editor goes on from the last good epoch, by doing what he wanted to do.
        EXPECT_OK(write(town.carla, town.akten, "x/first", "by carla"));
        town.expect_blamed(town.carla);
        EXPECT(read(town.anna, town.akten, "x/first") == "by carla");
        EXPECT(read(town.dora, town.akten, "x/first") == "by carla");
        EXPECT(read(town.anna, town.akten, "x/bernds") == "");
        // What bernd wrote is not lost: his device does it again.
        EXPECT_OK(town.bernd.engine().run_duties());
        EXPECT(read(town.anna, town.akten, "x/bernds") == "by bernd");
        EXPECT(read(town.bernd, town.akten, "x/first") == "by carla");
        const auto report = town.anna.engine().verify(town.akten, nullptr, nullptr);
        REQUIRE_OK(report);
        EXPECT(report->problems.empty());
    }
}

TEST(sr_41_epoch_that_only_its_maker_opens_is_set_aside_as_a_duty) {
    Trap town(SkipReason::box_broken);
    const auto report = town.anna.engine().run_duties();
    REQUIRE_OK(report);
    EXPECT_EQ(report->failed, 0U);
    EXPECT(read(town.dora, town.akten, "x/first") == "written by anna");
    // Again and again: each time the others go on.
    for (int i = 0; i < 10; ++i) {
        EXPECT_OK(break_epoch(town.bernd, town.akten, SkipReason::box_broken));
        EXPECT_OK(write(town.anna, town.akten, "x/first", std::to_string(i)));
        EXPECT(read(town.carla, town.akten, "x/first") == std::to_string(i));
    }
}

TEST(sr_41_box_that_the_server_changed_sets_nothing_aside) {
    // The same bytes are wrong, and nobody signed them: that is no reason to undo anything.
    Town town;
    Tamper flip = tamper_record<api::EpochAnswer>("/epochs/", [](api::EpochAnswer& answer) {
        for (space::ProvenBox& box : answer.boxes) box.box.box.back() ^= 1;
    });
    town.bernd.wire().attack(&flip);
    EXPECT(is_alarm(read(town.bernd, town.akten, "x/first")));
    EXPECT(!write(town.bernd, town.akten, "x/first", "by bernd").has_value());
    (void)town.bernd.engine().run_duties();
    EXPECT(flip.changed > 0);
    town.bernd.wire().attack(nullptr);
    const auto lines = town.anna.engine().log(town.akten, 0, 100);
    REQUIRE_OK(lines);
    for (const auto& line : *lines) EXPECT(line.user == town.anna.engine().status().user);
    EXPECT(read(town.bernd, town.akten, "x/first") == "written by anna");
}

}  // namespace obhut::test
