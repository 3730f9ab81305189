// For tests of letters that lie: people who write to each other, and one who puts anything into a
// drop.
#pragma once

#include "apps/files/letters.h"
#include "client/drops/inbox.h"
#include "client/drops/inbox_keys.h"
#include "client/drops/outbox.h"
#include "core/crypto/box.h"
#include "core/crypto/padding.h"
#include "protocols/api/errors.h"
#include "tests/hostile/fork.h"
#include "tests/hostile/tamper.h"
#include "tests/support/links_scene.h"

namespace obhut::test {

using client::Drop;
using client::InboxItem;
using client::Letter;

// What stands in the body of a drop: a liar puts anything there.
struct SignedLetter {
    Bytes letter;
    std::optional<Signature> signature;
    static void fields(auto& self, auto& field) {
        field(1, self.letter, api::kMaxDropBytes);
        field(2, self.signature);
    }
};

struct SignedStatement {
    Bytes statement;
    Signature signature;
    static void fields(auto& self, auto& field) {
        field(1, self.statement, api::kMaxInboxStatement);
        field(2, self.signature);
    }
};

inline client::Session& session(Person& person) { return person.engine().session(); }
inline UserId user(Person& person) { return person.engine().status().user; }
inline DeviceId device(Person& person) { return person.engine().status().device; }
inline const SigningKey& key_of(Person& person) { return session(person).secrets().signing; }

// Post: anna, bernd and carla write to each other; carla lies.
struct Post : Scene {
    Person& anna = town.anna;
    Person& bernd = town.bernd;
    Person& carla = town.world.join("carla", town.anna);

    // public_key of somebody, as the directory has it.
    KemPublicKey public_key(Person& of) {
        EXPECT_OK(carla.engine().catch_up());
        const auto* newest =
            session(carla).directory.state().newest_generation(principal(user(of)));
        if (newest == nullptr) std::abort();
        const auto key = session(carla).kem_keys.get(newest->key);
        if (!EXPECT_OK(key)) std::abort();
        return *key;
    }
    // letter from somebody to bernd, as it would be if it were true.
    Letter letter(Person& from) {
        Letter letter;
        letter.org = session(from).org();
        letter.inbox = api::inbox(user(bernd));
        letter.key = kem_key_hash(public_key(bernd));
        letter.token = entropy.id<client::LetterToken>();
        letter.sender = user(from);
        letter.device = device(from);
        letter.counter = 1;
        letter.time = town.world.clock().now();
        letter.text = "transfer the money";
        return letter;
    }
    SignedLetter signed_by(Person& signer, const Letter& letter) {
        return {encode(letter),
                sign(key_of(signer), labels::sign_drop, letter.org, encode(letter))};
    }
    static Bytes signed_by(Person& signer, const client::InboxStatement& statement) {
        SignedStatement content{encode(statement), {}};
        content.signature =
            sign(key_of(signer), labels::sign_inbox_key, statement.org, content.statement);
        return encode(content);
    }
    // while_shown lets anna send while she is shown that statement of an inbox's key.
    void while_shown(const Bytes& shown, const std::function<Result<>()>& sending) {
        Tamper swap = tamper_record<api::InboxState>("/key", [&](api::InboxState& state) {
            state.statement = shown;
            state.number = 1;
        });
        anna.wire().attack(&swap);
        EXPECT_OK(sending());
        anna.wire().attack(nullptr);
        EXPECT(swap.changed > 0);
    }
    // drop seals whatever it is given.
    Bytes drop(Drop drop, const KemPublicKey& to, const SignedLetter& content) {
        const OrgId& org = session(carla).org();
        Bytes context = to_bytes(drop.inbox.view());
        if (drop.link) append(context, drop.link->view());
        const ObjectKey key = ObjectKey::generate(entropy);
        auto box = seal_box(to, labels::box_drop, org, context, key.expose(), entropy);
        if (!EXPECT_OK(box)) std::abort();
        Bytes plain = encode(content);
        pad(plain, padme(plain.size() + 4096));
        drop.key = kem_key_hash(to);
        drop.box = std::move(*box);
        drop.body = seal_with(client::drop_place(org), ObjectType::drop, key, plain);
        return encode(drop);
    }
    // post puts a forged letter into bernd's inbox: with the server's help nobody has to be asked.
    void post(const SignedLetter& content, std::optional<api::LinkId> link = {}) {
        Drop envelope;
        envelope.inbox = api::inbox(user(bernd));
        envelope.link = link;
        const Bytes bytes = drop(std::move(envelope), public_key(bernd), content);
        EXPECT_OK(session(carla).remote.put_drop(api::inbox(user(bernd)), {bytes, {}, 0}));
    }
    client::Space& home(Person& of) {
        auto opened = of.engine().home();
        if (!EXPECT_OK(opened)) std::abort();
        return **opened;
    }
    Result<client::InboxView> inbox(Person& of) {
        return client::read_inbox(of.engine(), home(of));
    }
    Result<std::vector<std::string>> file(Person& by, const InboxItem& item) {
        const Author author = Scene::author(by);
        return files::file_into(by.engine(), home(by), item, *space(by), "/post",
                                {executor, author});
    }
    Result<> send(Person& from, Person& to) {
        client::Outbox outbox(session(from));
        TRY(outbox.send(user(to), "hello", {}, {}));
        return {};
    }
    // expect_refused: the one letter that waits is shown as a lie, and a true one beside it is not.
    void expect_refused(Code why) {
        auto waiting = inbox(bernd);
        REQUIRE_OK(waiting);
        REQUIRE(waiting->items.size() == 1);
        EXPECT(!waiting->items[0].letter.has_value());
        EXPECT(waiting->items[0].trouble && waiting->items[0].trouble->is(why));
        EXPECT(waiting->missing.empty());
        REQUIRE_OK(send(anna, bernd));
        waiting = inbox(bernd);
        REQUIRE_OK(waiting);
        EXPECT_EQ(waiting->items.size(), 2U);
        EXPECT(waiting->missing.empty());
        std::size_t shown = 0;
        for (const InboxItem& item : waiting->items) shown += item.letter ? 1U : 0U;
        EXPECT_EQ(shown, 1U);
    }
};

}  // namespace obhut::test
