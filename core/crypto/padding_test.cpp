#include "core/crypto/padding.h"

#include "tests/support/test.h"

namespace obhut {

TEST(padme_examples) {
    EXPECT_EQ(padme(0), 0U);
    EXPECT_EQ(padme(1), 1U);
    EXPECT_EQ(padme(9), 10U);
    EXPECT_EQ(padme(4096), 4096U);
    EXPECT_EQ(padme(4097), 4352U);
    EXPECT_EQ(padme(1000000), 1015808U);
}

TEST(padme_adds_at_most_an_eighth) {
    for (std::uint64_t length = 2; length < 100000; ++length) {
        const std::uint64_t padded = padme(length);
        if (padded < length || padded - length > length / 8 + 1) EXPECT_EQ(length, padded);
    }
}

TEST(padding_has_one_form) {
    Bytes content = to_bytes("abc");
    pad(content, 16);
    EXPECT_EQ(content.size(), 16U);
    EXPECT(equal(*unpadded(content), as_bytes("abc")));
    EXPECT_ERROR(unpadded(Bytes(16, 0)), errors::bad_padding);
    EXPECT_ERROR(unpadded({}), errors::bad_padding);
    content[15] = 1;
    EXPECT_ERROR(unpadded(content), errors::bad_padding);
}

}  // namespace obhut
