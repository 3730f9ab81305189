// The server and the directory: keys swapped, entries changed, history rewritten, forks, joining.
#include "core/crypto/box.h"
#include "core/directory/errors.h"
#include "tests/hostile/tamper.h"

namespace obhut::test {

TEST(sr_02_swapped_member_key_is_refused) {
    World world;
    Person& anna = world.found("anna");
    Person& bernd = world.join("bernd", anna);
    const auto space = anna.engine().create_space("Akten");
    REQUIRE_OK(space);
    // A key the server knows the secret of, in the place of Bernd's.
    const KemPublicKey evil = kem_public_key(KemSecretKey(Bytes(32, 66)));
    Tamper tamper = tamper_record<api::Keys>("/keys/get", [&](api::Keys& keys) {
        for (auto& key : keys.keys) key = evil;
    });
    anna.wire().attack(&tamper);
    const Result<> shared = share(anna, *space, bernd, client::Role::editor);
    EXPECT(!shared.has_value());
    EXPECT(tamper.changed > 0);
    anna.wire().attack(nullptr);
    EXPECT_OK(share(anna, *space, bernd, client::Role::editor));
    EXPECT_OK(write(anna, *space, "x/first", "for bernd"));
    EXPECT(read(bernd, *space, "x/first") == "for bernd");
}

TEST(sr_32_changed_or_dropped_entries_are_an_alarm) {
    Town town;
    Person& clara = town.world.stranger("clara");
    const auto invited = town.world.invitation("clara", town.anna);
    REQUIRE_OK(invited);
    const auto join_through = [&](Adversary& adversary) {
        Person& device = town.world.stranger("clara");
        device.wire().attack(&adversary);
        client::JoinRequest request;
        request.invitation = invited->clone();
        request.password = SecretBytes(as_bytes(kPassphrase));
        request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
        return device.engine().join(request);
    };
    (void)clara;
    Tamper changed = tamper_record<api::Entries>("/log/entries", [](api::Entries& entries) {
        if (!entries.entries.empty()) entries.entries.front().bytes.back() ^= 1;
    });
    EXPECT(is_alarm(join_through(changed)));
    Tamper dropped = tamper_record<api::Entries>("/log/entries", [](api::Entries& entries) {
        if (entries.entries.size() > 1) entries.entries.erase(entries.entries.begin() + 1);
    });
    EXPECT(is_alarm(join_through(dropped)));
}

TEST(sr_29_shorter_directory_is_an_alarm) {
    Town town;
    std::string old;
    Tamper keep = tamper_record<api::Entries>("/log/entries",
                                              [&](api::Entries& entries) { old = entries.note; });
    town.bernd.wire().attack(&keep);
    EXPECT_OK(town.bernd.engine().catch_up());
    REQUIRE(!old.empty());
    town.bernd.wire().attack(nullptr);
    const auto size = town.bernd.engine().status().directory_size;
    town.world.join("clara", town.anna);
    EXPECT_OK(town.bernd.engine().catch_up());
    const auto newer = town.bernd.engine().status().directory_size;
    EXPECT(newer > size);
    // Shown an old state, the device keeps the newer one it has, and says so.
    Tamper back = tamper_record<api::Entries>("/log/entries", [&](api::Entries& entries) {
        entries.entries.clear();
        entries.note = old;
    });
    town.bernd.wire().attack(&back);
    EXPECT_ERROR(town.bernd.engine().catch_up(), errors::log_went_back);
    EXPECT(back.changed > 0);
    EXPECT_EQ(town.bernd.engine().status().directory_size, newer);
    EXPECT_EQ(town.bernd.engine().status().alarms, 1U);
    town.bernd.wire().attack(nullptr);
    EXPECT_OK(town.bernd.engine().catch_up());
}

TEST(sr_18_invitation_of_another_organisation_is_refused) {
    // The invitation pins the root: a server with an organisation of its own cannot answer it.
    World ours(1);
    World theirs(2);
    Person& anna = ours.found("anna");
    theirs.found("anna");
    const auto invited = ours.invitation("bernd", anna);
    REQUIRE_OK(invited);
    Person& bernd = theirs.stranger("bernd");
    client::JoinRequest request;
    request.invitation = invited->clone();
    request.password = SecretBytes(as_bytes(kPassphrase));
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    EXPECT(!bernd.engine().join(request).has_value());
    EXPECT(!bernd.engine().status().exists || bernd.engine().status().user.is_zero());
}

TEST(sr_35_invitation_is_used_once) {
    World world;
    Person& anna = world.found("anna");
    const auto invited = world.invitation("bernd", anna);
    REQUIRE_OK(invited);
    const auto join = [&](const std::string& name) {
        client::JoinRequest request;
        request.invitation = invited->clone();
        request.password = SecretBytes(as_bytes(kPassphrase));
        request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
        return world.stranger(name).engine().join(request);
    };
    EXPECT_OK(join("bernd"));
    const auto second = join("thief");
    EXPECT(!second.has_value());
    if (!second) EXPECT(second.error().kind() == Kind::refused);
}

TEST(sr_37_sign_in_answers_alike) {
    World world;
    Person& anna = world.found("anna");
    const auto try_sign_in = [&](const std::string& email, std::string_view password) {
        client::SignInRequest request;
        request.host = "http://obhut.test";
        request.email = email;
        request.password = SecretBytes(as_bytes(password));
        const client::EmergencyKit& kit = world.kit_of("anna");
        request.account_secret = client::AccountCode{kit.account_secret.clone(), kit.kdf_class};
        request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
        return world.stranger("device").engine().sign_in(request);
    };
    EXPECT_ERROR(try_sign_in(anna.email, "wrong"), errors::sign_in_refused);
    EXPECT_ERROR(try_sign_in("nobody@example.org", kPassphrase), errors::sign_in_refused);
    EXPECT_OK(try_sign_in(anna.email, kPassphrase));
}

TEST(sr_27_request_signed_by_nobody_is_refused) {
    Town town;
    http::Request request;
    request.method = http::Method::get;
    request.path = "/v1/spaces";
    EXPECT_EQ(town.world.server().answer(request).status, 401);
}

}  // namespace obhut::test
