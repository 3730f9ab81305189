#include "client/kit/typed_text.h"

#include "core/crypto/hash.h"

namespace obhut::client {
namespace {

constexpr std::size_t kChecksum = 4;

Bytes checksum(std::string_view prefix, ByteView versioned) {
    Sha256 hash;
    hash.update(as_bytes(prefix));
    hash.update(versioned);
    const Hash full = hash.finish();
    return to_bytes(full.view().first(kChecksum));
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string write_typed(std::string_view prefix, std::uint8_t version, ByteView body,
                        std::size_t group) {
    Bytes bytes{version};
    append(bytes, body);
    append(bytes, checksum(prefix, bytes));
    const std::string letters = to_base32(bytes);
    std::string text(prefix);
    if (group == 0) return text + "-" + letters;
    for (std::size_t at = 0; at < letters.size(); at += group)
        text += "-" + letters.substr(at, group);
    return text;
}

Result<Bytes> read_typed(std::string_view prefix, std::uint8_t version, std::string_view text,
                         std::size_t max_body) {
    // Room for hyphens and spaces between all letters, and no more.
    if (text.size() > 4 * (prefix.size() + max_body + 16)) return fail(errors::text_damaged);
    std::string letters;
    for (const char c : text)
        if (!is_space(c)) letters.push_back(lower(c));
    const std::string start = std::string(prefix) + "-";
    if (!letters.starts_with(start)) return fail(errors::text_foreign);
    const auto bytes = from_base32(std::string_view(letters).substr(start.size()));
    if (!bytes || bytes->size() < 1 + kChecksum || bytes->size() > 1 + max_body + kChecksum)
        return fail(errors::text_damaged);
    const ByteView versioned = ByteView(*bytes).first(bytes->size() - kChecksum);
    if (!equal(checksum(prefix, versioned), ByteView(*bytes).last(kChecksum)))
        return fail(errors::text_damaged);
    if (versioned[0] != version) return fail(errors::text_version);
    return to_bytes(versioned.subspan(1));
}

}  // namespace obhut::client
