// Texts that people copy, type and scan: a prefix that says what it is, base32 in groups, and a
// checksum.
//
//     text = prefix "-" base32(version(1) ‖ body ‖ checksum(4))      checksum = SHA-256(prefix ‖
//     version ‖ body)[0..4]
//
// Case, spaces, line ends and hyphens between groups do not matter; everything else does: one value
// has one text, and a mistyped character is noticed (2^-32). The checksum protects against
// accidents, not against people. Format: docs/protocol/kit.md §1.
#pragma once

#include <string>

#include "client/errors.h"
#include "core/base/bytes.h"

namespace obhut::client {

// write_typed gives the text in groups of `group` characters (0: none) joined by hyphens.
std::string write_typed(std::string_view prefix, std::uint8_t version, ByteView body,
                        std::size_t group);

// read_typed gives the body. Errors: text_foreign (another prefix), text_version, text_damaged.
// `max_body` bytes at most.
Result<Bytes> read_typed(std::string_view prefix, std::uint8_t version, std::string_view text,
                         std::size_t max_body);

}  // namespace obhut::client
