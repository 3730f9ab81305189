#include "core/crypto/box.h"

#include "core/crypto/errors.h"
#include "tests/support/entropy.h"
#include "tests/support/test.h"

namespace obhut {

namespace {

const OrgId kOrg = OrgId::truncated(Bytes(16, 1));

struct Fixture {
    test::TestEntropy entropy;
    KemSecretKey key = KemSecretKey::generate(entropy);
    KemPublicKey open = kem_public_key(key);
    Bytes box =
        *seal_box(open, labels::box_epoch_key, kOrg, as_bytes("ctx"), as_bytes("secret"), entropy);
};

}  // namespace

TEST(box_round_trip) {
    Fixture f;
    EXPECT_EQ(f.box.size(), kBoxOverhead + 6);
    const auto opened = open_box(f.key, labels::box_epoch_key, kOrg, as_bytes("ctx"), f.box);
    REQUIRE_OK(opened);
    EXPECT(equal(opened->expose(), as_bytes("secret")));
}

TEST(box_opens_nowhere_else) {
    Fixture f;
    EXPECT_ERROR(open_box(f.key, labels::box_user_key, kOrg, as_bytes("ctx"), f.box),
                 errors::box_tampered);
    EXPECT_ERROR(open_box(f.key, labels::box_epoch_key, OrgId{}, as_bytes("ctx"), f.box),
                 errors::box_tampered);
    EXPECT_ERROR(open_box(f.key, labels::box_epoch_key, kOrg, as_bytes("cty"), f.box),
                 errors::box_tampered);
    const KemSecretKey other = KemSecretKey::generate(f.entropy);
    EXPECT_ERROR(open_box(other, labels::box_epoch_key, kOrg, as_bytes("ctx"), f.box),
                 errors::box_tampered);
}

TEST(changed_boxes_are_refused) {
    Fixture f;
    const auto open_changed = [&](std::size_t at) {
        Bytes changed = f.box;
        changed[at] ^= 1;
        return open_box(f.key, labels::box_epoch_key, kOrg, as_bytes("ctx"), changed);
    };
    EXPECT_ERROR(open_changed(0), errors::unknown_version);
    EXPECT_ERROR(open_changed(1), errors::unknown_suite);
    EXPECT_ERROR(open_changed(5), errors::box_tampered);
    EXPECT_ERROR(open_changed(2 + kKemCiphertextSize), errors::box_tampered);
    EXPECT_ERROR(open_changed(f.box.size() - 1), errors::box_tampered);
    f.box.resize(kBoxOverhead - 1);
    EXPECT_ERROR(open_box(f.key, labels::box_epoch_key, kOrg, as_bytes("ctx"), f.box),
                 errors::box_tampered);
}

TEST(sr16_bad_kem_keys_are_refused) {
    Fixture f;
    const auto seal_to = [&](const KemPublicKey& key) {
        return seal_box(key, labels::box_epoch_key, kOrg, {}, as_bytes("x"), f.entropy);
    };
    KemPublicKey key = f.open;
    key.bytes[0] = 0xFF;
    key.bytes[1] |= 0x0F;
    EXPECT_ERROR(seal_to(key), errors::bad_key);
    key = f.open;
    std::fill(key.bytes.end() - 32, key.bytes.end(), 0);
    EXPECT_ERROR(seal_to(key), errors::bad_key);
    key = f.open;
    key.bytes.back() |= 0x80;
    EXPECT_ERROR(seal_to(key), errors::bad_key);
    EXPECT(is_valid_kem_key(f.open));
}

// A ciphertext whose X25519 half is of low order yields the same shared secret for everybody
// (SR-16).
TEST(sr16_low_order_point_in_a_box_is_refused) {
    Fixture f;
    std::fill(f.box.begin() + 2 + 1088, f.box.begin() + 2 + kKemCiphertextSize, 0);
    EXPECT_ERROR(open_box(f.key, labels::box_epoch_key, kOrg, as_bytes("ctx"), f.box),
                 errors::box_tampered);
}

}  // namespace obhut
