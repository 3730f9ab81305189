// Letters that lie about who wrote them, and what an inbox is sealed to.
#include "tests/hostile/post.h"

namespace obhut::test {

TEST(sr_10_letter_by_link_into_a_persons_inbox_is_no_colleagues) {
    Post post;
    Letter letter = post.letter(post.anna);
    letter.link = post.entropy.id<api::LinkId>();
    post.post(post.signed_by(post.anna, letter), letter.link);
    post.expect_refused(errors::letter_forged);
}

TEST(sr_10_letter_of_nobody_is_no_colleagues) {
    Post post;
    Letter letter = post.letter(post.anna);
    letter.sender.reset();
    letter.device.reset();
    letter.counter.reset();
    post.post({encode(letter), {}});
    post.expect_refused(errors::letter_forged);
}

TEST(sr_10_letter_that_another_signed_is_refused) {
    // Carla writes as anna, and signs with what she has.
    Post post;
    post.post(post.signed_by(post.carla, post.letter(post.anna)));
    post.expect_refused(errors::letter_forged);
}

TEST(sr_10_letter_from_anna_by_carlas_device_is_refused) {
    Post post;
    Letter letter = post.letter(post.anna);
    letter.device = device(post.carla);
    post.post(post.signed_by(post.carla, letter));
    post.expect_refused(errors::letter_forged);
}

TEST(sr_27_letter_of_a_revoked_device_is_not_shown) {
    Post post;
    Person& laptop = post.town.world.stranger("laptop");
    REQUIRE_OK(link(post.anna, laptop));
    const SignedLetter before = post.signed_by(laptop, post.letter(laptop));
    REQUIRE_OK(post.anna.engine().revoke_device(device(laptop)));
    // The thief cannot ask the server; the server, or carla, does it for him.
    post.post(before);
    post.expect_refused(errors::letter_sender_gone);
}

TEST(sr_15_letter_that_is_passed_on_is_not_from_its_writer) {
    // Anna writes to carla. Carla seals the very same letter, with anna's signature, to bernd.
    Post post;
    REQUIRE_OK(post.send(post.anna, post.carla));
    const auto waiting = session(post.carla).remote.drops(api::inbox(user(post.carla)), {});
    REQUIRE_OK(waiting);
    REQUIRE(waiting->drops.size() == 1);
    const auto drop = decode<Drop>(waiting->drops[0].drop);
    REQUIRE_OK(drop);
    const auto home = post.carla.engine().home();
    REQUIRE_OK(home);
    const auto secret = client::inbox_secret(session(post.carla), **home, drop->key);
    REQUIRE_OK(secret);
    const OrgId& org = session(post.carla).org();
    const auto key = open_box(*secret, labels::box_drop, org, drop->inbox.view(), drop->box);
    REQUIRE_OK(key);
    const auto plain =
        open_with(client::drop_place(org), ObjectType::drop, ObjectKey(key->expose()), drop->body);
    REQUIRE_OK(plain);
    const auto content = unpadded(*plain);
    REQUIRE_OK(content);
    const auto theirs = decode<SignedLetter>(*content);
    REQUIRE_OK(theirs);
    post.post(*theirs);
    post.expect_refused(errors::letter_forged);
}

TEST(sr_10_visitor_of_a_link_passes_for_no_colleague) {
    Post post;
    REQUIRE_OK(post.put(post.anna, "/eingang", "hinweis.txt", "x"));
    const auto made = post.link(post.anna, "/eingang", LinkKind::upload);
    REQUIRE_OK(made);
    Guest guest(post);
    REQUIRE_OK(guest.open(made->url));
    // The visitor is carla, and even signs; she claims to be herself, a colleague.
    Letter letter = post.letter(post.carla);
    letter.inbox = api::inbox(post.town.akten);
    letter.link = made->url.id;
    letter.key = kem_key_hash(*guest.visitor->record().upload_key);
    Drop envelope;
    envelope.inbox = letter.inbox;
    envelope.link = letter.link;
    const Bytes drop = post.drop(std::move(envelope), *guest.visitor->record().upload_key,
                                 post.signed_by(post.carla, letter));
    REQUIRE_OK(guest.visitor->remote().visit_drop(guest.visitor->visit(), {drop, {}, 0}));
    const auto waiting = client::read_inbox(post.bernd.engine(), *post.space(post.bernd));
    REQUIRE_OK(waiting);
    REQUIRE(waiting->items.size() == 1);
    EXPECT(!waiting->items[0].letter.has_value());
    EXPECT(waiting->items[0].trouble && waiting->items[0].trouble->is(errors::letter_forged));
    const Author author = post.author(post.bernd);
    const auto filed =
        files::file_uploads(post.bernd.engine(), *post.space(post.bernd), {post.executor, author});
    EXPECT(filed && filed->empty());
}

TEST(sr_10_link_to_a_folder_takes_nothing) {
    Post post;
    REQUIRE_OK(post.put(post.anna, "/projekt", "b.txt", "b"));
    const auto made = post.link(post.anna, "/projekt", LinkKind::folder);
    REQUIRE_OK(made);
    Guest guest(post);
    REQUIRE_OK(guest.open(made->url));
    const auto transfer = client::transfer_by_link(*guest.visitor);
    const Bytes object =
        seal_with(client::drop_place(guest.visitor->record().org), ObjectType::drop,
                  ObjectKey::generate(guest.entropy), Bytes(4096, 1));
    EXPECT_OK(transfer->put(object_id(object), object));
    EXPECT_ERROR(transfer->flush(), errors::link_closed);
    EXPECT_ERROR(
        guest.visitor->remote().visit_drop(guest.visitor->visit(), {Bytes(4096, 1), {}, 0}),
        errors::link_closed);
}

namespace {

// FalseKey gives anna another statement for bernd's inbox than there is.
struct FalseKey : Post {
    KemSecretKey secret = KemSecretKey::generate(entropy);

    client::InboxStatement statement() {
        const Millis now = town.world.clock().now();
        return {session(bernd).org(),
                api::inbox(user(bernd)),
                1,
                kem_public_key(secret),
                now,
                now + client::kInboxKeyTime,
                device(bernd),
                generation()};
    }
    // The number of bernd's newest key.
    std::uint32_t generation() {
        EXPECT_OK(anna.engine().catch_up());
        return session(anna).directory.state().newest_generation(principal(user(bernd)))->number;
    }
    // sealed_to is what a letter of anna's is sealed to while she is shown that statement.
    KemKeyHash sealed_to(const Bytes& shown) {
        while_shown(shown, [&] { return send(anna, bernd); });
        const auto waiting = session(bernd).remote.drops(api::inbox(user(bernd)), {});
        if (!EXPECT_OK(waiting)) return {};
        const auto drop = decode<Drop>(waiting->drops.at(0).drop);
        return drop ? drop->key : KemKeyHash();
    }
    // expect_refused: anna takes the directory's key, and bernd can read.
    void expect_refused(const Bytes& shown) {
        EXPECT_EQ(sealed_to(shown), kem_key_hash(public_key(bernd)));
        const auto waiting = inbox(bernd);
        REQUIRE_OK(waiting);
        REQUIRE(waiting->items.size() == 1);
        EXPECT(waiting->items[0].letter.has_value());
    }
};

}  // namespace

TEST(sr_02_inbox_key_that_is_true_is_used) {
    // The other tests here show something only if this one holds.
    FalseKey scene;
    EXPECT_EQ(scene.sealed_to(scene.signed_by(scene.bernd, scene.statement())),
              kem_key_hash(kem_public_key(scene.secret)));
}

TEST(sr_02_inbox_key_of_the_servers_making_is_refused) {
    FalseKey scene;
    Bytes shown = scene.signed_by(scene.bernd, scene.statement());
    auto content = decode<SignedStatement>(shown);
    REQUIRE_OK(content);
    content->signature.bytes[3] ^= 1;
    scene.expect_refused(encode(*content));
}

TEST(sr_02_inbox_key_of_a_colleagues_device_is_refused) {
    FalseKey scene;
    client::InboxStatement statement = scene.statement();
    statement.device = device(scene.carla);
    scene.expect_refused(scene.signed_by(scene.carla, statement));
}

TEST(sr_02_inbox_key_of_a_revoked_device_is_refused) {
    FalseKey scene;
    Person& laptop = scene.town.world.stranger("laptop");
    REQUIRE_OK(link(scene.bernd, laptop));
    REQUIRE_OK(scene.bernd.engine().revoke_device(device(laptop)));
    REQUIRE_OK(scene.bernd.engine().run_duties());
    client::InboxStatement statement = scene.statement();
    statement.device = device(laptop);
    scene.expect_refused(scene.signed_by(laptop, statement));
}

TEST(sr_02_inbox_key_of_a_browser_is_refused) {
    FalseKey scene;
    Person& browser = scene.town.world.stranger("browser");
    client::LinkingRequest request;
    request.host = "http://obhut.test";
    request.device = client::DeviceKind::web;
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    const auto code = browser.engine().begin_linking(request);
    REQUIRE_OK(code);
    REQUIRE_OK(scene.bernd.engine().answer_linking(*code));
    REQUIRE(browser.engine().finish_linking().value_or(false));
    client::InboxStatement statement = scene.statement();
    statement.device = device(browser);
    scene.expect_refused(scene.signed_by(browser, statement));
}

TEST(sr_36_inbox_key_that_a_stolen_device_knows_is_not_used_any_more) {
    // Bernd stated a key, which his laptop can read; then the laptop is stolen.
    FalseKey scene;
    Person& laptop = scene.town.world.stranger("laptop");
    REQUIRE_OK(link(scene.bernd, laptop));
    const Bytes shown = scene.signed_by(scene.bernd, scene.statement());
    REQUIRE_OK(scene.bernd.engine().revoke_device(device(laptop)));
    REQUIRE_OK(scene.bernd.engine().run_duties());
    scene.expect_refused(shown);
}

TEST(sr_36_nothing_is_sealed_to_a_person_whose_key_waits_to_be_renewed) {
    Post post;
    Person& laptop = post.town.world.stranger("laptop");
    REQUIRE_OK(link(post.bernd, laptop));
    // An administrator ends the laptop; bernd's other device has not heard of it.
    REQUIRE_OK(post.anna.engine().revoke_device(device(laptop)));
    EXPECT_ERROR(post.send(post.anna, post.bernd), errors::recipient_key_stale);
    EXPECT_EQ(client::Outbox(session(post.anna)).run().value_or(99), 0U);
    REQUIRE_OK(post.bernd.engine().run_duties());
    EXPECT_EQ(client::Outbox(session(post.anna)).run().value_or(0), 1U);
    const auto waiting = post.inbox(post.bernd);
    EXPECT(waiting && waiting->items.size() == 1 && waiting->missing.empty());
}

TEST(sr_02_inbox_key_of_another_inbox_is_refused) {
    // Bernd signs keys for more than one inbox, such as a group's; that one is not his own.
    FalseKey scene;
    client::InboxStatement statement = scene.statement();
    statement.inbox = api::inbox(api::InboxKind::group, user(scene.bernd).view());
    scene.expect_refused(scene.signed_by(scene.bernd, statement));
}

TEST(sr_27_inbox_key_that_is_over_or_never_ends_is_refused) {
    FalseKey scene;
    client::InboxStatement statement = scene.statement();
    statement.not_after = statement.not_before + client::kInboxKeyTime + 1;
    scene.expect_refused(scene.signed_by(scene.bernd, statement));
    FalseKey later;
    const Bytes once = later.signed_by(later.bernd, later.statement());
    later.town.world.clock().advance(client::kInboxKeyTime);
    later.expect_refused(once);
    FalseKey before;
    statement = before.statement();
    statement.not_before += kDay;
    before.expect_refused(before.signed_by(before.bernd, statement));
}

TEST(sr_16_inbox_key_of_low_order_is_refused) {
    FalseKey scene;
    client::InboxStatement statement = scene.statement();
    std::fill(statement.key.bytes.end() - 32, statement.key.bytes.end(), std::uint8_t{0});
    scene.expect_refused(scene.signed_by(scene.bernd, statement));
}

TEST(sr_40_inbox_is_read_and_closed_by_its_owner_only) {
    Post post;
    REQUIRE_OK(post.bernd.engine().run_duties());
    REQUIRE_OK(post.send(post.anna, post.bernd));
    const api::InboxId inbox = api::inbox(user(post.bernd));
    client::Remote& carlas = session(post.carla).remote;
    EXPECT_ERROR(carlas.drops(inbox, {}), errors::not_there);
    EXPECT_ERROR(carlas.drop_objects(inbox, {{ObjectId{}}}), errors::not_there);
    EXPECT_ERROR(carlas.change_inbox(inbox, {{}, 0, 1}), errors::not_there);
    const auto waiting = session(post.bernd).remote.drops(inbox, {});
    REQUIRE_OK(waiting);
    REQUIRE(waiting->drops.size() == 1);
    const auto id = api::DropId::from(sha256(waiting->drops[0].drop).view());
    EXPECT_ERROR(carlas.drops_done(inbox, {{id}}), errors::not_there);
    const auto still = post.inbox(post.bernd);
    EXPECT(still && still->items.size() == 1);
}

TEST(sr_40_closed_key_takes_nothing_and_only_a_known_one_is_closed) {
    Post post;
    REQUIRE_OK(post.bernd.engine().run_duties());
    const api::InboxId inbox = api::inbox(user(post.bernd));
    client::Remote& remote = session(post.bernd).remote;
    // A thief closes all keys there will ever be: letters would find none to be sealed to.
    EXPECT_ERROR(remote.change_inbox(inbox, {{}, 0, 4'000'000'000}), errors::drop_refused);
    EXPECT_OK(post.send(post.anna, post.bernd));
    // A key is deleted after it was closed: what came later by it would be lost.
    EXPECT_OK(remote.change_inbox(inbox, {{}, 0, 1}));
    Drop envelope;
    envelope.inbox = inbox;
    const Letter letter = post.letter(post.carla);
    const Bytes late = post.drop(std::move(envelope), post.public_key(post.bernd),
                                 post.signed_by(post.carla, letter));
    EXPECT_ERROR(session(post.carla).remote.put_drop(inbox, {late, {}, 1}), errors::inbox_reseal);
    // Never back.
    EXPECT_OK(remote.change_inbox(inbox, {{}, 0, 0}));
    EXPECT_ERROR(session(post.carla).remote.put_drop(inbox, {late, {}, 1}), errors::inbox_reseal);
    EXPECT_OK(session(post.carla).remote.put_drop(inbox, {late, {}, 0}));
}

TEST(sr_40_letter_that_the_server_withholds_is_missed_until_it_comes) {
    Post post;
    for (int i = 0; i < 3; ++i) REQUIRE_OK(post.send(post.anna, post.bernd));
    auto waiting = post.inbox(post.bernd);
    REQUIRE(waiting && waiting->items.size() == 3);
    client::DropId second;
    for (const InboxItem& item : waiting->items)
        if (item.letter->counter == 2U) second = item.drop;
    Tamper withhold = tamper_record<api::Drops>("/drops", [&](api::Drops& drops) {
        std::erase_if(drops.drops, [&](const api::WaitingDrop& drop) {
            return client::DropId::from(sha256(drop.drop).view()) == second;
        });
    });
    post.bernd.wire().attack(&withhold);
    waiting = post.inbox(post.bernd);
    REQUIRE_OK(waiting);
    EXPECT_EQ(waiting->items.size(), 2U);
    REQUIRE(waiting->missing.size() == 1);
    EXPECT_EQ(waiting->missing[0].sender, user(post.anna));
    EXPECT(waiting->missing[0].counters == std::vector<std::uint64_t>{2});
    // It is still missed when the others are filed, and by another program of the same person.
    for (const InboxItem& item : waiting->items)
        EXPECT_OK(client::discard_letter(post.bernd.engine(), post.home(post.bernd), item));
    REQUIRE_OK(post.bernd.reopen());
    waiting = post.inbox(post.bernd);
    EXPECT(waiting && waiting->items.empty() && waiting->missing.size() == 1);
    // It comes after all.
    post.bernd.wire().attack(nullptr);
    waiting = post.inbox(post.bernd);
    EXPECT(waiting && waiting->items.size() == 1 && waiting->missing.empty());
}

TEST(sr_40_letter_that_the_server_shows_again_is_filed_once) {
    Post post;
    REQUIRE_OK(post.send(post.anna, post.bernd));
    REQUIRE_OK(post.send(post.anna, post.bernd));
    Bytes shown;
    Tamper again("/drops", [&](const http::Request&, http::Response& answer) {
        if (shown.empty())
            shown = answer.body;
        else
            answer.body = shown;
    });
    post.bernd.wire().attack(&again);
    const auto waiting = post.inbox(post.bernd);
    REQUIRE(waiting && waiting->items.size() == 2);
    EXPECT_OK(post.file(post.bernd, waiting->items[0]));
    EXPECT_OK(
        client::discard_letter(post.bernd.engine(), post.home(post.bernd), waiting->items[1]));
    const std::uint64_t filed = post.space(post.bernd)->sequence();
    // The server shows both for ever.
    for (int restarts = 0; restarts < 2; ++restarts) {
        const auto later = post.inbox(post.bernd);
        EXPECT(later && later->items.empty() && later->missing.empty());
        for (const InboxItem& item : waiting->items) {
            const auto more = post.file(post.bernd, item);
            EXPECT(more && more->empty());
        }
        REQUIRE_OK(post.bernd.reopen());
        post.renew(post.bernd);
        post.town.world.clock().advance(30 * kDay);
    }
    EXPECT_EQ(post.space(post.bernd)->sequence(), filed);
    EXPECT(again.changed > 2);
}

TEST(sr_40_two_devices_file_one_letter_once) {
    // Whatever the server does with leases: it tells each device that nobody else is filing.
    Post post;
    Person& tablet = post.town.world.stranger("tablet");
    REQUIRE_OK(link(post.bernd, tablet));
    post.renew(tablet);
    REQUIRE_OK(post.bernd.engine().run_duties());
    REQUIRE_OK(tablet.engine().run_duties());
    REQUIRE_OK(post.send(post.anna, post.bernd));
    Tamper alone =
        tamper_record<api::Leases>("/leases", [](api::Leases& leases) { leases.leases.clear(); });
    for (Person* person : {&post.bernd, &tablet}) person->wire().attack(&alone);
    for (int i = 0; i < 2; ++i) {
        const auto seen = post.inbox(post.bernd);
        const auto also = post.inbox(tablet);
        REQUIRE(seen && also && seen->items.size() == also->items.size());
        if (seen->items.empty()) break;
        (void)post.file(post.bernd, seen->items[0]);
        (void)post.file(tablet, also->items[0]);
    }
    const auto left = post.inbox(tablet);
    EXPECT(left && left->items.empty());
    const auto lines = post.anna.engine().log(post.town.akten, 0, 100);
    REQUIRE_OK(lines);
    std::size_t filings = 0;
    for (const auto& line : *lines)
        if (line.user == user(post.bernd)) ++filings;
    EXPECT_EQ(filings, 1U);
}

}  // namespace obhut::test
