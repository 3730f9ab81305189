#include "core/crypto/hash.h"

namespace obhut {

Hash sha256(ByteView bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

Hash labelled_hash(Label label, std::initializer_list<ByteView> parts) {
    constexpr std::array<std::uint8_t, 1> kSeparator{0};
    Sha256 hash;
    hash.update(as_bytes(label.text));
    hash.update(kSeparator);
    for (const ByteView part : parts) hash.update(part);
    return hash.finish();
}

}  // namespace obhut
