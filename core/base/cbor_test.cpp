#include "core/base/cbor.h"

#include "core/base/errors.h"
#include "tests/support/test.h"

namespace obhut {

namespace {

Bytes hex(std::string_view text) { return *from_hex(text); }

void check_uint(std::uint64_t value, std::string_view encoded) {
    CborWriter writer;
    writer.uint(value);
    EXPECT_EQ(to_hex(writer.take()), std::string(encoded));
    const Bytes bytes = hex(encoded);
    CborReader reader(bytes);
    EXPECT(reader.uint() == value);
    EXPECT_OK(reader.finish());
}

void check_skip(std::string_view encoded, Code expected) {
    const Bytes bytes = hex(encoded);
    EXPECT_ERROR(CborReader(bytes).skip(), expected);
}

}  // namespace

// RFC 8949 Appendix A.
TEST(cbor_integers_have_their_shortest_form) {
    check_uint(0, "00");
    check_uint(23, "17");
    check_uint(24, "1818");
    check_uint(255, "18ff");
    check_uint(256, "190100");
    check_uint(65536, "1a00010000");
    check_uint(4294967296, "1b0000000100000000");
    check_uint(18446744073709551615U, "1bffffffffffffffff");
    CborWriter writer;
    writer.integer(-1);
    writer.integer(-1000);
    EXPECT_EQ(to_hex(writer.take()), std::string("203903e7"));
}

TEST(cbor_refuses_every_other_form) {
    check_skip("1817", errors::not_canonical);        // 23 in two bytes
    check_skip("190018", errors::not_canonical);      // 24 in three
    check_skip("1a0000ffff", errors::not_canonical);  // 65535 in five
    check_skip("1b00000000ffffffff", errors::not_canonical);
    check_skip("5f4101ff", errors::not_canonical);    // indefinite byte string
    check_skip("9f01ff", errors::not_canonical);      // indefinite array
    check_skip("f90000", errors::wrong_type);         // float
    check_skip("f7", errors::wrong_type);             // undefined
    check_skip("f8ff", errors::wrong_type);           // other simple values
    check_skip("a201000100", errors::not_canonical);  // a key twice
    check_skip("a202000100", errors::not_canonical);  // keys out of order
}

TEST(cbor_limits_hold) {
    const Bytes deep(40, 0x81);
    EXPECT_ERROR(CborReader(deep).skip(), errors::too_deep);
    check_skip("9b7fffffffffffffff", errors::truncated);
    check_skip("bb7fffffffffffffff", errors::truncated);
    check_skip("5b7fffffffffffffff", errors::truncated);
    check_skip("", errors::truncated);
    check_skip("62c328", errors::invalid_text);
    const Bytes text = hex("63616263");
    EXPECT_ERROR(CborReader(text).text(2), errors::too_large);
    const Bytes two = hex("0000");
    CborReader reader(two);
    EXPECT_OK(reader.uint());
    EXPECT_ERROR(reader.finish(), errors::trailing_bytes);
}

}  // namespace obhut
