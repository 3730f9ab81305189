// A server that shows other chains, other heads, other lists; and an insider who helps it.
#include "client/engine.h"
#include "client/enrolment/sign_in.h"
#include "client/leases/lease.h"
#include "client/spaces/committer.h"
#include "client/spaces/space_info.h"
#include "core/space/errors.h"
#include "protocols/api/errors.h"
#include "tests/hostile/tamper.h"
#include "tests/support/actions.h"

namespace obhut::client {

using test::read;
using test::tamper_record;
using test::Town;
using test::write;

TEST(sr29_shorter_chain_is_an_alarm) {
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    auto back = tamper_record<api::Links>("/links", [](api::Links& links) {
        links.links.clear();
        links.head.sequence -= 1;
    });
    town.bernd.wire().attack(&back);
    EXPECT_ERROR(read(town.bernd, town.akten, "x/first"), errors::chain_went_back);
    const auto alarms = town.bernd.engine().alarms();
    REQUIRE(alarms && alarms->size() == 1);
    EXPECT((*alarms)[0].space == town.akten);
    EXPECT_OK(town.bernd.engine().dismiss_alarm((*alarms)[0].number));
    EXPECT_EQ(town.bernd.engine().status().alarms, 0U);
}

TEST(sr29_other_head_of_the_same_length_is_an_alarm) {
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    auto fork = tamper_record<api::Links>("/links",
                                          [](api::Links& links) { links.head.hash.bytes[0] ^= 1; });
    town.bernd.wire().attack(&fork);
    EXPECT_ERROR(read(town.bernd, town.akten, "x/first"), errors::chain_forked);
}

TEST(sr29_link_that_stands_on_another_head_is_an_alarm) {
    Town town;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    EXPECT_OK(write(town.anna, town.akten, "x/a", "1"));
    EXPECT_OK(write(town.anna, town.akten, "x/b", "1"));
    auto skip = tamper_record<api::Links>("/links", [](api::Links& links) {
        if (links.links.size() > 1) links.links.erase(links.links.begin());
    });
    town.bernd.wire().attack(&skip);
    EXPECT_ERROR(read(town.bernd, town.akten, "x/first"), errors::chain_forked);
}

TEST(sr29_older_links_must_lead_to_known_ones) {
    Town town;
    for (int i = 0; i < 4; ++i) EXPECT_OK(write(town.anna, town.akten, "x/a", std::to_string(i)));
    test::Person& carla = town.world.join("carla", town.anna);
    EXPECT_OK(test::share(town.anna, town.akten, carla, Role::reader));
    EXPECT_OK(write(town.anna, town.akten, "x/b", "1"));
    EXPECT_OK(read(carla, town.akten, "x/b"));
    // She looks at the past, and the server shows genuine links in another order.
    auto shuffle = tamper_record<api::Links>("/links", [](api::Links& links) {
        if (links.links.size() > 2) std::swap(links.links[0], links.links[1]);
    });
    carla.wire().attack(&shuffle);
    EXPECT_ERROR(carla.engine().log(town.akten, 0, 100), errors::chain_forked);
    carla.wire().attack(nullptr);
    EXPECT_OK(carla.engine().log(town.akten, 0, 100));
}

TEST(sr29_wrong_acknowledgement_is_noticed) {
    Town town;
    EXPECT_OK(read(town.anna, town.akten, "x/first"));
    test::Tamper lie("/links", [](const http::Request& request, http::Response& answer) {
        if (request.method != http::Method::post) return;
        auto head = decode<api::Head>(answer.body);
        if (!head) return;
        head->hash.bytes[0] ^= 1;
        answer.body = encode(*head);
    });
    town.anna.wire().attack(&lie);
    EXPECT_ERROR(write(town.anna, town.akten, "x/a", "1"), errors::answer_malformed);
}

TEST(sr29_two_programs_shown_two_chains) {
    Town town;
    EXPECT_OK(read(town.anna, town.akten, "x/first"));
    const auto space = town.anna.engine().space(town.akten);
    REQUIRE_OK(space);
    // Another program of hers has stored another link at the next place.
    MemoryStore store(town.anna.disk());
    Bytes key = to_bytes("h/");
    append(key, town.akten.view());
    {
        auto writer = store.write(Durability::full);
        REQUIRE_OK(writer);
        const space::Head other{(*space)->sequence() + 1, Hash{}};
        EXPECT_OK((*writer)->put(Table::spaces, key, encode(other)));
        EXPECT_OK((*writer)->commit());
    }
    EXPECT_ERROR(write(town.anna, town.akten, "x/a", "1"), errors::chain_forked);
}

TEST(sr43_another_genesis_than_the_pinned_one) {
    Town town;
    test::Person& phone = town.world.stranger("phone");
    SignInRequest request;
    const EmergencyKit& kit = town.world.kit_of("bernd");
    request.host = kit.host;
    request.email = town.bernd.email;
    request.recovery_key = kit.recovery_key.clone();
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    REQUIRE_OK(phone.engine().sign_in(request));
    // Bernd's other device has pinned a genesis with the same first half.
    const auto home = town.bernd.engine().home();
    REQUIRE_OK(home);
    Pin pin;
    std::copy(town.akten.bytes.begin(), town.akten.bytes.end(), pin.genesis.bytes.begin());
    test::SetEntry change(std::string(as_text(pin_key(town.akten))),
                          std::string(as_text(encode(pin))));
    REQUIRE_OK((*home)->commit(change));
    EXPECT_OK((*phone.engine().home())->refresh());
    EXPECT_ERROR(phone.engine().space(town.akten), errors::genesis_mismatch);
}

TEST(sr41_withheld_box_leaves_the_rest) {
    Town town;
    auto withhold = tamper_record<api::EpochAnswer>(
        "/epochs/", [](api::EpochAnswer& answer) { answer.boxes.clear(); });
    test::Person& carla = town.world.join("carla", town.anna);
    EXPECT_OK(test::share(town.anna, town.akten, carla, Role::reader));
    carla.wire().attack(&withhold);
    EXPECT_ERROR(read(carla, town.akten, "x/first"), errors::space_not_readable);
    const auto spaces = carla.engine().spaces();
    REQUIRE_OK(spaces);
    bool seen = false;
    for (const SpaceView& view : *spaces)
        if (view.id == town.akten) seen = !view.readable && !view.trouble;
    EXPECT(seen);
}

namespace {

// A commit by somebody's own program whose lists are not what the change did.
Result<> commit_with_false_lists(test::Person& person, const SpaceId& id) {
    Space* space = TRY(person.engine().space(id));
    Space::Parts& parts = space->parts();
    Session& session = parts.session;
    const Snapshot* base = TRY(space->snapshot());
    tree::Batch batch;
    batch.put(as_bytes("x/insider"), as_bytes("1"));
    parts.batch.clear();
    tree::Applied applied =
        TRY(tree::apply(base->tree, std::move(batch), session.entropy, parts.batch));
    const tree::WriteBatch::Objects objects = parts.batch.take();
    api::AppendLink request;
    request.lists.emplace();
    for (const auto& [node, bytes] : objects.nodes) {
        request.lists->nodes_created.push_back(node);
        request.objects.push_back(bytes);
    }
    // What is superseded is kept quiet: it would never be deleted.
    space::sort_lists(*request.lists);
    const space::Summary summary{session.entropy.id<OperationId>(), {}};
    TRY(parts.keys.newest());
    request.link = TRY(space::build_commit(parts.chain.chain(), session.author(), parts.keys.ring(),
                                           applied.root, summary, *request.lists, session.entropy))
                       .link;
    TRY(session.remote.append_link(id, encode(request)));
    return {};
}

}  // namespace

TEST(sr42_lists_that_are_no_facts_are_found) {
    Town town;
    REQUIRE_OK(commit_with_false_lists(town.bernd, town.akten));
    const auto report = town.anna.engine().verify(town.akten, nullptr, nullptr);
    REQUIRE_OK(report);
    REQUIRE(report->problems.size() == 1);
    EXPECT(report->problems[0].error.is(errors::bad_lists));
}

TEST(sr41_what_is_no_link_keeps_nobody_from_his_duties) {
    Town town;
    EXPECT_OK(write(town.bernd, town.akten, "l/garbage", "no link at all"));
    for (test::Person* person : {&town.anna, &town.bernd}) {
        const auto report = person->engine().run_duties();
        REQUIRE_OK(report);
        EXPECT_EQ(report->failed, 0U);
    }
    EXPECT_OK(write(town.anna, town.akten, "x/after", "goes on"));
}

TEST(lock_of_a_device_not_heard_of_yet_is_respected) {
    Town town;
    test::Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(test::link(town.bernd, tablet));
    const auto lock = [&](test::Person& person) -> Result<> {
        Space* space = TRY(person.engine().space(town.akten));
        TRY(space->refresh());
        TRY(take_lease(*space, LeaseKind::lock, as_bytes("desk"), kMinute, "here"));
        return {};
    };
    EXPECT_OK(lock(tablet));
    EXPECT_ERROR(lock(town.anna), errors::lease_moved);
}

}  // namespace obhut::client
