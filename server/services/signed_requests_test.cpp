// Who may ask: the hostile side of signed requests (SR-27), limits, and what strangers get.
#include "protocols/api/errors.h"
#include "server/services/testing/office.h"

namespace obhut::services::testing {
namespace {

constexpr const char* kSigned = "/v1/spaces";

TEST(an_active_device_is_served) {
    Office office;
    EXPECT_OK(error_of(office.get(office.anna.device, kSigned)));
    EXPECT_OK(error_of(office.get(office.anna.kit, kSigned)));
}

TEST(unsigned_requests_are_refused_where_a_device_is_needed) {
    Office office;
    EXPECT_ERROR(error_of(office.get_open(kSigned)), errors::signature_missing);
    EXPECT_ERROR(error_of(office.post_open("/v1/log/entries", {})), errors::signature_missing);
}

TEST(a_request_is_taken_once) {
    Office office;
    const http::Request request =
        office.signed_request(office.anna.device, http::Method::get, kSigned);
    EXPECT_OK(error_of(office.send(request)));
    EXPECT_ERROR(error_of(office.send(request)), errors::nonce_used);
    office.clock.time += 3 * kMinute;
    const http::Response late = office.send(request);
    EXPECT_ERROR(error_of(late), errors::clock_skew);
    EXPECT_EQ(late.headers.find(api::kTimeHeader).value_or(""), std::to_string(office.clock.time));
}

TEST(unknown_devices_and_other_organisations_are_refused) {
    Office office;
    api::Append unused;
    const TestDevice stranger = office.device(unused);
    EXPECT_ERROR(error_of(office.get(stranger, kSigned)), errors::device_refused);

    http::Request request;
    request.path = kSigned;
    const http::SignatureInput input{http::Covered::body, office.clock.now() / kSecond,
                                     office.entropy.id<http::Nonce>(), office.anna.device.id(),
                                     OrgId::from(Bytes(16, 9))};
    EXPECT_OK(http::sign_request(request, office.anna.device.request, input));
    EXPECT_ERROR(error_of(office.send(request)), errors::signature_purpose);
}

TEST(the_key_that_signs_records_signs_no_requests) {
    Office office;
    TestDevice confused;
    confused.keys = office.anna.device.keys;
    confused.request = RequestKey(office.anna.device.signing.expose());
    EXPECT_ERROR(error_of(office.get(confused, kSigned)), errors::signature_wrong);
}

TEST(a_revoked_device_is_refused_from_the_next_request_on) {
    Office office;
    Person bernd = office.join("bernd@example.org");
    EXPECT_OK(error_of(office.get(bernd.device, kSigned)));
    const api::Append revoking = office.append_of(
        directory::DeviceRevoked{bernd.id, bernd.device.id(), {}, {}}, {&bernd.kit.signing});
    EXPECT_OK(error_of(office.post(bernd.kit, "/v1/log/entries", revoking)));
    EXPECT_ERROR(error_of(office.get(bernd.device, kSigned)), errors::device_refused);
    EXPECT_OK(error_of(office.get(bernd.kit, kSigned)));
}

TEST(a_disabled_person_is_refused) {
    Office office;
    Person bernd = office.join("bernd@example.org");
    const api::Append disabling =
        office.append_of(directory::UserDisabled{bernd.id, {}}, {&office.anna.device.signing});
    EXPECT_OK(error_of(office.post(office.anna.device, "/v1/log/entries", disabling)));
    EXPECT_ERROR(error_of(office.get(bernd.device, kSigned)), errors::device_refused);
}

TEST(a_body_that_was_exchanged_is_refused) {
    Office office;
    http::Request request =
        office.signed_request(office.anna.device, http::Method::post, "/v1/generations/get",
                              encode(api::GenerationWanted{}));
    request.body[1] ^= 1;
    EXPECT_ERROR(error_of(office.send(request)), errors::digest_wrong);
    // A list digest counts for uploads alone.
    http::Request list =
        office.signed_request(office.anna.device, http::Method::post, "/v1/generations/get",
                              {0, 0, 0, 0}, http::Covered::list);
    EXPECT_ERROR(error_of(office.send(list)), errors::signature_components);
}

TEST(admission_needs_no_body) {
    Office office;
    http::Request request =
        office.signed_request(office.anna.device, http::Method::post, "/v1/generations/get",
                              encode(api::GenerationWanted{}));
    http::Request head = request;
    head.body.clear();
    const auto admitted = office.service->admit(head, {"192.0.2.1", false});
    REQUIRE_OK(admitted);
    EXPECT_ERROR(error_of(office.service->handle(*admitted, request).response), errors::not_there);
    // The digest is judged with the body, whatever was admitted.
    EXPECT_ERROR(error_of(office.service->handle(*admitted, head).response), errors::digest_wrong);
}

TEST(limits_hold_by_address_and_by_device) {
    Settings settings;
    settings.open = {1, 5};
    settings.device = {1, 3};
    Office office(settings);
    for (int i = 0; i < 3; ++i) EXPECT_OK(error_of(office.get(office.anna.device, kSigned)));
    const http::Response refused = office.get(office.anna.device, kSigned);
    EXPECT_ERROR(error_of(refused), errors::rate_limited);
    EXPECT_EQ(refused.headers.find("retry-after").value_or(""), "1");
    int answered = 0;
    for (int i = 0; i < 10; ++i) answered += error_of(office.get_open("/v1/server")) ? 1 : 0;
    EXPECT(answered <= 5);
    http::Request request;
    request.path = "/v1/server";
    EXPECT_OK(error_of(office.service->answer(request, {"192.0.2.7", false}).response));
    Settings wider;
    wider.device = {100, 100};
    office.service->apply(wider);
    office.clock.time += kSecond;
    EXPECT_OK(error_of(office.get(office.anna.device, kSigned)));
}

// Somebody who only claims to be a device must not use up its limit.
TEST(forged_signatures_do_not_count_against_the_device) {
    Settings settings;
    settings.device = {1, 2};
    Office office(settings);
    TestDevice forger;
    forger.keys = office.anna.device.keys;
    forger.request = RequestKey(Bytes(32, 1));
    for (int i = 0; i < 10; ++i)
        EXPECT_ERROR(error_of(office.get(forger, kSigned)), errors::signature_wrong);
    EXPECT_OK(error_of(office.get(office.anna.device, kSigned)));
}

// A town hall has one address: who signs follows the log as a device.
TEST(who_signs_reads_the_log_as_a_device) {
    constexpr const char* kLog = "/v1/log/entries?from=0";
    Settings settings;
    settings.open = {1, 3};
    settings.device = {1, 3};
    Office office(settings);
    while (error_of(office.get_open("/v1/server"))) continue;  // the address has used up its own
    EXPECT_ERROR(error_of(office.get_open(kLog)), errors::rate_limited);
    for (int i = 0; i < 3; ++i) EXPECT_OK(error_of(office.get(office.anna.device, kLog)));
    EXPECT_ERROR(error_of(office.get(office.anna.device, kLog)), errors::rate_limited);
    // Signing is no way around the limit for whoever may not sign, and takes nothing from others.
    TestDevice forger;
    forger.keys = office.anna.device.keys;
    forger.request = RequestKey(Bytes(32, 1));
    EXPECT_ERROR(error_of(office.get(forger, kLog)), errors::rate_limited);
    EXPECT_ERROR(error_of(office.get(office.anna.device, "/v1/server")), errors::rate_limited);
    office.clock.time += kMinute;
    EXPECT_OK(error_of(office.get(forger, kLog)));  // as a stranger, to whom the log is open too
}

TEST(oversized_bodies_are_refused) {
    Office office;
    EXPECT_ERROR(error_of(office.post_open("/v1/sign-in", Bytes(5000))), errors::http_too_large);
    EXPECT_ERROR(error_of(office.post_open("/v1/join", Bytes(200000))), errors::http_too_large);
    EXPECT_ERROR(error_of(office.post_open("/v1/join", Bytes(1000))), errors::http_malformed);
}

TEST(before_there_is_an_organisation_nobody_is_known) {
    Office office({}, false);
    EXPECT_ERROR(error_of(office.get_open("/v1/log/checkpoint")), errors::no_organisation);
    EXPECT_ERROR(error_of(office.get_open("/v1/log/entries?from=0")), errors::no_organisation);
    EXPECT_ERROR(error_of(office.get_open(kSigned)), errors::no_organisation);
    const auto info = message_of<api::ServerInfo>(office.get_open("/v1/server"));
    REQUIRE_OK(info);
    EXPECT(!info->org);
}

}  // namespace
}  // namespace obhut::services::testing
