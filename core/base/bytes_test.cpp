#include "core/base/bytes.h"

#include "core/base/errors.h"
#include "tests/support/test.h"

namespace obhut {

TEST(hex_round_trip) {
    const Bytes bytes{0x00, 0x0F, 0xF0, 0xFF};
    EXPECT_EQ(to_hex(bytes), std::string("000ff0ff"));
    EXPECT(from_hex("000FF0ff") == bytes);
    EXPECT_ERROR(from_hex("0"), errors::invalid_encoding);
    EXPECT_ERROR(from_hex("0g"), errors::invalid_encoding);
}

TEST(base32_is_rfc4648_in_lower_case) {
    EXPECT_EQ(to_base32(as_bytes("foobar")), std::string("mzxw6ytboi"));
    EXPECT(from_base32("MZXW-6YTB OI") == to_bytes("foobar"));
    EXPECT_ERROR(from_base32("mzxw6ytbo1"), errors::invalid_encoding);
    // The last character's unused bits must be zero, and a lone character holds no byte.
    EXPECT_ERROR(from_base32("mz"), errors::invalid_encoding);
    EXPECT_ERROR(from_base32("a"), errors::invalid_encoding);
}

TEST(base64_is_rfc4648) {
    EXPECT_EQ(to_base64(as_bytes("fooba")), std::string("Zm9vYmE="));
    EXPECT(from_base64("Zm9vYg==") == to_bytes("foob"));
    EXPECT_ERROR(from_base64("Zm9vYh=="), errors::invalid_encoding);
    EXPECT_ERROR(from_base64("Zm9v="), errors::invalid_encoding);
}

TEST(utf8_refuses_what_is_none) {
    EXPECT(is_utf8(as_bytes("Käsekuchen \U0001F370")));
    EXPECT(!is_utf8(Bytes{0xC0, 0x80}));              // overlong NUL
    EXPECT(!is_utf8(Bytes{0xED, 0xA0, 0x80}));        // surrogate
    EXPECT(!is_utf8(Bytes{0xF4, 0x90, 0x80, 0x80}));  // above U+10FFFF
    EXPECT(!is_utf8(Bytes{0xE2, 0x82}));              // cut off
    EXPECT(!is_utf8(Bytes{0x80}));
}

TEST(big_endian_numbers) {
    Bytes out;
    append_be32(out, 0x01020304);
    append_be64(out, 0x0102030405060708);
    EXPECT_EQ(to_hex(out), std::string("010203040102030405060708"));
    EXPECT_EQ(read_be32(ByteView(out).first(4)), 0x01020304U);
    EXPECT_EQ(read_be64(ByteView(out).subspan(4)), 0x0102030405060708U);
}

}  // namespace obhut
