// Sign-in, kits, addresses, linking by code.
#include "server/services/account_service.h"

#include "protocols/api/errors.h"
#include "server/services/testing/office.h"

namespace obhut::services::testing {
namespace {

api::SignIn signing_in(const std::string& email, api::Credential which, const Secret<32>& auth) {
    return {email, which, auth.clone()};
}

Answer sign_in(Office& office, const api::SignIn& request) {
    http::Request http;
    http.method = http::Method::post;
    http.path = "/v1/sign-in";
    http.body = encode(request);
    return office.service->answer(http, {"192.0.2.1", false});
}

TEST(the_right_auth_part_gets_the_blob) {
    Office office;
    const auto by_password = message_of<api::KitBlob>(
        sign_in(office, signing_in("Anna@Example.org", api::Credential::password,
                                   office.anna.password_auth))
            .response);
    REQUIRE_OK(by_password);
    EXPECT(by_password->blob == office.anna.deposit.password_blob);
    const auto by_recovery = message_of<api::KitBlob>(
        sign_in(office, signing_in("anna@example.org", api::Credential::recovery,
                                   office.anna.recovery_auth))
            .response);
    REQUIRE_OK(by_recovery);
    EXPECT(by_recovery->blob == office.anna.deposit.recovery_blob);
}

// SR-12, SR-37: one answer for everything that is wrong, byte for byte, and not before the same
// moment.
TEST(every_failed_sign_in_is_answered_alike) {
    Settings settings;
    settings.sign_in_address = {1000, 1000};
    settings.sign_in_account = {1000, 1000};
    Office office(settings);
    Person invited = office.invite("invited@example.org");
    Person disabled = office.join("disabled@example.org");
    const api::Append disabling =
        office.append_of(directory::UserDisabled{disabled.id, {}}, {&office.anna.device.signing});
    EXPECT_OK(error_of(office.post(office.anna.device, "/v1/log/entries", disabling)));
    const Secret<32> wrong(Bytes(32, 5));
    std::vector<Answer> answers;
    for (const auto which : {api::Credential::password, api::Credential::recovery}) {
        answers.push_back(sign_in(office, signing_in("anna@example.org", which, wrong)));
        answers.push_back(sign_in(office, signing_in("nobody@example.org", which, wrong)));
        answers.push_back(sign_in(office, signing_in("invited@example.org", which, wrong)));
        answers.push_back(
            sign_in(office, signing_in("disabled@example.org", which, disabled.password_auth)));
        answers.push_back(
            sign_in(office, signing_in("disabled@example.org", which, disabled.recovery_auth)));
        answers.push_back(sign_in(office, signing_in("", which, wrong)));
    }
    // The parts do not stand in for each other.
    answers.push_back(sign_in(office, signing_in("anna@example.org", api::Credential::recovery,
                                                 office.anna.password_auth)));
    for (const Answer& answer : answers) {
        EXPECT_ERROR(error_of(answer.response), errors::sign_in_refused);
        EXPECT(answer.response.body == answers[0].response.body);
        EXPECT_EQ(answer.response.headers.all().size(), answers[0].response.headers.all().size());
        for (std::size_t i = 0; i < answers[0].response.headers.all().size(); ++i)
            EXPECT_EQ(answer.response.headers.all()[i].value,
                      answers[0].response.headers.all()[i].value);
        EXPECT_EQ(answer.delay, AccountService::kSignInDelay);
    }
    const Answer right = sign_in(office, signing_in("anna@example.org", api::Credential::password,
                                                    office.anna.password_auth));
    EXPECT_EQ(right.delay, AccountService::kSignInDelay);
}

TEST(guessing_is_limited_by_account_known_or_not) {
    Settings settings;
    settings.sign_in_address = {1000, 1000};
    settings.sign_in_account = {0.1, 3};
    Office office(settings);
    const Secret<32> wrong(Bytes(32, 5));
    for (const std::string email : {"anna@example.org", "nobody@example.org"}) {
        for (int i = 0; i < 3; ++i)
            EXPECT_ERROR(
                error_of(
                    sign_in(office, signing_in(email, api::Credential::password, wrong)).response),
                errors::sign_in_refused);
        EXPECT_ERROR(
            error_of(sign_in(office, signing_in(email, api::Credential::password, wrong)).response),
            errors::rate_limited);
    }
}

TEST(guessing_is_limited_by_address) {
    Settings settings;
    settings.sign_in_address = {0.1, 2};
    Office office(settings);
    const Secret<32> wrong(Bytes(32, 5));
    int refused = 0;
    for (int i = 0; i < 5; ++i) {
        const auto answer = sign_in(office, signing_in(std::to_string(i) + "@example.org",
                                                       api::Credential::password, wrong));
        refused += api::check(answer.response).error().is(errors::rate_limited) ? 1 : 0;
    }
    EXPECT_EQ(refused, 3);
}

TEST(a_kit_is_replaced_by_what_the_log_names_only) {
    Office office;
    Person bernd = office.join("bernd@example.org");
    api::KitDeposit deposit = office.anna.deposit;
    deposit.password_auth_hash = sha256(as_bytes("new"));
    EXPECT_OK(error_of(office.post(office.anna.device, "/v1/kit", deposit)));
    EXPECT_ERROR(error_of(office.post(bernd.device, "/v1/kit", deposit)), errors::material_wrong);
    deposit.password_blob[0] ^= 1;
    EXPECT_ERROR(error_of(office.post(office.anna.device, "/v1/kit", deposit)),
                 errors::material_wrong);
    deposit = office.anna.deposit;
    deposit.recovery_blob[0] ^= 1;
    EXPECT_ERROR(error_of(office.post(office.anna.device, "/v1/kit", deposit)),
                 errors::material_wrong);
}

TEST(a_resealed_kit_comes_with_its_entry) {
    Office office;
    api::Append append;
    append.kit = office.anna.deposit;
    append.kit->password_blob = office.object(300);
    const directory::KitResealed resealed{office.anna.id, sha256(append.kit->password_blob),
                                          sha256(append.kit->recovery_blob), 1};
    append.entries = office.append_of(resealed, {&office.anna.kit.signing}).entries;
    EXPECT_OK(error_of(office.post(office.anna.kit, "/v1/log/entries", append)));
    const auto blob = message_of<api::KitBlob>(
        sign_in(office, signing_in("anna@example.org", api::Credential::password,
                                   office.anna.password_auth))
            .response);
    REQUIRE_OK(blob);
    EXPECT(blob->blob == append.kit->password_blob);
}

TEST(openings_are_for_members) {
    Office office;
    Person bernd = office.join("Bernd@example.org");
    EXPECT_ERROR(error_of(office.get_open("/v1/openings")), errors::signature_missing);
    const auto page = message_of<api::Openings>(office.get(bernd.device, "/v1/openings"));
    REQUIRE_OK(page);
    EXPECT_EQ(page->openings.size(), 2U);
    EXPECT(!page->more);
    const UserId second = page->openings[1].user;
    const auto rest =
        message_of<api::Openings>(office.get(bernd.device, "/v1/openings?from=" + second.hex()));
    REQUIRE_OK(rest);
    EXPECT_EQ(rest->openings.size(), 1U);
}

TEST(linking_is_a_mailbox_with_one_answer) {
    Office office;
    api::LinkingOffer offer;
    offer.offer = office.object(1500);
    offer.id = api::LinkingId::truncated(sha256(offer.offer).view());
    const std::string path = "/v1/linking/" + offer.id.hex();
    EXPECT_ERROR(error_of(office.get_open(path)), errors::not_there);
    EXPECT_OK(error_of(office.post_open("/v1/linking", encode(offer))));
    EXPECT_OK(error_of(office.post_open("/v1/linking", encode(offer))));
    const api::LinkingAnswer answer{office.object(400)};
    EXPECT_ERROR(error_of(office.post_open(path + "/answer", encode(answer))),
                 errors::signature_missing);
    EXPECT_OK(error_of(office.post(office.anna.device, path + "/answer", answer)));
    EXPECT_OK(error_of(office.post(office.anna.device, path + "/answer", answer)));
    EXPECT_ERROR(
        error_of(office.post(office.anna.device, path + "/answer", api::LinkingAnswer{Bytes(3)})),
        errors::material_wrong);
    const auto state = message_of<api::LinkingState>(office.get_open(path));
    REQUIRE_OK(state);
    EXPECT(state->offer == offer.offer && state->answer == answer.answer);
    office.clock.time += AccountService::kLinkingTime + 1;
    EXPECT_ERROR(error_of(office.get_open(path)), errors::not_there);
}

TEST(an_offer_has_its_own_id) {
    Office office;
    api::LinkingOffer offer;
    offer.offer = office.object(100);
    offer.id = api::LinkingId::from(Bytes(16, 1));
    EXPECT_ERROR(error_of(office.post_open("/v1/linking", encode(offer))), errors::material_wrong);
}

}  // namespace
}  // namespace obhut::services::testing
