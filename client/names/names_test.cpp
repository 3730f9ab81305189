// Names that people and managers of groups wish, written into the address book by administrators.
#include "client/names/names.h"

#include "client/drops/inbox.h"
#include "client/engine.h"
#include "tests/support/actions.h"
#include "tests/support/cutter.h"

namespace obhut::client {
namespace {

using test::World;

UserId id_of(test::Person& person) { return person.engine().status().user; }

// Office: anna administers; bernd manages "Bau", carla is in it.
struct Office {
    World world;
    test::Person& anna;
    test::Person& bernd;
    test::Person& carla;
    GroupId bau;

    Office()
        : anna(world.found("anna")),
          bernd(world.join("bernd", anna)),
          carla(world.join("carla", anna)) {
        duties(anna);
        const auto group = bernd.engine().create_group("Bau", {id_of(carla)});
        if (EXPECT_OK(group)) bau = *group;
    }
    void duties(test::Person& person) {
        const auto report = person.engine().run_duties();
        EXPECT(report && report->failed == 0);
    }
    GroupView view(test::Person& person) {
        for (const GroupView& group :
             person.engine().groups().value_or(std::vector<client::GroupView>()))
            if (group.id == bau) return group;
        return {};
    }
    std::string name_of(test::Person& person, test::Person& seen_by) {
        for (const auto& one : seen_by.engine().people().value_or(std::vector<client::Person>()))
            if (one.id == id_of(person)) return one.name;
        return "(nobody)";
    }
    std::size_t told(test::Person& person, ConditionKind kind) {
        const auto conditions = person.engine().conditions();
        return static_cast<std::size_t>(std::ranges::count(conditions, kind, &Condition::kind));
    }
    // administrator invites somebody whom the root makes one.
    test::Person& administrator(const std::string& name) {
        InviteRequest request;
        request.email = name + "@example.org";
        request.root_kit = world.root_kit();
        test::Person& person = world.stranger(name);
        auto invitation = anna.engine().invite(request);
        if (!EXPECT_OK(invitation)) return person;
        JoinRequest join;
        join.invitation = std::move(*invitation);
        join.password = SecretBytes(as_bytes(test::kPassphrase));
        join.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
        EXPECT_OK(person.engine().join(join));
        person.email = request.email;
        return person;
    }
};

}  // namespace

TEST(group_name_of_its_manager_reaches_everybody_by_an_administrators_device) {
    Office office;
    EXPECT_EQ(office.view(office.bernd).name, "Bau");
    EXPECT_EQ(office.view(office.bernd).wished, "Bau");
    EXPECT_EQ(office.view(office.carla).name, "");
    EXPECT_EQ(office.told(office.bernd, ConditionKind::name_waiting), 1U);
    EXPECT_EQ(office.told(office.bernd, ConditionKind::letter_waiting), 0U);
    office.duties(office.anna);
    EXPECT_EQ(office.view(office.carla).name, "Bau");
    EXPECT_OK(office.carla.engine().find_group("Bau"));
    // Bernd's device hears that it stands there, and forgets its own.
    office.duties(office.bernd);
    EXPECT_EQ(office.view(office.bernd).wished, "");
    EXPECT_EQ(office.told(office.bernd, ConditionKind::name_waiting), 0U);
    const auto inbox = read_inbox(office.anna.engine(), **office.anna.engine().home());
    EXPECT(inbox && inbox->items.empty() && inbox->missing.empty());
    // And again, with another name.
    office.world.clock().advance(kMinute);
    REQUIRE_OK(office.bernd.engine().rename_group(office.bau, "Bauamt"));
    EXPECT_EQ(office.view(office.bernd).wished, "Bauamt");
    EXPECT_EQ(office.view(office.bernd).name, "Bau");
    office.duties(office.anna);
    EXPECT_EQ(office.view(office.carla).name, "Bauamt");
}

TEST(own_name_reaches_everybody_by_an_administrators_device) {
    Office office;
    REQUIRE_OK(office.carla.engine().set_name(id_of(office.carla), "Carla Klein"));
    EXPECT_EQ(office.name_of(office.carla, office.bernd), "");
    EXPECT_ERROR(office.carla.engine().set_name(id_of(office.bernd), "Bernd"),
                 errors::not_administrator);
    office.duties(office.anna);
    EXPECT_EQ(office.name_of(office.carla, office.bernd), "Carla Klein");
    EXPECT_ERROR(office.bernd.engine().set_name(id_of(office.bernd), "carla klein"),
                 errors::name_in_use);
    EXPECT_ERROR(office.bernd.engine().set_name(id_of(office.bernd), "anna@example.org"),
                 errors::name_malformed);
}

TEST(names_are_sent_to_every_administrator_and_written_once) {
    Office office;
    test::Person& dora = office.administrator("dora");
    office.duties(office.anna);
    office.duties(office.bernd);  // the name stands there: nothing is sent to dora
    office.world.clock().advance(kMinute);
    REQUIRE_OK(office.bernd.engine().rename_group(office.bau, "Bauamt"));
    office.duties(dora);
    EXPECT_EQ(office.view(office.carla).name, "Bauamt");
    // Anna is away for a while, and another name comes meanwhile.
    office.world.clock().advance(kMinute);
    REQUIRE_OK(office.bernd.engine().rename_group(office.bau, "Hochbau"));
    office.duties(dora);
    EXPECT_EQ(office.view(office.carla).name, "Hochbau");
    office.duties(office.anna);
    EXPECT_EQ(office.view(office.carla).name, "Hochbau");
    for (test::Person* person : {&office.anna, &dora}) {
        const auto inbox = read_inbox(person->engine(), **person->engine().home());
        EXPECT(inbox && inbox->items.empty());
    }
}

TEST(name_is_asked_for_again_when_there_is_a_new_administrator) {
    // The server shows anna nothing of what is in her inbox; dora comes.
    class Nothing final : public test::Adversary {
    public:
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            http::Response answer = server(request);
            if (request.path == "/v1/inboxes") answer.body = encode(api::Inboxes{});
            return answer;
        }
    } nothing;
    Office office;
    office.anna.wire().attack(&nothing);
    test::Person& dora = office.administrator("dora");
    office.duties(office.anna);  // takes dora into group *all*, and writes no name
    office.duties(dora);
    EXPECT_EQ(office.view(office.carla).name, "");
    office.duties(office.bernd);
    office.duties(dora);
    EXPECT_EQ(office.view(office.carla).name, "Bau");
}

TEST(of_two_names_the_later_one_counts_in_whatever_order_they_come) {
    Office office;
    REQUIRE_OK(office.bernd.engine().add_to_group(office.bau, {id_of(office.carla)}, true));
    office.world.clock().advance(kMinute);
    REQUIRE_OK(office.carla.engine().rename_group(office.bau, "Tiefbau"));
    office.world.clock().advance(kMinute);
    REQUIRE_OK(office.bernd.engine().rename_group(office.bau, "Hochbau"));
    office.duties(office.anna);
    EXPECT_EQ(office.view(office.anna).name, "Hochbau");
    // Carla's was overtaken, and is not asked for any more.
    office.duties(office.carla);
    EXPECT_EQ(office.view(office.carla).wished, "");
    EXPECT_EQ(office.view(office.carla).name, "Hochbau");
}

TEST(overtaken_name_is_thrown_away_though_somebody_else_is_called_so_now) {
    Office office;
    office.duties(office.anna);
    office.world.clock().advance(kMinute);
    REQUIRE_OK(office.bernd.engine().rename_group(office.bau, "Hochbau"));
    office.world.clock().advance(kMinute);
    REQUIRE_OK(office.anna.engine().rename_group(office.bau, "Tiefbau"));
    REQUIRE_OK(office.anna.engine().create_group("Hochbau", {}));
    office.duties(office.anna);
    const auto inbox = read_inbox(office.anna.engine(), **office.anna.engine().home());
    EXPECT(inbox && inbox->items.empty());
    EXPECT_EQ(office.view(office.carla).name, "Tiefbau");
    office.duties(office.bernd);
    EXPECT_EQ(office.view(office.bernd).wished, "");
}

TEST(group_of_a_name_that_another_has_is_not_made) {
    Office office;
    office.duties(office.anna);
    EXPECT_ERROR(office.carla.engine().create_group("bau", {}), errors::name_in_use);
    EXPECT_ERROR(office.carla.engine().create_group("A l l", {}), errors::name_in_use);
    EXPECT_ERROR(office.carla.engine().create_group("Bau", {}), errors::group_ambiguous);
    EXPECT_EQ(office.carla.engine().groups().value_or(std::vector<GroupView>()).size(), 2U);
}

TEST(name_wished_with_a_clock_that_was_ahead_gives_way_to_the_next) {
    Office office;
    office.duties(office.anna);
    class Ahead final : public Change {
    public:
        Ahead(const GroupId& group, Millis time) : key_(group_key(group)), time_(time) {}
        Result<Plan> plan(const Snapshot&) override {
            Plan plan;
            plan.batch.put(key_, ByteView(encode(OwnName{"Ewig", time_, {}})));
            return plan;
        }

    private:
        Bytes key_;
        Millis time_;
    } ahead(office.bau, office.world.clock().now() + 3650 * kDay);
    const auto home = office.bernd.engine().home();
    REQUIRE_OK(home);
    REQUIRE_OK((*home)->commit(ahead));
    office.duties(office.bernd);
    office.duties(office.anna);
    EXPECT_EQ(office.view(office.carla).name, "Bau");
    office.world.clock().advance(kMinute);
    REQUIRE_OK(office.bernd.engine().rename_group(office.bau, "Bauamt"));
    office.duties(office.anna);
    EXPECT_EQ(office.view(office.carla).name, "Bauamt");
}

TEST(wishing_a_name_killed_at_every_request) {
    Office office;
    office.duties(office.anna);
    int tries = 0;
    const auto name = [&] { return "Bau " + std::to_string(tries); };
    const int killed = test::killed_everywhere({
        .person = office.bernd,
        .prepare =
            [&] {
                ++tries;
                office.world.clock().advance(kMinute);
            },
        .act = [&] { return office.bernd.engine().rename_group(office.bau, name()); },
        .judge =
            [&](const Result<>& acted) {
                if (!acted && office.view(office.bernd).wished != name())
                    EXPECT_OK(office.bernd.engine().rename_group(office.bau, name()));
                office.duties(office.bernd);
                office.duties(office.anna);
                EXPECT_EQ(office.view(office.carla).name, name());
                office.duties(office.bernd);
                EXPECT_EQ(office.view(office.bernd).wished, "");
            },
    });
    EXPECT(killed >= 4);
}

TEST(writing_a_wished_name_killed_at_every_request) {
    Office office;
    office.duties(office.anna);
    int tries = 0;
    const auto name = [&] { return "Bau " + std::to_string(tries); };
    const int killed = test::killed_everywhere({
        .person = office.anna,
        .prepare =
            [&] {
                ++tries;
                office.world.clock().advance(kMinute);
                EXPECT_OK(office.bernd.engine().rename_group(office.bau, name()));
            },
        .act = [&]() -> Result<> {
            const auto report = TRY(office.anna.engine().run_duties());
            return report.first_error ? Result<>(std::unexpected(*report.first_error)) : Result<>();
        },
        .judge =
            [&](const Result<>&) {
                office.duties(office.anna);
                EXPECT_EQ(office.view(office.carla).name, name());
                const auto inbox = read_inbox(office.anna.engine(), **office.anna.engine().home());
                EXPECT(inbox && inbox->items.empty() && inbox->missing.empty());
            },
    });
    EXPECT(killed >= 6);
}

}  // namespace obhut::client
