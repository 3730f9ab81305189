#include "core/crypto/padding.h"

#include <bit>

#include "core/base/check.h"

namespace obhut {

std::uint64_t padme(std::uint64_t length) {
    if (length < 2) return length;
    const auto exponent = static_cast<unsigned>(std::bit_width(length) - 1);
    const auto kept = static_cast<unsigned>(std::bit_width(exponent));
    if (exponent <= kept) return length;
    const std::uint64_t mask = (std::uint64_t{1} << (exponent - kept)) - 1;
    return (length + mask) & ~mask;
}

void pad(Bytes& content, std::size_t target) {
    CHECK(target > content.size());
    content.reserve(target);
    content.push_back(0x80);
    content.resize(target, 0);
}

Result<ByteView> unpadded(ByteView padded) {
    std::size_t end = padded.size();
    while (end > 0 && padded[end - 1] == 0) --end;
    if (end == 0 || padded[end - 1] != 0x80) return fail(errors::bad_padding);
    return padded.first(end - 1);
}

}  // namespace obhut
