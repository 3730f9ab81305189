// Digest fields (RFC 9530), SHA-256 only: `sha-256=:<base64>:`.
//
// `content-digest` covers a body. `obhut-list-digest` covers the head of an object batch, the list
// of ids and lengths: each id is the hash of its object and is checked on arrival, so the bytes
// need no pass of their own. Format: docs/protocol/http.md §4.
#pragma once

#include "core/crypto/hash.h"
#include "protocols/http/message.h"

namespace obhut::http {

inline constexpr std::string_view kContentDigest = "content-digest";
inline constexpr std::string_view kListDigest = "obhut-list-digest";

std::string encode_digest(const Hash& hash);
// parse_digest takes exactly what encode_digest writes. Errors: signature_malformed.
Result<Hash> parse_digest(std::string_view value);

// list_head is the head of a batch body: length(4) ‖ head ‖ objects. Errors: http_malformed.
Result<ByteView> list_head(ByteView body);

}  // namespace obhut::http
