// Stolen devices, linking, and what a thief leaves behind.
#include "client/session.h"
#include "core/crypto/box.h"
#include "core/directory/generation.h"
#include "tests/hostile/fork.h"
#include "tests/support/sealings.h"

namespace obhut::test {

TEST(sr_33_commit_of_a_stolen_device_on_an_old_checkpoint_is_held_back) {
    // The thief has bernd's first device. Bernd revokes it from his second; the space stays quiet.
    // The server lets the thief sign on the old directory, and shows it to anna as the newest.
    ForkedTown town;
    Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(link(town.bernd, tablet));
    EXPECT_OK(tablet.engine().spaces());
    town.split();
    EXPECT_OK(tablet.engine().revoke_device(town.bernd.engine().status().device));
    town.bernd.wire().connect(town.shadow);
    LinkCatcher caught;
    town.bernd.wire().attack(&caught);
    EXPECT_OK(write(town.bernd, town.akten, "x/first", "by the thief"));
    REQUIRE(!caught.link.empty());

    EXPECT_OK(town.anna.engine().catch_up());
    Tamper slip = tamper_record<api::Links>("/links", [&](api::Links& links) {
        if (!links.links.empty()) return;
        links.links.emplace_back(caught.link);
        links.head = caught.head;
    });
    town.anna.wire().attack(&slip);
    const auto value = read(town.anna, town.akten, "x/first");
    EXPECT(!value || *value == "written by anna");
    EXPECT(slip.changed > 0);
    EXPECT(!value || alarmed(town.anna));
    // The honest server refuses such a commit at once.
    town.anna.wire().attack(nullptr);
    town.bernd.wire().attack(nullptr);
    town.bernd.wire().connect(town.world.server());
    EXPECT(!write(town.bernd, town.akten, "x/first", "again").has_value());
}

TEST(sr_34_revoking_a_device_takes_what_it_added) {
    Town town;
    Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(link(town.bernd, tablet));
    Person& successor = town.world.stranger("successor");
    REQUIRE_OK(link(town.bernd, successor));  // the thief's own, made with the stolen device
    EXPECT_OK(read(successor, town.akten, "x/first"));
    // Bernd's kit still opens; from a device signed in with it he puts things right.
    Person& desk = town.world.stranger("desk");
    client::SignInRequest request;
    request.host = "http://obhut.test";
    request.email = town.bernd.email;
    request.password = SecretBytes(as_bytes(kPassphrase));
    const client::EmergencyKit& kit = town.world.kit_of("bernd");
    request.account_secret = client::AccountCode{kit.account_secret.clone(), kit.kdf_class};
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    REQUIRE_OK(desk.engine().sign_in(request));
    EXPECT_OK(desk.engine().revoke_device(town.bernd.engine().status().device));
    for (Person* gone : {&town.bernd, &successor}) {
        EXPECT(!read(*gone, town.akten, "x/first").has_value());
        EXPECT(!write(*gone, town.akten, "x/first", "by the thief").has_value());
    }
    EXPECT_OK(read(desk, town.akten, "x/first"));
    const auto devices = desk.engine().devices();
    REQUIRE_OK(devices);
    for (const auto& device : *devices)
        if (device.kind != client::DeviceKind::kit) EXPECT_EQ(device.active, device.self);
}

TEST(sr_36_stolen_device_reads_nothing_of_the_next_epoch) {
    Town town;
    Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(link(town.bernd, tablet));
    EXPECT_OK(tablet.engine().spaces());
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    EXPECT_OK(tablet.engine().revoke_device(town.bernd.engine().status().device));
    // Whoever is next online starts a fresh epoch, because of the duty.
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(write(town.anna, town.akten, "x/first", "after the theft"));
    Overheard overheard;
    tablet.wire().attack(&overheard);
    const auto rightful = read(tablet, town.akten, "x/first");
    REQUIRE_OK(rightful);
    EXPECT_EQ(*rightful, "after the theft");
    // The server gives the thief everything that it gives the rightful device.
    overheard.playing = true;
    town.bernd.wire().attack(&overheard);
    const auto value = read(town.bernd, town.akten, "x/first");
    EXPECT(!value || *value != "after the theft");
    EXPECT_OK(town.bernd.reopen());
    const auto again = read(town.bernd, town.akten, "x/first");
    EXPECT(!again || *again != "after the theft");
}

TEST(sr_38_linking_answered_by_somebody_else_is_refused) {
    Town town;
    World theirs(7);
    Person& enemy = theirs.found("anna");
    Person& tablet = town.world.stranger("tablet");
    client::LinkingRequest request;
    request.host = "http://obhut.test";
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    Bytes offer;
    class Watch final : public Adversary {
    public:
        Result<http::Response> exchange(const http::Request& asked, const Server& server) override {
            if (asked.method == http::Method::post && asked.path == "/v1/linking") offered = asked;
            return server(asked);
        }
        http::Request offered;
    } watch;
    tablet.wire().attack(&watch);
    auto code = tablet.engine().begin_linking(request);
    REQUIRE_OK(code);
    REQUIRE(!watch.offered.body.empty());

    // The server knows the offer, not the one-time secret: it lets a device of its own organisation
    // answer, which guesses one.
    EXPECT_EQ(theirs.server().answer(watch.offered).status, 200);
    client::LinkingCode guessed;
    guessed.offer = code->offer;
    EXPECT_OK(enemy.engine().answer_linking(guessed));
    http::Request look;
    look.path = "/v1/linking/" + api::LinkingId::truncated(code->offer.view()).hex();
    const auto forged = decode<api::LinkingState>(theirs.server().answer(look).body);
    REQUIRE_OK(forged);
    REQUIRE(forged->answer.has_value());
    Tamper first = tamper_record<api::LinkingState>(
        "/linking/", [&](api::LinkingState& state) { state.answer = forged->answer; });
    tablet.wire().attack(&first);
    EXPECT_ERROR(tablet.engine().finish_linking(), errors::linking_wrong_answer);
    EXPECT(!tablet.engine().status().exists);

    // The right answer counts all the same.
    tablet.wire().attack(nullptr);
    EXPECT_OK(town.bernd.engine().answer_linking(*code));
    const auto finished = tablet.engine().finish_linking();
    EXPECT(finished && *finished);
    EXPECT(read(tablet, town.akten, "x/first") == "written by anna");
}

TEST(sr_38_changed_answers_are_refused) {
    Town town;
    Person& tablet = town.world.stranger("tablet");
    client::LinkingRequest request;
    request.host = "http://obhut.test";
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    auto code = tablet.engine().begin_linking(request);
    REQUIRE_OK(code);
    EXPECT_OK(town.bernd.engine().answer_linking(*code));
    for (const std::size_t at : {0U, 31U, 32U, 35U, 70U, 200U, 1000U}) {
        Tamper flip = tamper_record<api::LinkingState>("/linking/", [&](api::LinkingState& state) {
            if (state.answer && at < state.answer->size()) (*state.answer)[at] ^= 1;
        });
        tablet.wire().attack(&flip);
        EXPECT(is_alarm(tablet.engine().finish_linking()));
    }
    tablet.wire().attack(nullptr);
    const auto finished = tablet.engine().finish_linking();
    EXPECT(finished && *finished);
}

TEST(sr_38_offer_of_another_device_is_refused) {
    // The server puts an offer of its own under the id that the code names.
    Town town;
    Person& tablet = town.world.stranger("tablet");
    Person& enemy = town.world.stranger("enemy");
    client::LinkingRequest request;
    request.host = "http://obhut.test";
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    auto code = tablet.engine().begin_linking(request);
    auto other = enemy.engine().begin_linking(request);
    REQUIRE_OK(code);
    REQUIRE_OK(other);
    http::Request look;
    look.path = "/v1/linking/" + api::LinkingId::truncated(other->offer.view()).hex();
    const auto theirs = decode<api::LinkingState>(town.world.server().answer(look).body);
    REQUIRE_OK(theirs);
    Tamper swap = tamper_record<api::LinkingState>(
        "/linking/", [&](api::LinkingState& state) { state.offer = theirs->offer; });
    const auto before = town.bernd.engine().devices();
    town.bernd.wire().attack(&swap);
    EXPECT_ERROR(town.bernd.engine().answer_linking(*code), errors::linking_wrong_answer);
    EXPECT_ERROR(town.bernd.engine().linking_offer(*code), errors::linking_wrong_answer);
    town.bernd.wire().attack(nullptr);
    const auto after = town.bernd.engine().devices();
    REQUIRE_OK(before);
    REQUIRE_OK(after);
    EXPECT_EQ(before->size(), after->size());
}

TEST(sr_01_user_key_of_the_servers_making_is_refused) {
    // Anybody can seal to a device: the server gives the new device a box with a secret of its own.
    Town town;
    Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(link(town.bernd, tablet));
    client::Session& session = tablet.engine().session();
    const KemSecretKey evil(Bytes(32, 66));
    TestEntropy entropy(5);
    int replaced = 0;
    Tamper swap = tamper_record<api::GenerationMaterial>(
        "/generations/get", [&](api::GenerationMaterial& material) {
            if (material.principal != principal(session.user())) return;
            const directory::HolderId self = directory::holder(session.device());
            for (api::GenerationBox& box : material.boxes) {
                auto sealed =
                    seal_box(session.secrets().kem_public(), labels::box_user_key, session.org(),
                             directory::box_context(material.principal, material.number, self),
                             evil.expose(), entropy);
                if (!sealed || box.recipient != self) continue;
                box.box = std::move(*sealed);
                ++replaced;
            }
        });
    tablet.wire().attack(&swap);
    EXPECT(is_alarm(read(tablet, town.akten, "x/first")));
    EXPECT(replaced > 0);
    tablet.wire().attack(nullptr);
    EXPECT(read(tablet, town.akten, "x/first") == "written by anna");
}

namespace {

// Watch notes what is sealed in the requests of those it stands beside.
class Watch final : public Adversary {
public:
    Result<http::Response> exchange(const http::Request& asked, const Server& server) override {
        sealings.note(asked);
        return server(asked);
    }
    Sealings sealings;
};

}  // namespace

TEST(sr_26_cloned_device_repeats_no_key) {
    // Two programs on copies of one profile seal the same things.
    Town town;
    Watch watch;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    Person& clone = town.world.stranger("clone");
    clone.replace_disk(town.bernd.disk().snapshot());
    clone.email = town.bernd.email;
    REQUIRE_OK(clone.reopen());
    town.bernd.wire().attack(&watch);
    clone.wire().attack(&watch);
    for (int i = 0; i < 10; ++i) {
        EXPECT_OK(write(town.bernd, town.akten, "x/a", "same " + std::to_string(i)));
        EXPECT_OK(write(clone, town.akten, "x/b", "same " + std::to_string(i)));
    }
    // Node, root and summary of each.
    EXPECT(watch.sealings.objects() >= 60);
    EXPECT_EQ(watch.sealings.reused(), 0U);
}

TEST(sr_26_rolled_back_profile_repeats_no_key) {
    // The same change is made five times from one state of the disk, each time as if for the first.
    Town town;
    Watch watch;
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    const client::MemoryDisk before = town.bernd.disk().snapshot();
    town.bernd.wire().attack(&watch);
    for (int i = 0; i < 5; ++i) {
        town.bernd.replace_disk(before.snapshot());
        REQUIRE_OK(town.bernd.reopen());
        EXPECT_OK(write(town.bernd, town.akten, "x/a", "same"));
        EXPECT_OK(write(town.anna, town.akten, "x/a", ""));
    }
    EXPECT(watch.sealings.objects() >= 15);
    EXPECT_EQ(watch.sealings.reused(), 0U);
}

TEST(sr_26_retry_takes_new_keys_or_repeats_bytes) {
    // Answers are lost and others are first: what is sealed again for another try has fresh keys.
    Town town;
    Watch watch;
    class Losing final : public Adversary {
    public:
        Losing(Watch& watch, Town& town) : watch_(watch), town_(town) {}
        Result<http::Response> exchange(const http::Request& asked, const Server& server) override {
            watch_.sealings.note(asked);
            const bool appends =
                asked.method == http::Method::post && asked.path.ends_with("/links");
            if (!appends || ++count_ % 2 == 0) return server(asked);
            if (count_ % 4 == 1) EXPECT_OK(write(town_.anna, town_.akten, "x/b", "first"));
            return fail(errors::outcome_unknown);
        }

    private:
        Watch& watch_;
        Town& town_;
        int count_ = 0;
    } losing(watch, town);
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    town.bernd.wire().attack(&losing);
    for (int i = 0; i < 10; ++i) (void)write(town.bernd, town.akten, "x/a", std::to_string(i));
    EXPECT(watch.sealings.objects() >= 30);
    EXPECT_EQ(watch.sealings.reused(), 0U);
}

}  // namespace obhut::test
