#include "core/base/bytes.h"

#include "core/base/check.h"
#include "core/base/errors.h"

namespace obhut {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kBase32Digits = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kBase64Digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string encode_bits(ByteView bytes, unsigned bits, std::string_view digits) {
    std::string text;
    text.reserve((bytes.size() * 8 + bits - 1) / bits);
    std::uint32_t window = 0;
    unsigned held = 0;
    const std::uint32_t mask = (1U << bits) - 1;
    for (const std::uint8_t byte : bytes) {
        window = (window << 8) | byte;
        held += 8;
        while (held >= bits) {
            held -= bits;
            text.push_back(digits[(window >> held) & mask]);
        }
    }
    if (held > 0) text.push_back(digits[(window << (bits - held)) & mask]);
    return text;
}

// Adds digits of `bits` bits to bytes. Fails if bits that belong to no byte are set.
class BitDecoder {
public:
    BitDecoder(unsigned bits, std::string_view digits) : bits_(bits), digits_(digits) {}

    bool push(char c) {
        const auto value = digits_.find(c);
        if (value == std::string_view::npos) return false;
        window_ = (window_ << bits_) | static_cast<std::uint32_t>(value);
        held_ += bits_;
        if (held_ >= 8) {
            held_ -= 8;
            out_.push_back(static_cast<std::uint8_t>(window_ >> held_));
        }
        return true;
    }

    Result<Bytes> finish() {
        if (held_ >= bits_ || (window_ & ((1U << held_) - 1)) != 0)
            return fail(errors::invalid_encoding);
        return std::move(out_);
    }

private:
    unsigned bits_;
    std::string_view digits_;
    std::uint32_t window_ = 0;
    unsigned held_ = 0;
    Bytes out_;
};

}  // namespace

std::uint32_t read_be32(ByteView four_bytes) {
    CHECK(four_bytes.size() == 4);
    std::uint32_t value = 0;
    for (const std::uint8_t byte : four_bytes) value = (value << 8) | byte;
    return value;
}

std::uint64_t read_be64(ByteView eight_bytes) {
    CHECK(eight_bytes.size() == 8);
    std::uint64_t value = 0;
    for (const std::uint8_t byte : eight_bytes) value = (value << 8) | byte;
    return value;
}

std::string to_hex(ByteView bytes) { return encode_bits(bytes, 4, kHexDigits); }

Result<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return fail(errors::invalid_encoding);
    BitDecoder decoder(4, kHexDigits);
    for (const char c : text)
        if (!decoder.push(lower(c))) return fail(errors::invalid_encoding);
    return decoder.finish();
}

std::string to_base32(ByteView bytes) { return encode_bits(bytes, 5, kBase32Digits); }

Result<Bytes> from_base32(std::string_view text) {
    BitDecoder decoder(5, kBase32Digits);
    for (const char c : text) {
        if (c == ' ' || c == '-') continue;
        if (!decoder.push(lower(c))) return fail(errors::invalid_encoding);
    }
    return decoder.finish();
}

std::string to_base64(ByteView bytes) {
    std::string text = encode_bits(bytes, 6, kBase64Digits);
    while (text.size() % 4 != 0) text.push_back('=');
    return text;
}

Result<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return fail(errors::invalid_encoding);
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    BitDecoder decoder(6, kBase64Digits);
    for (const char c : text)
        if (!decoder.push(c)) return fail(errors::invalid_encoding);
    return decoder.finish();
}

bool is_utf8(ByteView bytes) {
    std::size_t i = 0;
    while (i < bytes.size()) {
        const std::uint8_t lead = bytes[i];
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4 || i + length > bytes.size()) return false;
        std::uint32_t point = lead & (0x7FU >> length);
        for (std::size_t k = 1; k < length; ++k) {
            if ((bytes[i + k] & 0xC0) != 0x80) return false;
            point = (point << 6) | (bytes[i + k] & 0x3FU);
        }
        const std::uint32_t smallest = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80;
        if (point < smallest || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
            return false;
        i += length;
    }
    return true;
}

}  // namespace obhut
