// Inboxes of groups: who states their keys, who reads them, and what who was removed can open.
#include "tests/hostile/post.h"

namespace obhut::test {

namespace {

// Bau is a group of bernd (its manager) and dora; anna writes to it, carla is outside.
struct Bau : Post {
    Person& dora = town.world.join("dora", town.anna);
    GroupId bau;
    KemSecretKey secret = KemSecretKey::generate(entropy);

    Bau() {
        EXPECT_OK(anna.engine().run_duties());
        const auto group = bernd.engine().create_group("Bau", {user(dora)});
        if (EXPECT_OK(group)) bau = *group;
    }
    api::InboxId id() const { return api::inbox(bau); }
    const directory::GroupRecord& record() {
        EXPECT_OK(anna.engine().catch_up());
        return *session(anna).directory.state().group(bau);
    }
    client::Space& mailbox(Person& of) {
        const auto opened = of.engine().group_home(bau);
        if (!EXPECT_OK(opened)) std::abort();
        return **opened;
    }
    Result<client::InboxView> group_inbox(Person& of) {
        return client::read_inbox(of.engine(), *TRY(of.engine().group_home(bau)));
    }
    Result<> send_to_group(Person& from) {
        TRY(client::Outbox(session(from)).send(id(), "hello", {}, {}));
        return {};
    }
    // What the drops that wait are sealed to.
    std::vector<KemKeyHash> keys(Person& member) {
        std::vector<KemKeyHash> hashes;
        const auto waiting = session(member).remote.drops(id(), {});
        if (!EXPECT_OK(waiting)) return hashes;
        for (const api::WaitingDrop& drop : waiting->drops)
            if (const auto opened = decode<Drop>(drop.drop)) hashes.push_back(opened->key);
        return hashes;
    }
    client::InboxStatement statement(Person& signer) {
        const Millis now = town.world.clock().now();
        return {session(signer).org(),
                id(),
                1,
                kem_public_key(secret),
                now,
                now + client::kInboxKeyTime,
                device(signer),
                record().generations.back().number};
    }
    // sealed_to is what anna seals to while she is shown that statement.
    KemKeyHash sealed_to(const Bytes& shown) {
        while_shown(shown, [&] { return send_to_group(anna); });
        const auto hashes = keys(bernd);
        return hashes.size() == 1 ? hashes[0] : KemKeyHash();
    }
    // expect_refused: anna takes the directory's key, and the members can read.
    void expect_refused(const Bytes& shown) {
        EXPECT_EQ(sealed_to(shown), record().generations.back().key);
        const auto waiting = group_inbox(bernd);
        REQUIRE(waiting && waiting->items.size() == 1);
        EXPECT(waiting->items[0].letter.has_value());
    }
};

// Pager is a server that names one inbox in an answer; a lying one names the same again.
class Pager final : public Adversary {
public:
    explicit Pager(bool lies) : lies_(lies) {}
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        http::Response answer = server(request);
        if (request.path != "/v1/inboxes") return answer;
        ++pages;
        auto all = decode<api::Inboxes>(answer.body);
        if (!EXPECT_OK(all) || all->inboxes.empty()) return answer;
        if (lies_) all->more = true;
        all->more = all->more || all->inboxes.size() > 1;
        all->inboxes.resize(1);
        if (lies_ && !kept_) kept_ = encode(*all);
        answer.body = lies_ ? *kept_ : encode(*all);
        return answer;
    }
    int pages = 0;

private:
    bool lies_;
    std::optional<Bytes> kept_;
};

}  // namespace

TEST(sr_02_key_of_a_groups_inbox_that_a_member_states_is_used) {
    // The other tests here show something only if this one holds.
    Bau scene;
    EXPECT_EQ(scene.sealed_to(scene.signed_by(scene.dora, scene.statement(scene.dora))),
              kem_key_hash(kem_public_key(scene.secret)));
}

TEST(sr_02_key_of_a_groups_inbox_by_who_is_not_in_it_is_refused) {
    Bau scene;
    scene.expect_refused(scene.signed_by(scene.carla, scene.statement(scene.carla)));
}

TEST(sr_02_key_of_a_groups_inbox_by_a_removed_member_is_refused) {
    Bau scene;
    REQUIRE_OK(scene.bernd.engine().remove_from_group(scene.bau, {user(scene.dora)}));
    scene.expect_refused(scene.signed_by(scene.dora, scene.statement(scene.dora)));
}

TEST(sr_36_key_of_a_groups_inbox_from_before_a_removal_is_not_used) {
    // True when bernd signed it; dora knows it too, and is taken out.
    Bau scene;
    const Bytes shown = scene.signed_by(scene.bernd, scene.statement(scene.bernd));
    REQUIRE_OK(scene.bernd.engine().remove_from_group(scene.bau, {user(scene.dora)}));
    scene.expect_refused(shown);
}

TEST(sr_36_key_of_a_groups_inbox_by_a_stolen_device_is_refused) {
    Bau scene;
    Person& laptop = scene.town.world.stranger("laptop");
    REQUIRE_OK(link(scene.dora, laptop));
    REQUIRE_OK(scene.dora.engine().revoke_device(device(laptop)));
    for (Person* person : {&scene.dora, &scene.bernd}) REQUIRE_OK(person->engine().run_duties());
    client::InboxStatement statement = scene.statement(scene.dora);
    statement.device = device(laptop);
    scene.expect_refused(scene.signed_by(laptop, statement));
}

TEST(sr_16_key_of_a_groups_inbox_of_low_order_is_refused) {
    Bau scene;
    client::InboxStatement statement = scene.statement(scene.bernd);
    std::fill(statement.key.bytes.end() - 32, statement.key.bytes.end(), std::uint8_t{0});
    scene.expect_refused(scene.signed_by(scene.bernd, statement));
}

TEST(sr_36_nothing_is_sealed_to_a_group_whose_key_waits_to_be_renewed) {
    // An administrator takes dora out; no member's device has heard of it.
    Bau scene;
    REQUIRE_OK(scene.anna.engine().remove_from_group(scene.bau, {user(scene.dora)}));
    EXPECT_ERROR(scene.send_to_group(scene.anna), errors::recipient_key_stale);
    REQUIRE_OK(scene.bernd.engine().run_duties());
    EXPECT_EQ(client::Outbox(session(scene.anna)).run().value_or(0), 1U);
    const auto hashes = scene.keys(scene.bernd);
    REQUIRE(hashes.size() == 1);
    EXPECT_EQ(scene.record().generations.size(), 2U);
    EXPECT_EQ(hashes[0], scene.record().generations.back().key);
    const auto waiting = scene.group_inbox(scene.bernd);
    EXPECT(waiting && waiting->items.size() == 1 && waiting->items[0].letter);
}

TEST(sr_36_what_was_sealed_before_a_removal_is_sealed_anew_before_it_goes) {
    // Anna's letter is sealed and does not reach the server; then dora is taken out.
    Bau scene;
    class Cut final : public Adversary {
    public:
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            if (request.path.ends_with("/drops")) return fail(errors::unreachable);
            return server(request);
        }
    } cut;
    scene.anna.wire().attack(&cut);
    EXPECT_ERROR(scene.send_to_group(scene.anna), errors::unreachable);
    scene.anna.wire().attack(nullptr);
    REQUIRE_OK(scene.bernd.engine().remove_from_group(scene.bau, {user(scene.dora)}));
    EXPECT_EQ(client::Outbox(session(scene.anna)).run().value_or(0), 1U);
    const auto hashes = scene.keys(scene.bernd);
    REQUIRE(hashes.size() == 1);
    EXPECT_EQ(hashes[0], scene.record().generations.back().key);
}

TEST(sr_36_removed_member_opens_nothing_that_comes_afterwards) {
    Bau scene;
    REQUIRE_OK(scene.send_to_group(scene.anna));
    // The inbox has a key of its own, which dora holds.
    REQUIRE_OK(scene.dora.engine().run_duties());
    auto waiting = scene.group_inbox(scene.dora);
    REQUIRE(waiting && waiting->items.size() == 1 && waiting->items[0].letter);
    client::Space& old = scene.mailbox(scene.dora);
    REQUIRE_OK(scene.bernd.engine().remove_from_group(scene.bau, {user(scene.dora)}));
    Overheard overheard;
    scene.bernd.wire().attack(&overheard);
    REQUIRE_OK(scene.bernd.engine().run_duties());
    REQUIRE_OK(scene.send_to_group(scene.anna));
    waiting = scene.group_inbox(scene.bernd);
    REQUIRE(waiting && waiting->items.size() == 2);
    const auto hashes = scene.keys(scene.bernd);
    REQUIRE(hashes.size() == 2);
    const api::InboxState state = *session(scene.anna).remote.inbox_key(scene.id());
    EXPECT_EQ(state.closed, 1U);
    EXPECT_EQ(state.number, 2U);
    // The server gives dora everything that it gives bernd: the new letter, and his mailbox.
    overheard.playing = true;
    scene.dora.wire().attack(&overheard);
    for (const KemKeyHash& hash : hashes) {
        const bool before = hash == scene.record().generations.front().key;
        (void)old.refresh();
        EXPECT_EQ(client::inbox_secret(session(scene.dora), old, hash).has_value(), before);
    }
    EXPECT(!scene.group_inbox(scene.dora));
    // By her own device she gets nothing at all.
    scene.dora.wire().attack(nullptr);
    EXPECT_ERROR(session(scene.dora).remote.drops(scene.id(), {}), errors::not_there);
}

TEST(sr_40_inbox_of_a_group_is_read_and_closed_by_its_members_only) {
    Bau scene;
    const auto other = scene.carla.engine().create_group("Kasse", {});
    REQUIRE_OK(other);
    REQUIRE_OK(scene.send_to_group(scene.anna));
    client::Remote& carlas = session(scene.carla).remote;
    const auto known = session(scene.bernd).remote.drops(scene.id(), {});
    REQUIRE(known && known->drops.size() == 1);
    const auto drop = api::DropId::from(sha256(known->drops[0].drop).view());
    EXPECT_ERROR(carlas.drops(scene.id(), {}), errors::not_there);
    EXPECT_ERROR(carlas.drop_objects(scene.id(), {{ObjectId{}}}), errors::not_there);
    EXPECT_ERROR(carlas.change_inbox(scene.id(), {{}, 0, 1}), errors::not_there);
    EXPECT_ERROR(carlas.drops_done(scene.id(), {{drop}}), errors::not_there);
    EXPECT(carlas.inboxes().value_or(std::vector<api::InboxInfo>()).empty());
    const auto waiting = scene.group_inbox(scene.dora);
    EXPECT(waiting && waiting->items.size() == 1);
}

TEST(sr_40_closed_key_of_a_groups_inbox_takes_nothing) {
    Bau scene;
    REQUIRE_OK(scene.send_to_group(scene.anna));
    REQUIRE_OK(scene.bernd.engine().run_duties());
    client::Remote& remote = session(scene.bernd).remote;
    EXPECT_ERROR(remote.change_inbox(scene.id(), {{}, 0, 2}), errors::drop_refused);
    EXPECT_OK(remote.change_inbox(scene.id(), {{}, 0, 1}));
    Drop envelope;
    envelope.inbox = scene.id();
    Letter letter = scene.letter(scene.carla);
    letter.inbox = scene.id();
    const Bytes late = scene.drop(std::move(envelope), scene.public_key(scene.bernd),
                                  scene.signed_by(scene.carla, letter));
    EXPECT_ERROR(session(scene.carla).remote.put_drop(scene.id(), {late, {}, 1}),
                 errors::inbox_reseal);
}

TEST(sr_40_letter_to_a_group_that_the_server_shows_again_is_filed_once) {
    Bau scene;
    REQUIRE_OK(scene.send_to_group(scene.anna));
    Bytes shown;
    Tamper again("/drops", [&](const http::Request&, http::Response& answer) {
        if (shown.empty())
            shown = answer.body;
        else
            answer.body = shown;
    });
    scene.bernd.wire().attack(&again);
    scene.dora.wire().attack(&again);
    auto waiting = scene.group_inbox(scene.bernd);
    REQUIRE(waiting && waiting->items.size() == 1);
    REQUIRE_OK(client::discard_letter(scene.bernd.engine(), scene.mailbox(scene.bernd),
                                      waiting->items[0]));
    for (Person* person : {&scene.bernd, &scene.dora}) {
        waiting = scene.group_inbox(*person);
        EXPECT(waiting && waiting->items.empty() && waiting->missing.empty());
    }
    EXPECT(again.changed > 2);
}

TEST(sr_40_letter_to_a_group_that_is_withheld_is_missed_by_every_member) {
    Bau scene;
    for (int i = 0; i < 3; ++i) REQUIRE_OK(scene.send_to_group(scene.anna));
    auto waiting = scene.group_inbox(scene.bernd);
    REQUIRE(waiting && waiting->items.size() == 3);
    for (const InboxItem& item : waiting->items) {
        if (item.letter->counter == 2U)
            REQUIRE_OK(session(scene.bernd).remote.drops_done(scene.id(), {{item.drop}}));
        else if (item.letter->counter == 3U)
            REQUIRE_OK(
                client::discard_letter(scene.bernd.engine(), scene.mailbox(scene.bernd), item));
    }
    waiting = scene.group_inbox(scene.dora);
    REQUIRE(waiting && waiting->missing.size() == 1);
    EXPECT_EQ(waiting->missing[0].sender, user(scene.anna));
    EXPECT(waiting->missing[0].counters == std::vector<std::uint64_t>{2});
}

TEST(sr_10_letter_to_a_group_is_judged_like_one_to_a_person) {
    // Carla writes as anna; the server puts it there.
    Bau scene;
    Letter letter = scene.letter(scene.anna);
    letter.inbox = scene.id();
    const auto* newest = &scene.record().generations.back();
    const auto key = session(scene.carla).kem_keys.get(newest->key);
    REQUIRE_OK(key);
    letter.key = newest->key;
    Drop envelope;
    envelope.inbox = scene.id();
    const Bytes bytes = scene.drop(std::move(envelope), *key, scene.signed_by(scene.carla, letter));
    REQUIRE_OK(session(scene.carla).remote.put_drop(scene.id(), {bytes, {}, 0}));
    const auto waiting = scene.group_inbox(scene.bernd);
    REQUIRE(waiting && waiting->items.size() == 1);
    EXPECT(!waiting->items[0].letter.has_value());
    EXPECT(waiting->items[0].trouble && waiting->items[0].trouble->is(errors::letter_forged));
}

TEST(inboxes_of_many_groups_are_asked_for_page_by_page) {
    Bau scene;
    EXPECT_OK(scene.send_to_group(scene.anna));
    EXPECT_OK(client::Outbox(session(scene.anna)).send(user(scene.bernd), "hello", {}, {}));
    Pager pager(false);
    scene.bernd.wire().attack(&pager);
    const auto all = session(scene.bernd).remote.inboxes();
    REQUIRE_OK(all);
    EXPECT_EQ(std::ranges::count_if(*all, &api::InboxInfo::waits), 2);
    EXPECT_EQ(pager.pages, 2);
    Pager liar(true);
    scene.bernd.wire().attack(&liar);
    EXPECT_ERROR(session(scene.bernd).remote.inboxes(), errors::answer_malformed);
    EXPECT_EQ(liar.pages, 2);
    scene.bernd.wire().attack(nullptr);
}

}  // namespace obhut::test
