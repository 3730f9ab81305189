// Byte strings: owned (Bytes), viewed (ByteView, parameters only), and the few operations everybody
// needs.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace obhut {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
using MutableByteView = std::span<std::uint8_t>;

// as_bytes views the bytes of a text.
inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// as_text views bytes as text; it does not check the encoding.
inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }
inline Bytes to_bytes(std::string_view text) { return to_bytes(as_bytes(text)); }

inline void append(Bytes& out, ByteView more) { out.insert(out.end(), more.begin(), more.end()); }

// equal compares in time that depends on the contents: for public values only.
inline bool equal(ByteView a, ByteView b) {
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

inline void append_be32(Bytes& out, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(value >> shift));
}

inline void append_be64(Bytes& out, std::uint64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t read_be32(ByteView four_bytes);
std::uint64_t read_be64(ByteView eight_bytes);

// to_hex writes lower-case hexadecimal.
std::string to_hex(ByteView bytes);
// from_hex reads hexadecimal of either case. Errors: invalid_encoding.
Result<Bytes> from_hex(std::string_view text);

// to_base32 writes RFC 4648 base32 in lower case without padding; what people type and read aloud.
std::string to_base32(ByteView bytes);
// from_base32 reads to_base32's output, ignoring case, spaces and hyphens. Errors: invalid_encoding
// (also when the unused bits of the last character are set: one value, one text).
Result<Bytes> from_base32(std::string_view text);

// to_base64 / from_base64: RFC 4648 §4 with padding. Errors: invalid_encoding.
std::string to_base64(ByteView bytes);
Result<Bytes> from_base64(std::string_view text);

// is_utf8 tells whether the bytes are valid UTF-8 (no surrogates, no overlong forms; RFC 3629).
bool is_utf8(ByteView bytes);

}  // namespace obhut
