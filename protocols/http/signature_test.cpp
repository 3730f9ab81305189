// Signed requests: RFC vectors, round trips, and everything a hostile sender might change (SR-27).
#include "protocols/http/signature.h"

#include "protocols/http/errors.h"
#include "tests/support/test.h"

namespace obhut::http {
namespace {

RequestKey test_key() { return RequestKey(Bytes(32, 7)); }
const OrgId kOrg = OrgId::from(Bytes(16, 0xA1));

SignatureInput test_input(Covered covered = Covered::body) {
    return {covered, 1700000000, Nonce::from(Bytes(16, 0x11)), DeviceId::from(Bytes(16, 0xD1)),
            kOrg};
}

Request test_request() {
    Request request;
    request.method = Method::post;
    request.path = "/v1/log/entries";
    request.query = "from=3";
    request.body = to_bytes("body");
    return request;
}

Request signed_request(Request request = test_request(),
                       const SignatureInput& input = test_input()) {
    EXPECT_OK(sign_request(request, test_key(), input));
    return request;
}

Result<> judge(const Request& request, Covered covered = Covered::body, const OrgId& org = kOrg) {
    const SignedInput received = TRY(parse_signature(request, covered));
    return verify_signature(request, received, test_key().public_key(), org);
}

// RFC 9421 appendix B.2.6: our Ed25519 verifies the RFC's own example.
TEST(rfc9421_ed25519_example_verifies) {
    const auto key = from_base64("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=");
    const auto signature = from_base64(
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==");
    REQUIRE_OK(key);
    REQUIRE_OK(signature);
    const std::string base =
        "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
        "\"@method\": POST\n"
        "\"@path\": /foo\n"
        "\"@authority\": example.com\n"
        "\"content-type\": application/json\n"
        "\"content-length\": 18\n"
        "\"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" "
        "\"content-length\");created=1618884473;keyid=\"test-key-ed25519\"";
    EXPECT_OK(
        verify_request(RequestPublicKey::from(*key), as_bytes(base), Signature::from(*signature)));
}

// RFC 9530 appendix B.1.
TEST(rfc9530_digest_example) {
    EXPECT_EQ(encode_digest(sha256(as_bytes("{\"hello\": \"world\"}\n"))),
              "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
}

TEST(signature_base_is_the_documented_text) {
    const Request request = test_request();
    EXPECT_EQ(signature_base(request, test_input(), sha256(request.body)),
              "\"@method\": POST\n"
              "\"@path\": /v1/log/entries\n"
              "\"@query\": ?from=3\n"
              "\"content-digest\": sha-256=:Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU=:\n"
              "\"@signature-params\": (\"@method\" \"@path\" \"@query\" \"content-digest\");"
              "created=1700000000;nonce=\"11111111111111111111111111111111\";"
              "keyid=\"d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1\";"
              "tag=\"obhut/v1/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1\"");
}

TEST(signed_request_verifies) {
    EXPECT_OK(judge(signed_request()));
    const auto parsed = parse_signature(signed_request(), Covered::body);
    REQUIRE_OK(parsed);
    EXPECT_EQ(parsed->input.created, 1700000000U);
    EXPECT_EQ(parsed->input.nonce, test_input().nonce);
    EXPECT_EQ(parsed->input.device, test_input().device);
    Request empty;
    empty.path = "/v1/spaces";
    EXPECT_OK(judge(signed_request(empty)));
}

TEST(list_digest_covers_the_head_only) {
    Request request = test_request();
    request.body = {0, 0, 0, 2, 'h', 'd', 'x', 'y'};
    request = signed_request(request, test_input(Covered::list));
    EXPECT_OK(judge(request, Covered::list));
    Request other_objects = request;
    other_objects.body.back() = 'z';  // the ids in the head decide about the objects
    EXPECT_OK(judge(other_objects, Covered::list));
    Request other_head = request;
    other_head.body[4] = 'H';
    EXPECT_ERROR(judge(other_head, Covered::list), errors::digest_wrong);
    Request no_head = request;
    no_head.body = {0, 0, 0, 9, 'h'};
    EXPECT_ERROR(judge(no_head, Covered::list), errors::http_malformed);
    EXPECT_ERROR(judge(request, Covered::body), errors::signature_components);
    EXPECT_ERROR(judge(signed_request(), Covered::list), errors::signature_components);
}

TEST(changed_requests_are_refused) {
    Request request = signed_request();
    request.method = Method::get;
    EXPECT_ERROR(judge(request), errors::signature_wrong);
    request = signed_request();
    request.path = "/v1/kit";
    EXPECT_ERROR(judge(request), errors::signature_wrong);
    request = signed_request();
    request.query = "";
    EXPECT_ERROR(judge(request), errors::signature_wrong);
    request = signed_request();
    request.body[0] ^= 1;
    EXPECT_ERROR(judge(request), errors::digest_wrong);
    request = signed_request();
    request.headers.set(kContentDigest, encode_digest(sha256(as_bytes("other"))));
    EXPECT_ERROR(judge(request), errors::signature_wrong);
}

TEST(signatures_for_another_organisation_are_refused) {
    EXPECT_ERROR(judge(signed_request(), Covered::body, OrgId::from(Bytes(16, 0xA2))),
                 errors::signature_purpose);
}

void check_parameter_change(std::string_view from, std::string_view to, Code expected) {
    Request request = signed_request();
    std::string input(*request.headers.find("signature-input"));
    const std::size_t at = input.find(from);
    REQUIRE(at != std::string::npos);
    input.replace(at, from.size(), to);
    request.headers.set("signature-input", input);
    EXPECT_ERROR(judge(request), expected);
}

TEST(changed_parameters_are_refused) {
    check_parameter_change("created=1700000000", "created=1700000001", errors::signature_wrong);
    check_parameter_change("nonce=\"1", "nonce=\"2", errors::signature_wrong);
    check_parameter_change("keyid=\"d", "keyid=\"e", errors::signature_wrong);
    check_parameter_change("obhut/v1/a", "obhut/v1/b", errors::signature_purpose);
    check_parameter_change("obhut/v1/a", "obhut/v2/a", errors::signature_malformed);
    check_parameter_change("created=1", "created=01", errors::signature_malformed);
    check_parameter_change("created=1", "created=-1", errors::signature_malformed);
    check_parameter_change("created=1", "created=99999999999999999999",
                           errors::signature_malformed);
    check_parameter_change("keyid=\"d", "keyid=\"D", errors::signature_malformed);
    check_parameter_change("nonce=\"11", "nonce=\"", errors::signature_malformed);
    check_parameter_change(" \"@query\"", "", errors::signature_components);
    check_parameter_change(" \"content-digest\"", "", errors::signature_components);
    check_parameter_change("\"@method\" \"@path\"", "\"@path\" \"@method\"",
                           errors::signature_components);
    check_parameter_change("obhut=(", "other=(", errors::signature_malformed);
    check_parameter_change(";tag", ";alg=\"ed25519\";tag", errors::signature_malformed);
}

TEST(missing_repeated_and_broken_headers_are_refused) {
    EXPECT_ERROR(judge(test_request()), errors::signature_missing);
    Request request = signed_request();
    request.headers.erase("signature");
    EXPECT_ERROR(judge(request), errors::signature_missing);
    request = signed_request();
    request.headers.add("signature", std::string(*request.headers.find("signature")));
    EXPECT_ERROR(judge(request), errors::signature_missing);
    request = signed_request();
    request.headers.erase(kContentDigest);
    EXPECT_ERROR(judge(request), errors::signature_malformed);
    for (const std::string value : {"", "obhut=::", "obhut=:AAAA:", "sha-256=:AAAA:"}) {
        request = signed_request();
        request.headers.set("signature", value);
        EXPECT_ERROR(judge(request), errors::signature_malformed);
        request = signed_request();
        request.headers.set(kContentDigest, value);
        EXPECT_ERROR(judge(request), errors::signature_malformed);
    }
    request = signed_request();
    request.headers.set("signature-input", std::string(600, 'a'));
    EXPECT_ERROR(judge(request), errors::signature_malformed);
}

TEST(another_key_does_not_verify) {
    const Request request = signed_request();
    const auto received = parse_signature(request, Covered::body);
    REQUIRE_OK(received);
    const RequestKey other(Bytes(32, 8));
    EXPECT_ERROR(verify_signature(request, *received, other.public_key(), kOrg),
                 errors::signature_wrong);
}

}  // namespace
}  // namespace obhut::http
