#include "core/crypto/hash.h"

#include "tests/support/test.h"

namespace obhut {

// FIPS 180-4 examples.
TEST(sha256_examples) {
    EXPECT_EQ(sha256(as_bytes("abc")).hex(),
              std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    EXPECT_EQ(sha256({}).hex(),
              std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    Sha256 hash;
    hash.update(as_bytes("a"));
    hash.update({});
    hash.update(as_bytes("bc"));
    EXPECT(hash.finish() == sha256(as_bytes("abc")));
}

TEST(labelled_hash_separates_label_and_parts) {
    const Label label{"obhut/v1/test/a/b"};
    EXPECT(labelled_hash(label, {as_bytes("x")}) ==
           sha256(as_bytes(std::string("obhut/v1/test/a/b\0x", 19))));
}

}  // namespace obhut
