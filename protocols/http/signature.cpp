#include "protocols/http/signature.h"

#include <charconv>

#include "core/base/verify.h"
#include "protocols/http/errors.h"

namespace obhut::http {

namespace {

constexpr std::string_view kInputHeader = "signature-input";
constexpr std::string_view kSignatureHeader = "signature";
constexpr std::string_view kName = "obhut=";
constexpr std::string_view kTag = "obhut/v1/";
constexpr std::size_t kMaxInput = 512;
constexpr std::size_t kSignatureBase64 = 88;  // of 64 bytes

std::string_view digest_header(Covered covered) {
    return covered == Covered::body ? kContentDigest : kListDigest;
}

std::string components(Covered covered) {
    return R"(("@method" "@path" "@query" ")" + std::string(digest_header(covered)) + R"("))";
}

// The value of @signature-params and, after the name, of signature-input.
std::string parameters(const SignatureInput& input) {
    return components(input.covered) + ";created=" + std::to_string(input.created) + R"(;nonce=")" +
           input.nonce.hex() + R"(";keyid=")" + input.device.hex() + R"(";tag=")" +
           std::string(kTag) + input.org.hex() + R"(")";
}

// Cursor takes a text apart from the front.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    bool literal(std::string_view expected) {
        if (!rest_.starts_with(expected)) return false;
        rest_.remove_prefix(expected.size());
        return true;
    }

    // number reads decimal digits without leading zeros.
    bool number(std::uint64_t& value) {
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        const auto length = static_cast<std::size_t>(end - rest_.data());
        if (error != std::errc{} || (rest_[0] == '0' && length > 1)) return false;
        rest_.remove_prefix(length);
        return true;
    }

    // id reads lower-case hexadecimal and the closing quote.
    template <class Id>
    bool id(Id& value) {
        const std::string_view text = rest_.substr(0, 2 * Id::kSize);
        const auto bytes = from_hex(text);
        if (!bytes || bytes->size() != Id::kSize || to_hex(*bytes) != text) return false;
        value = Id::from(*bytes);
        rest_.remove_prefix(text.size());
        return literal("\"");
    }

    bool at_end() const { return rest_.empty(); }

private:
    std::string_view rest_;
};

Result<SignatureInput> parse_input(std::string_view text, Covered covered) {
    if (text.size() > kMaxInput) return fail(errors::signature_malformed);
    Cursor cursor(text);
    if (!cursor.literal(kName)) return fail(errors::signature_malformed);
    VERIFY("SR-27/request-components", cursor.literal(components(covered)),
           errors::signature_components);
    SignatureInput input;
    input.covered = covered;
    const bool well_formed = cursor.literal(";created=") && cursor.number(input.created) &&
                             cursor.literal(";nonce=\"") && cursor.id(input.nonce) &&
                             cursor.literal(";keyid=\"") && cursor.id(input.device) &&
                             cursor.literal(";tag=\"obhut/v1/") && cursor.id(input.org) &&
                             cursor.at_end();
    if (!well_formed) return fail(errors::signature_malformed);
    return input;
}

Result<Signature> parse_value(std::string_view text) {
    Cursor cursor(text);
    if (text.size() != kName.size() + 2 + kSignatureBase64 || !cursor.literal(kName) ||
        !cursor.literal(":") || !text.ends_with(':'))
        return fail(errors::signature_malformed);
    const auto bytes = from_base64(text.substr(kName.size() + 1, kSignatureBase64));
    if (!bytes || bytes->size() != Signature::kSize) return fail(errors::signature_malformed);
    return Signature::from(*bytes);
}

Result<Hash> digest_of(const Request& request, Covered covered) {
    if (covered == Covered::body) return sha256(request.body);
    return sha256(TRY(list_head(request.body)));
}

}  // namespace

std::string signature_base(const Request& request, const SignatureInput& input,
                           const Hash& digest) {
    std::string base;
    base += "\"@method\": " + std::string(name_of(request.method)) + "\n";
    base += "\"@path\": " + request.path + "\n";
    base += "\"@query\": ?" + request.query + "\n";
    base +=
        "\"" + std::string(digest_header(input.covered)) + "\": " + encode_digest(digest) + "\n";
    base += "\"@signature-params\": " + parameters(input);
    return base;
}

Result<> sign_request(Request& request, const RequestKey& key, const SignatureInput& input) {
    const Hash digest = TRY(digest_of(request, input.covered));
    const Signature signature =
        obhut::sign_request(key, as_bytes(signature_base(request, input, digest)));
    request.headers.set(digest_header(input.covered), encode_digest(digest));
    request.headers.set(kInputHeader, std::string(kName) + parameters(input));
    request.headers.set(kSignatureHeader,
                        std::string(kName) + ":" + to_base64(signature.view()) + ":");
    return {};
}

Result<SignedInput> parse_signature(const Request& request, Covered covered) {
    const auto input = request.headers.find(kInputHeader);
    const auto signature = request.headers.find(kSignatureHeader);
    if (!input || !signature) return fail(errors::signature_missing);
    SignedInput result;
    result.input = TRY(parse_input(*input, covered));
    result.signature = TRY(parse_value(*signature));
    const auto digest = request.headers.find(digest_header(covered));
    if (!digest) return fail(errors::signature_malformed);
    result.digest = TRY(parse_digest(*digest));
    return result;
}

Result<> verify_head(const Request& request, const SignedInput& received,
                     const RequestPublicKey& key, const OrgId& org) {
    VERIFY("SR-27/request-organisation", received.input.org == org, errors::signature_purpose);
    const std::string base = signature_base(request, received.input, received.digest);
    const bool signed_by_key = verify_request(key, as_bytes(base), received.signature).has_value();
    VERIFY("SR-27/request-signed-by-device", signed_by_key, errors::signature_wrong);
    return {};
}

Result<> verify_digest(const Request& request, const SignedInput& received) {
    const Hash actual = TRY(digest_of(request, received.input.covered));
    VERIFY("SR-27/request-digest", actual == received.digest, errors::digest_wrong);
    return {};
}

Result<> verify_signature(const Request& request, const SignedInput& received,
                          const RequestPublicKey& key, const OrgId& org) {
    TRY(verify_head(request, received, key, org));
    return verify_digest(request, received);
}

}  // namespace obhut::http
