// Invitations, joining, kit, sign-in, linking and devices, against an honest and a lying server.
#include "client/engine.h"
#include "client/enrolment/sign_in.h"
#include "client/session.h"
#include "protocols/api/errors.h"
#include "tests/hostile/tamper.h"
#include "tests/support/actions.h"

namespace obhut::client {

using test::read;
using test::text;
using test::Town;
using test::World;
using test::write;

namespace {

constexpr std::string_view kHost = "http://localhost:8080";

JoinRequest join_request(const Invitation& invitation) {
    JoinRequest request;
    request.invitation = invitation.clone();
    request.password = SecretBytes(as_bytes(test::kPassphrase));
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    return request;
}

SignInRequest by_password(const EmergencyKit& kit, const std::string& email,
                          std::string_view password) {
    SignInRequest request;
    request.host = kit.host;
    request.email = email;
    request.password = SecretBytes(as_bytes(password));
    request.account_secret = AccountCode{kit.account_secret.clone(), kit.kdf_class};
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    return request;
}

SignInRequest by_recovery(const EmergencyKit& kit, const std::string& email) {
    SignInRequest request;
    request.host = kit.host;
    request.email = email;
    request.recovery_key = kit.recovery_key.clone();
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    return request;
}

LinkingRequest linking_request() {
    LinkingRequest request;
    request.host = kHost;
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    return request;
}

}  // namespace

TEST(invite_refuses_what_it_should) {
    Town town;
    EXPECT_ERROR(town.anna.engine().invite({town.bernd.email}), errors::already_invited);
    EXPECT_ERROR(town.bernd.engine().invite({"carla@example.org"}), errors::not_administrator);
    for (const char* bad : {"", "carla", "@x", "a@", "a b@c", "a@b@c"})
        EXPECT_ERROR(town.anna.engine().invite({bad}), errors::email_malformed);
    test::TestEntropy entropy(9);
    const RootKit foreign = RootKit::create(std::string(kHost), entropy);
    EXPECT_ERROR(town.anna.engine().invite({"carla@example.org", &foreign}), errors::kit_mismatch);
}

TEST(invite_an_administrator) {
    World world;
    test::Person& anna = world.found("anna");
    const auto invitation = anna.engine().invite({"carla@example.org", world.root_kit()});
    REQUIRE_OK(invitation);
    test::Person& carla = world.stranger("carla");
    REQUIRE_OK(carla.engine().join(join_request(*invitation)));
    EXPECT(carla.engine().status().administrator);
    EXPECT_OK(carla.engine().invite({"dora@example.org"}));
}

TEST(join_refuses_used_and_late_invitations) {
    World world;
    test::Person& anna = world.found("anna");
    const auto invitation = world.invitation("bernd", anna);
    REQUIRE_OK(invitation);
    REQUIRE_OK(world.stranger("one").engine().join(join_request(*invitation)));
    EXPECT_ERROR(world.stranger("two").engine().join(join_request(*invitation)),
                 errors::invitation_used);
    const auto late = world.invitation("carla", anna);
    REQUIRE_OK(late);
    world.clock().advance(15 * kDay);
    EXPECT_ERROR(world.stranger("three").engine().join(join_request(*late)),
                 errors::invitation_over);
    Invitation guessed = late->clone();
    guessed.secret.expose_mutable()[0] ^= 1;
    EXPECT_ERROR(world.stranger("four").engine().join(join_request(guessed)),
                 errors::invitation_over);
}

TEST(sr37_join_demands_the_invited_organisation) {
    World world;
    test::Person& anna = world.found("anna");
    const auto invitation = world.invitation("bernd", anna);
    REQUIRE_OK(invitation);
    Invitation other = invitation->clone();
    other.org.bytes[0] ^= 1;
    EXPECT_ERROR(world.stranger("bernd").engine().join(join_request(other)),
                 errors::invitation_foreign);
}

TEST(join_after_a_lost_answer_goes_on) {
    World world;
    test::Person& anna = world.found("anna");
    const auto invitation = world.invitation("bernd", anna);
    REQUIRE_OK(invitation);
    // The entry is appended, the answer lost, and the network away: the program ends.
    class Cut final : public test::Adversary {
    public:
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            if (cut) return fail(errors::unreachable);
            if (request.path != "/v1/join") return server(request);
            server(request);
            cut = true;
            return fail(errors::outcome_unknown);
        }
        bool cut = false;
    } adversary;
    test::Person& bernd = world.stranger("bernd");
    bernd.wire().attack(&adversary);
    EXPECT_ERROR(bernd.engine().join(join_request(*invitation)), errors::outcome_unknown);
    bernd.wire().attack(nullptr);
    // The same profile, the same call: it finds itself enrolled and goes on.
    EXPECT_OK(bernd.engine().join(join_request(*invitation)));
    EXPECT(bernd.engine().status().exists);
    EXPECT_OK(bernd.engine().home());
    EXPECT_OK(bernd.engine().emergency_kit());
}

TEST(kit_is_open_until_confirmed) {
    World world;
    const auto invitation = world.found("anna").engine().invite({"bernd@example.org"});
    REQUIRE_OK(invitation);
    test::Person& bernd = world.stranger("bernd");
    const auto joined = bernd.engine().join(join_request(*invitation));
    REQUIRE_OK(joined);
    const auto kit = bernd.engine().emergency_kit();
    REQUIRE_OK(kit);
    EXPECT_EQ(kit->text(), joined->kit.text());
    EXPECT(!bernd.engine().status().kit_confirmed);
    EXPECT_OK(bernd.engine().confirm_kit());
    EXPECT(bernd.engine().status().kit_confirmed);
    EXPECT_ERROR(bernd.engine().emergency_kit(), errors::kit_not_here);
    EXPECT_ERROR(bernd.engine().confirm_kit(), errors::kit_not_here);
    EXPECT_OK(bernd.reopen());
    EXPECT_ERROR(bernd.engine().emergency_kit(), errors::kit_not_here);
}

TEST(sign_in_by_password_and_by_recovery_key) {
    Town town;
    const EmergencyKit& kit = town.world.kit_of("bernd");
    test::Person& laptop = town.world.stranger("laptop");
    REQUIRE_OK(laptop.engine().sign_in(by_password(kit, town.bernd.email, test::kPassphrase)));
    EXPECT_EQ(text(read(laptop, town.akten, "x/first")), "written by anna");
    EXPECT_OK(write(laptop, town.akten, "x/laptop", "1"));
    test::Person& phone = town.world.stranger("phone");
    REQUIRE_OK(phone.engine().sign_in(by_recovery(kit, town.bernd.email)));
    EXPECT_EQ(text(read(phone, town.akten, "x/laptop")), "1");
    const auto devices = phone.engine().devices();
    REQUIRE_OK(devices);
    EXPECT_EQ(devices->size(), 4U);  // the first, the kit, and these two
    EXPECT_ERROR(phone.engine().sign_in(by_recovery(kit, town.bernd.email)),
                 errors::profile_exists);
}

TEST(sign_in_refuses_all_alike) {
    Town town;
    const EmergencyKit& kit = town.world.kit_of("bernd");
    Engine& engine = town.world.stranger("x").engine();
    EXPECT_ERROR(engine.sign_in(by_password(kit, town.bernd.email, "wrong")),
                 errors::sign_in_refused);
    EXPECT_ERROR(engine.sign_in(by_password(kit, "nobody@example.org", test::kPassphrase)),
                 errors::sign_in_refused);
    SignInRequest other = by_recovery(kit, town.bernd.email);
    other.recovery_key->expose_mutable()[0] ^= 1;
    EXPECT_ERROR(engine.sign_in(other), errors::sign_in_refused);
    EXPECT(!engine.status().exists);
}

TEST(sr37_typed_root_must_be_the_kits) {
    Town town;
    SignInRequest request = by_recovery(town.world.kit_of("bernd"), town.bernd.email);
    request.root_fingerprint = Hash{};
    EXPECT_ERROR(town.world.stranger("x").engine().sign_in(request), errors::root_mismatch);
}

TEST(sr37_older_kit_blob_is_refused) {
    Town town;
    const EmergencyKit& kit = town.world.kit_of("bernd");
    // The server keeps the first blob, and gives it after the kit was sealed anew.
    Bytes first_blob;
    test::Tamper keep("/v1/sign-in", [&](const http::Request&, http::Response& answer) {
        first_blob = answer.body;
    });
    test::Person& first = town.world.stranger("first");
    first.wire().attack(&keep);
    REQUIRE_OK(first.engine().sign_in(by_recovery(kit, town.bernd.email)));
    REQUIRE_OK(town.bernd.engine().change_password(kit, as_bytes(test::kPassphrase),
                                                   as_bytes("another password")));
    test::Tamper replay("/v1/sign-in", [&](const http::Request&, http::Response& answer) {
        answer.body = first_blob;
    });
    test::Person& second = town.world.stranger("second");
    second.wire().attack(&replay);
    EXPECT_ERROR(second.engine().sign_in(by_recovery(kit, town.bernd.email)), errors::kit_mismatch);
    second.wire().attack(nullptr);
    EXPECT_OK(second.engine().sign_in(by_password(kit, town.bernd.email, "another password")));
}

namespace {

// A blob that somebody who knows the wrap key made around another seed.
Bytes foreign_blob(const KitUnlock& unlock, test::Person& person, Hash fingerprint) {
    test::TestEntropy entropy(41);
    KitContent content;
    content.org = person.engine().status().org;
    content.user = person.engine().status().user;
    content.root_fingerprint = fingerprint;
    content.seed = KitSeed::generate(entropy);
    return encode(api::KitBlob{seal_kit(unlock.wrap, content, entropy)});
}

}  // namespace

TEST(sr01_kit_of_other_keys_is_refused) {
    Town town;
    const EmergencyKit& kit = town.world.kit_of("bernd");
    const Bytes blob =
        foreign_blob(unlock_by_recovery(kit.recovery_key), town.bernd, kit.root_fingerprint);
    test::Tamper swap("/v1/sign-in",
                      [&](const http::Request&, http::Response& answer) { answer.body = blob; });
    test::Person& laptop = town.world.stranger("laptop");
    laptop.wire().attack(&swap);
    EXPECT_ERROR(laptop.engine().sign_in(by_recovery(kit, town.bernd.email)),
                 errors::secret_mismatch);
}

TEST(sr01_password_change_on_a_foreign_kit_is_refused) {
    Town town;
    const EmergencyKit& kit = town.world.kit_of("bernd");
    const auto unlock = unlock_by_password(as_bytes(test::kPassphrase), kit.account_secret, 1);
    REQUIRE_OK(unlock);
    const Bytes blob = foreign_blob(*unlock, town.bernd, kit.root_fingerprint);
    test::Tamper swap("/v1/sign-in",
                      [&](const http::Request&, http::Response& answer) { answer.body = blob; });
    town.bernd.wire().attack(&swap);
    EXPECT_ERROR(
        town.bernd.engine().change_password(kit, as_bytes(test::kPassphrase), as_bytes("another")),
        errors::secret_mismatch);
}

TEST(sr01_user_key_of_an_attacker_is_refused) {
    Town town;
    const EmergencyKit& kit = town.world.kit_of("bernd");
    const KitUnlock unlock = unlock_by_recovery(kit.recovery_key);
    // The server makes a user key of its own and seals it to the kit: all it needs is public.
    test::TestEntropy entropy(43);
    Session& anna = town.anna.engine().session();
    EXPECT_OK(anna.directory.catch_up());
    const auto* user = anna.directory.state().user(town.bernd.engine().status().user);
    REQUIRE(user != nullptr && user->kit);
    const auto* device = anna.directory.state().device(user->kit->device);
    REQUIRE(device != nullptr);
    const auto key = anna.kem_keys.get(device->kem);
    REQUIRE_OK(key);
    const OrgId org = anna.org();
    test::Tamper swap("/generations/get", [&](const http::Request&, http::Response& answer) {
        auto material = decode<api::GenerationMaterial>(answer.body);
        if (!material) return;
        const directory::HolderId holder = directory::holder(device->id);
        const auto box = seal_to_holder(org, material->principal, material->number,
                                        KemSecretKey::generate(entropy), {holder, *key}, entropy);
        material->boxes = {{api::RecipientId::from(holder.view()), *box}};
        answer.body = encode(*material);
    });
    test::Person& laptop = town.world.stranger("laptop");
    laptop.wire().attack(&swap);
    EXPECT_ERROR(laptop.engine().sign_in(by_recovery(kit, town.bernd.email)),
                 errors::secret_mismatch);
    EXPECT_EQ(swap.changed, 1);
}

TEST(sr02_unasked_key_is_refused) {
    Town town;
    test::TestEntropy entropy(44);
    const KemPublicKey foreign = kem_public_key(KemSecretKey::generate(entropy));
    auto swap = test::tamper_record<api::Keys>("/v1/keys/get", [&](api::Keys& answer) {
        for (KemPublicKey& key : answer.keys) key = foreign;
    });
    test::Person& carla = town.world.join("carla", town.anna);
    town.anna.wire().attack(&swap);
    EXPECT_ERROR(test::share(town.anna, town.akten, carla, Role::editor), errors::key_mismatch);
}

TEST(linking_by_code) {
    Town town;
    test::Person& phone = town.world.stranger("phone");
    const auto code = phone.engine().begin_linking(linking_request());
    REQUIRE_OK(code);
    const auto early = phone.engine().finish_linking();
    EXPECT(early && !*early);
    const auto typed = LinkingCode::parse(code->text());
    REQUIRE_OK(typed);
    const auto offer = town.bernd.engine().linking_offer(*typed);
    REQUIRE_OK(offer);
    EXPECT_EQ(offer->keys, code->offer);
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    REQUIRE_OK(town.bernd.engine().answer_linking(*typed));
    const auto done = phone.engine().finish_linking();
    EXPECT(done && *done);
    EXPECT_EQ(phone.engine().status().email, town.bernd.email);
    EXPECT_EQ(text(read(phone, town.akten, "x/first")), "written by anna");
    EXPECT_OK(write(phone, town.akten, "x/phone", "1"));
    EXPECT_ERROR(phone.engine().finish_linking(), errors::linking_not_begun);
}

TEST(linking_of_unknown_codes) {
    Town town;
    LinkingCode code;
    code.offer.bytes[0] = 1;
    EXPECT_ERROR(town.bernd.engine().linking_offer(code), errors::linking_code_wrong);
    EXPECT_ERROR(town.world.stranger("x").engine().finish_linking(), errors::linking_not_begun);
}

TEST(sr38_offer_of_an_attacker_is_refused) {
    Town town;
    test::Person& phone = town.world.stranger("phone");
    test::Person& thief = town.world.stranger("thief");
    const auto code = phone.engine().begin_linking(linking_request());
    const auto other = thief.engine().begin_linking(linking_request());
    REQUIRE(code && other);
    const auto thiefs =
        town.anna.engine().session().remote.linking(api::LinkingId::truncated(other->offer.view()));
    REQUIRE_OK(thiefs);
    auto swap = test::tamper_record<api::LinkingState>(
        "/v1/linking/", [&](api::LinkingState& state) { state.offer = thiefs->offer; });
    town.bernd.wire().attack(&swap);
    EXPECT_ERROR(town.bernd.engine().answer_linking(*code), errors::linking_wrong_answer);
}

TEST(sr38_answer_without_the_secret_does_not_count) {
    Town town;
    test::Person& phone = town.world.stranger("phone");
    const auto code = phone.engine().begin_linking(linking_request());
    REQUIRE_OK(code);
    // Somebody who saw the offer but not the code answers first.
    LinkingCode guessed = code->clone();
    guessed.secret.expose_mutable()[0] ^= 1;
    REQUIRE_OK(town.anna.engine().answer_linking(guessed));
    EXPECT_ERROR(phone.engine().finish_linking(), errors::linking_wrong_answer);
    EXPECT(!phone.engine().status().exists);
}

TEST(sr38_answer_for_a_device_that_does_not_count) {
    Town town;
    test::Person& phone = town.world.stranger("phone");
    const auto code = phone.engine().begin_linking(linking_request());
    REQUIRE_OK(code);
    REQUIRE_OK(town.bernd.engine().answer_linking(*code));
    const auto devices = town.bernd.engine().devices();
    REQUIRE(devices && !devices->empty());
    REQUIRE_OK(town.bernd.engine().revoke_device(devices->back().id));
    EXPECT_ERROR(phone.engine().finish_linking(), errors::linking_wrong_answer);
}

TEST(sr29_linked_device_expects_what_was_seen) {
    Town town;
    test::Person& phone = town.world.stranger("phone");
    const auto code = phone.engine().begin_linking(linking_request());
    REQUIRE_OK(code);
    EXPECT_OK(write(town.bernd, town.akten, "x/second", "2"));
    REQUIRE_OK(town.bernd.engine().answer_linking(*code));
    REQUIRE(phone.engine().finish_linking().value_or(false));
    // The server shows the phone an older chain, complete and valid in itself: one that ends with
    // the newest roster entry, before the first commit.
    class Older final : public test::Adversary {
    public:
        explicit Older(const SpaceId& space) : space_(space.hex()) {}
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            auto answer = server(request);
            if (request.path.find(space_) == std::string::npos) return answer;
            if (request.path.find("/rosters") != std::string::npos) {
                if (auto rosters = decode<api::Rosters>(answer.body)) {
                    // The answer ends with the newest link, here a commit.
                    rosters->links.pop_back();
                    const auto last = space::parse_link(rosters->links.back().bytes);
                    head_ = api::Head{last->header().sequence, last->hash};
                    rosters->head = *head_;
                    answer.body = encode(*rosters);
                }
            } else if (request.path.ends_with("/links") && head_) {
                if (auto links = decode<api::Links>(answer.body)) {
                    std::erase_if(links->links, [&](const api::LinkBlob& link) {
                        return space::parse_link(link.bytes)->header().sequence > head_->sequence;
                    });
                    links->head = *head_;
                    answer.body = encode(*links);
                }
            }
            return answer;
        }

    private:
        const std::string space_;
        std::optional<api::Head> head_;
    } adversary(town.akten);
    phone.wire().attack(&adversary);
    EXPECT_ERROR(phone.engine().space(town.akten), errors::chain_went_back);
    EXPECT_EQ(phone.engine().alarms()->size(), 1U);
}

TEST(devices_are_revoked_and_retired) {
    Town town;
    test::Person& laptop = town.world.stranger("laptop");
    const EmergencyKit& kit = town.world.kit_of("bernd");
    REQUIRE_OK(laptop.engine().sign_in(by_recovery(kit, town.bernd.email)));
    EXPECT_OK(read(laptop, town.akten, "x/first"));
    const DeviceId device = laptop.engine().status().device;
    EXPECT_ERROR(town.bernd.engine().revoke_device(town.anna.engine().status().device),
                 errors::device_not_own);
    REQUIRE_OK(town.bernd.engine().revoke_device(device));
    EXPECT(!write(laptop, town.akten, "x/thief", "1"));
    // The user's key is fresh, and the spaces follow by duty.
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_OK(write(town.bernd, town.akten, "x/after", "1"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/after")), "1");

    test::Person& phone = town.world.stranger("phone");
    REQUIRE_OK(phone.engine().sign_in(by_recovery(kit, town.bernd.email)));
    EXPECT_EQ(text(read(phone, town.akten, "x/after")), "1");
    REQUIRE_OK(phone.engine().retire());
    EXPECT(!phone.engine().status().exists);
    EXPECT_OK(write(town.bernd, town.akten, "x/more", "1"));
}

}  // namespace obhut::client
