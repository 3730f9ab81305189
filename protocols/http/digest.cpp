#include "protocols/http/digest.h"

#include "protocols/http/errors.h"

namespace obhut::http {

namespace {
constexpr std::string_view kPrefix = "sha-256=:";
constexpr std::size_t kBase64Length = 44;  // of 32 bytes
}  // namespace

std::string encode_digest(const Hash& hash) {
    return std::string(kPrefix) + to_base64(hash.view()) + ":";
}

Result<Hash> parse_digest(std::string_view value) {
    if (value.size() != kPrefix.size() + kBase64Length + 1 || !value.starts_with(kPrefix) ||
        value.back() != ':')
        return fail(errors::signature_malformed);
    const auto bytes = from_base64(value.substr(kPrefix.size(), kBase64Length));
    if (!bytes || bytes->size() != Hash::kSize) return fail(errors::signature_malformed);
    return Hash::from(*bytes);
}

Result<ByteView> list_head(ByteView body) {
    if (body.size() < 4) return fail(errors::http_malformed);
    const std::uint32_t length = read_be32(body.first(4));
    if (length > body.size() - 4) return fail(errors::http_malformed);
    return body.subspan(4, length);
}

}  // namespace obhut::http
