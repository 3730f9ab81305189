// Kits, sign-in and what the server says of people.
#include "client/kit/kit.h"
#include "protocols/api/problem.h"
#include "tests/hostile/fork.h"

namespace obhut::test {

namespace {

client::SignInRequest sign_in_request(World& world, const std::string& name,
                                      std::string_view password = kPassphrase) {
    const client::EmergencyKit& kit = world.kit_of(name);
    client::SignInRequest request;
    request.host = "http://obhut.test";
    request.email = name + "@example.org";
    request.password = SecretBytes(as_bytes(password));
    request.account_secret = client::AccountCode{kit.account_secret.clone(), kit.kdf_class};
    request.protection = client::Protection::by_passphrase(as_bytes(kPassphrase));
    return request;
}

// SignInRecorder keeps the blob of one sign-in and gives it to the next, whatever that asks.
class SignInRecorder final : public Adversary {
public:
    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (request.path != "/v1/sign-in") return server(request);
        ++sign_ins;
        if (playing) return kept;
        http::Response answer = server(request);
        if (answer.status == 200) kept = answer;
        return answer;
    }

    bool playing = false;
    int sign_ins = 0;
    http::Response kept;
};

}  // namespace

TEST(sr_01_kit_blob_of_somebody_else_is_refused) {
    World world;
    Person& anna = world.found("anna");
    world.join("bernd", anna);
    SignInRecorder recorder;
    Person& of_bernd = world.stranger("of bernd");
    of_bernd.wire().attack(&recorder);
    EXPECT_OK(of_bernd.engine().sign_in(sign_in_request(world, "bernd")));
    recorder.playing = true;
    Person& of_anna = world.stranger("of anna");
    of_anna.wire().attack(&recorder);
    EXPECT(is_alarm(of_anna.engine().sign_in(sign_in_request(world, "anna"))));
    EXPECT(!of_anna.engine().status().exists);
    // The same bytes as another credential open nothing either.
    client::SignInRequest by_recovery = sign_in_request(world, "bernd");
    by_recovery.password.reset();
    by_recovery.recovery_key = client::RecoveryKey(world.kit_of("bernd").recovery_key.expose());
    EXPECT(is_alarm(of_anna.engine().sign_in(by_recovery)));
}

TEST(sr_37_kit_blob_of_an_old_password_is_refused) {
    World world;
    Person& anna = world.found("anna");
    SignInRecorder recorder;
    Person& device = world.stranger("device");
    device.wire().attack(&recorder);
    EXPECT_OK(device.engine().sign_in(sign_in_request(world, "anna")));
    EXPECT_OK(anna.engine().change_password(world.kit_of("anna"), as_bytes(kPassphrase),
                                            as_bytes("another password")));
    // The old password is known to a thief; the server still has the old blob.
    recorder.playing = true;
    Person& thief = world.stranger("thief");
    thief.wire().attack(&recorder);
    EXPECT(is_alarm(thief.engine().sign_in(sign_in_request(world, "anna"))));
    EXPECT(!thief.engine().status().exists);
    Person& honest = world.stranger("honest");
    EXPECT_OK(honest.engine().sign_in(sign_in_request(world, "anna", "another password")));
}

TEST(sr_37_typed_root_is_compared) {
    World world;
    world.found("anna");
    client::SignInRequest request = sign_in_request(world, "anna");
    request.root_fingerprint = world.kit_of("anna").root_fingerprint;
    request.root_fingerprint->bytes[7] ^= 1;
    Person& device = world.stranger("device");
    EXPECT_ERROR(device.engine().sign_in(request), errors::root_mismatch);
    request.root_fingerprint->bytes[7] ^= 1;
    EXPECT_OK(device.engine().sign_in(request));
}

TEST(sr_37_nothing_is_asked_before_the_kit_is_unlocked) {
    // The first request of a sign-in carries the finished auth part: no salt or cost was asked for.
    World world;
    world.found("anna");
    class First final : public Adversary {
    public:
        Result<http::Response> exchange(const http::Request& request,
                                        const Server& server) override {
            if (path.empty()) path = request.path;
            return server(request);
        }
        std::string path;
    } first;
    Person& device = world.stranger("device");
    device.wire().attack(&first);
    EXPECT_OK(device.engine().sign_in(sign_in_request(world, "anna")));
    EXPECT_EQ(first.path, "/v1/sign-in");
}

TEST(sr_03_unknown_class_of_password_hashing_is_refused_unasked) {
    World world;
    world.found("anna");
    Person& device = world.stranger("device");
    for (const std::uint8_t kdf_class : {std::uint8_t{0}, std::uint8_t{2}, std::uint8_t{255}}) {
        client::SignInRequest request = sign_in_request(world, "anna");
        request.account_secret->kdf_class = kdf_class;
        EXPECT(!device.engine().sign_in(request).has_value());
    }
    EXPECT_EQ(device.wire().requests(), 0U);
}

TEST(sr_12_ten_thousand_changed_blobs_tell_nothing) {
    // The key is derived once; whatever the server sends, the answer is one and the same.
    World world;
    world.found("anna");
    const client::EmergencyKit& kit = world.kit_of("anna");
    const client::KitUnlock unlock = client::unlock_by_recovery(kit.recovery_key);
    client::SignInRequest request = sign_in_request(world, "anna");
    request.password.reset();
    request.recovery_key = client::RecoveryKey(kit.recovery_key.expose());
    SignInRecorder recorder;
    Person& device = world.stranger("device");
    device.wire().attack(&recorder);
    EXPECT_OK(device.engine().sign_in(request));
    const auto blob = decode<api::KitBlob>(recorder.kept.body);
    REQUIRE_OK(blob);
    EXPECT_OK(client::open_kit(unlock.wrap, blob->blob));
    std::map<int, int> outcomes;
    TestEntropy dice(12);
    for (int i = 0; i < 10'000; ++i) {
        Bytes changed = blob->blob;
        // The header of the object (version, suite, type) has errors of its own, the same for all.
        const std::size_t at = 35 + dice.below(changed.size() - 35);
        changed[at] ^= static_cast<std::uint8_t>(1U << dice.below(8));
        const auto opened = client::open_kit(unlock.wrap, changed);
        ++outcomes[opened ? 0 : opened.error().code.number * 1000 + opened.error().detail];
    }
    EXPECT_EQ(outcomes.size(), 1U);
    EXPECT(!outcomes.contains(0));
}

TEST(sr_21_blob_that_opens_under_many_keys_opens_under_one) {
    // Without a commitment, one ciphertext could be made to open under the keys of many passwords,
    // and each sign-in would rule out half of a list. Here the commitment is compared first: a blob
    // made for one key is refused under every other before anything is opened.
    World world;
    world.found("anna");
    TestEntropy entropy(21);
    client::KitContent content;
    content.seed = KitSeed(Bytes(32, 1));
    const client::KitUnlock one = client::unlock_by_recovery(client::RecoveryKey(Bytes(32, 1)));
    Bytes blob = client::seal_kit(one.wrap, content, entropy);
    EXPECT_OK(client::open_kit(one.wrap, blob));
    for (std::uint8_t other = 2; other < 100; ++other) {
        const auto unlock = client::unlock_by_recovery(client::RecoveryKey(Bytes(32, other)));
        EXPECT_ERROR(client::open_kit(unlock.wrap, blob), errors::object_tampered);
    }
    blob[40] ^= 1;  // salt(32), version, suite, type: in the commitment
    EXPECT_ERROR(client::open_kit(one.wrap, blob), errors::object_tampered);
}

TEST(sr_13_refusals_are_one_answer_each_and_name_nobody) {
    // Requests of many kinds that are refused: per error one body, byte for byte, without anything
    // of the request in it.
    Town town;
    std::map<std::string, std::set<std::string>> bodies;
    const auto ask = [&](http::Request request) {
        const http::Response answer = town.world.server().answer(request);
        const auto error = answer.headers.find(api::kErrorHeader);
        if (answer.status < 400 || !error) return;
        const std::string body(as_text(answer.body));
        bodies[std::string(*error)].insert(body);
        for (const std::string& mark :
             {std::string("geheim"), std::string("example.org"), town.akten.hex()})
            EXPECT(body.find(mark) == std::string::npos);
    };
    for (const char* email : {"anna@example.org", "nobody@example.org", "geheim@example.org"}) {
        api::SignIn sign_in;
        sign_in.email = email;
        http::Request request;
        request.method = http::Method::post;
        request.path = "/v1/sign-in";
        request.headers.set(http::kContentType, std::string(http::kCbor));
        request.body = encode(sign_in);
        ask(request);
    }
    for (const std::string& path :
         {std::string("/v1/spaces"), "/v1/spaces/" + town.akten.hex() + "/links",
          std::string("/v1/geheim"), std::string("/v1/log/tile/geheim"),
          std::string("/v1/quota")}) {
        http::Request request;
        request.path = path;
        ask(request);
        request.headers.set("signature", "sig1=:geheim:");
        request.headers.set("signature-input", "geheim");
        ask(request);
        request.method = http::Method::post;
        request.body = to_bytes("geheim");
        ask(request);
    }
    EXPECT(bodies.size() >= 3);
    for (const auto& [error, texts] : bodies) EXPECT_EQ(texts.size(), 1U);
}

TEST(sr_08_unsigned_fields_change_nothing_that_is_shown) {
    Town town;
    EXPECT_OK(town.bernd.engine().spaces());
    const auto shown = [&] {
        std::string text;
        const auto people = town.bernd.engine().people();
        if (EXPECT_OK(people))
            for (const auto& person : *people)
                text += person.id.hex() + person.name + (person.administrator ? "*" : "") + "\n";
        const auto spaces = town.bernd.engine().spaces();
        if (EXPECT_OK(spaces))
            for (const auto& space : *spaces)
                text += space.name + " " + std::to_string(static_cast<int>(space.role)) + " " +
                        std::to_string(space.epoch) + "\n";
        const auto members = town.bernd.engine().members(town.akten);
        if (EXPECT_OK(members))
            for (const auto& member : *members)
                text += member.principal.hex() + std::to_string(static_cast<int>(member.role));
        return text;
    };
    const std::string honest = shown();
    Tamper info = tamper_record<api::ServerInfo>("/server", [](api::ServerInfo& server) {
        server.log_name = "evil";
        server.time += 5;
    });
    Tamper heads = tamper_record<api::Spaces>("/v1/spaces", [](api::Spaces& spaces) {
        for (api::SpaceInfo& space : spaces.spaces) space.head.epoch += 7;
    });
    Tamper links = tamper_record<api::Links>("/links", [](api::Links& answer) {
        answer.head.epoch += 7;
        answer.from += 3;
    });
    Tamper rosters = tamper_record<api::Rosters>(
        "/rosters", [](api::Rosters& answer) { answer.head.sequence += 7; });
    for (Adversary* adversary :
         {static_cast<Adversary*>(&info), static_cast<Adversary*>(&heads),
          static_cast<Adversary*>(&links), static_cast<Adversary*>(&rosters)}) {
        town.bernd.wire().attack(adversary);
        EXPECT_EQ(shown(), honest);
    }
    // Addresses are shown only if they fit the hash that was logged.
    Tamper openings = tamper_record<api::Openings>("/openings", [](api::Openings& answer) {
        for (api::Opening& opening : answer.openings) opening.email = "enemy@example.org";
    });
    town.bernd.wire().attack(&openings);
    const auto people = town.bernd.engine().people();
    REQUIRE_OK(people);
    EXPECT(openings.changed > 0);
    for (const auto& person : *people) EXPECT(person.email != "enemy@example.org");
}

TEST(sr_15_records_of_one_kind_do_not_pass_for_another) {
    Town town;
    Person& clara = town.world.join("clara", town.anna);
    EXPECT_OK(share(town.anna, town.akten, clara, client::Role::reader));
    EXPECT_OK(write(town.anna, town.akten, "x/first", "newest"));
    // A commit in the place of a roster entry, and the other way round.
    Tamper shuffled = tamper_record<api::Rosters>("/rosters", [](api::Rosters& answer) {
        if (answer.links.size() > 2) std::swap(answer.links[1], answer.links.back());
    });
    clara.wire().attack(&shuffled);
    EXPECT(is_alarm(read(clara, town.akten, "x/first")));
    // A link of a chain in the place of a log entry.
    http::Response links;
    Tamper keep("/rosters", [&](const http::Request&, http::Response& answer) { links = answer; });
    clara.wire().attack(&keep);
    EXPECT(read(clara, town.akten, "x/first") == "newest");
    const auto rosters = decode<api::Rosters>(links.body);
    REQUIRE_OK(rosters);
    town.world.clock().advance(kHour);
    town.world.join("dora", town.anna);
    Tamper confused = tamper_record<api::Entries>("/log/entries", [&](api::Entries& entries) {
        if (!entries.entries.empty()) entries.entries[0].bytes = rosters->links[1].bytes;
    });
    clara.wire().attack(&confused);
    EXPECT(is_alarm(clara.engine().catch_up()));
    clara.wire().attack(nullptr);
    EXPECT_OK(clara.engine().catch_up());
}

}  // namespace obhut::test
