#include "core/crypto/box.h"

#include <sodium.h>

#include "core/base/verify.h"
#include "core/crypto/backend.h"
#include "core/crypto/errors.h"
#include "core/crypto/kdf.h"
#include "core/crypto/suite.h"

namespace obhut {

namespace {

constexpr std::size_t kCommitmentAt = 2 + kKemCiphertextSize;
constexpr std::size_t kMlKemPublicSize =
    1184;  // the first part of an X-Wing key; the rest is X25519

Secret<64> key_material(const Secret<32>& shared, Label label, const OrgId& org,
                        const KemPublicKey& recipient, ByteView context) {
    const auto suite = static_cast<std::uint8_t>(Suite::one);
    KdfInfo info(label);
    info.add({&suite, 1}).add(org.view()).add(kem_key_hash(recipient).view()).add(context);
    return derive<64>(shared.expose(), info);
}

// Whether all 12-bit coefficients of an ML-KEM-768 key are below q = 3329 (FIPS 203 §7.2).
bool coefficients_in_range(ByteView key) {
    constexpr std::size_t kPacked = 1152;
    for (std::size_t i = 0; i < kPacked; i += 3) {
        const unsigned low = key[i] | ((key[i + 1] & 0x0FU) << 8);
        const unsigned high = (key[i + 1] >> 4) | (static_cast<unsigned>(key[i + 2]) << 4);
        if (low >= 3329 || high >= 3329) return false;
    }
    return true;
}

// Whether an X25519 key is canonical (< 2^255 - 19) and not of small order.
bool is_valid_x25519(ByteView key) {
    std::array<std::uint8_t, 32> scalar{};
    scalar[0] = 8;
    std::array<std::uint8_t, 32> out{};
    if (crypto_scalarmult_curve25519(out.data(), scalar.data(), key.data()) != 0) return false;
    if ((key[31] & 0x80) != 0) return false;
    if (key[31] != 0x7F) return true;
    for (std::size_t i = 30; i > 0; --i)
        if (key[i] != 0xFF) return true;
    return key[0] < 0xED;
}

}  // namespace

KemPublicKey kem_public_key(const KemSecretKey& key) {
    backend::start();
    KemPublicKey open;
    Secret<32> secret;
    CHECK(crypto_kem_xwing_seed_keypair(open.bytes.data(), secret.expose_mutable().data(),
                                        key.expose().data()) == 0);
    return open;
}

bool is_valid_kem_key(const KemPublicKey& key) {
    backend::start();
    return coefficients_in_range(key.view().first(kMlKemPublicSize)) &&
           is_valid_x25519(key.view().subspan(kMlKemPublicSize));
}

Result<Bytes> seal_box(const KemPublicKey& recipient, Label label, const OrgId& org,
                       ByteView context, ByteView plaintext, Entropy& entropy) {
    VERIFY("SR-16/kem-key", is_valid_kem_key(recipient), errors::bad_key);
    Secret<64> seed;
    entropy.fill(seed.expose_mutable());
    Secret<32> shared;
    Bytes box(kBoxOverhead + plaintext.size());
    box[0] = kFormatVersion;
    box[1] = static_cast<std::uint8_t>(Suite::one);
    if (crypto_kem_xwing_enc_deterministic(box.data() + 2, shared.expose_mutable().data(),
                                           recipient.bytes.data(), seed.expose().data()) != 0)
        return fail(errors::bad_key);
    const Secret<64> material = key_material(shared, label, org, recipient, context);
    const ByteView commitment = material.expose().last(32);
    std::copy(commitment.begin(), commitment.end(), box.begin() + kCommitmentAt);
    backend::aead_seal(material.expose().first(32), plaintext,
                       MutableByteView(box).subspan(kCommitmentAt + 32));
    return box;
}

Result<SecretBytes> open_box(const KemSecretKey& key, Label label, const OrgId& org,
                             ByteView context, ByteView box) {
    VERIFY("SR-05/box-length", box.size() >= kBoxOverhead, errors::box_tampered);
    VERIFY("SR-03/box-version", box[0] == kFormatVersion, errors::unknown_version);
    VERIFY("SR-03/box-suite", is_known(static_cast<Suite>(box[1])), errors::unknown_suite);
    const KemPublicKey open = kem_public_key(key);
    Secret<32> shared;
    // Refuses points of low order. Were it not to, the commitment below would not match.
    if (crypto_kem_xwing_dec(shared.expose_mutable().data(), box.data() + 2, key.expose().data()) !=
        0)
        return fail(errors::box_tampered);
    const Secret<64> material = key_material(shared, label, org, open, context);
    VERIFY("SR-25/box-commitment",
           constant_time_equal(material.expose().last(32), box.subspan(kCommitmentAt, 32)),
           errors::box_tampered);
    SecretBytes plaintext(Bytes(box.size() - kBoxOverhead));
    VERIFY("SR-05/box-tag",
           backend::aead_open(material.expose().first(32), box.subspan(kCommitmentAt + 32),
                              plaintext.expose_mutable()),
           errors::box_tampered);
    return plaintext;
}

}  // namespace obhut
