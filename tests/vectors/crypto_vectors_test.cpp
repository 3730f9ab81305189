// Third-party vectors on the very library functions that core/crypto calls, and on core/crypto
// where its interface is as wide as the vectors (our AEAD has no nonce and no additional data, our
// HKDF always has a label).
#include <openssl/evp.h>
#include <sodium.h>

#include "core/crypto/backend.h"
#include "core/crypto/box.h"
#include "core/crypto/kdf.h"
#include "tests/support/entropy.h"
#include "tests/vectors/vectors.h"

namespace obhut::test {

namespace {

void expect_result(bool accepted, const Json& test) {
    const std::string result = test.at("result");
    if (result == "acceptable" || accepted == (result == "valid")) return;
    report_failure(__FILE__, __LINE__,
                   "tcId " + test.at("tcId").dump() + " " + test.value("comment", ""));
}

bool open_aead(const Json& test, Bytes& plaintext) {
    const Bytes key = hex_field(test, "key");
    const Bytes nonce = hex_field(test, "iv");
    const Bytes aad = hex_field(test, "aad");
    const Bytes ciphertext = hex_field(test, "ct");
    Bytes tag = hex_field(test, "tag");
    if (nonce.size() != 12) return false;
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    int length = 0;
    plaintext.assign(ciphertext.size(), 0);
    std::uint8_t none = 0;
    bool good = EVP_DecryptInit_ex(context, EVP_chacha20_poly1305(), nullptr, key.data(),
                                   nonce.data()) == 1;
    good = good && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, 16, tag.data()) == 1;
    if (!aad.empty())
        good = good && EVP_DecryptUpdate(context, nullptr, &length, aad.data(),
                                         static_cast<int>(aad.size())) == 1;
    if (!ciphertext.empty())
        good = good && EVP_DecryptUpdate(context, plaintext.data(), &length, ciphertext.data(),
                                         static_cast<int>(ciphertext.size())) == 1;
    good = good && EVP_DecryptFinal_ex(context, &none, &length) == 1;
    EVP_CIPHER_CTX_free(context);
    return good;
}

}  // namespace

TEST(wycheproof_chacha20_poly1305) {
    const Json vectors = load_vectors("wycheproof_chacha20_poly1305_test.json");
    if (vectors.is_null()) return;
    for_each_test(vectors, [](const Json&, const Json& test) {
        Bytes plaintext;
        const bool opened = open_aead(test, plaintext);
        expect_result(opened && plaintext == hex_field(test, "msg"), test);
    });
}

// Our backend with its zero nonce agrees with the library called with one.
TEST(aead_backend_is_chacha20_poly1305_with_a_zero_nonce) {
    TestEntropy entropy;
    for (const std::size_t size : {0U, 1U, 63U, 64U, 65U, 1000U}) {
        Bytes key(32), plaintext(size), sealed(size + 16), reference(size + 16), opened(size);
        entropy.fill(key);
        entropy.fill(plaintext);
        const Bytes nonce(12, 0);
        backend::aead_seal(key, plaintext, sealed);
        unsigned long long length = 0;
        crypto_aead_chacha20poly1305_ietf_encrypt(reference.data(), &length, plaintext.data(), size,
                                                  nullptr, 0, nullptr, nonce.data(), key.data());
        EXPECT(sealed == reference);
        EXPECT(backend::aead_open(key, sealed, opened) && opened == plaintext);
        sealed[size] ^= 1;
        EXPECT(!backend::aead_open(key, sealed, opened));
    }
}

TEST(wycheproof_hkdf_sha256) {
    const Json vectors = load_vectors("wycheproof_hkdf_sha256_test.json");
    if (vectors.is_null()) return;
    for_each_test(vectors, [](const Json&, const Json& test) {
        const Bytes input = hex_field(test, "ikm"), salt = hex_field(test, "salt"),
                    info = hex_field(test, "info");
        Bytes key(32), out(test.at("size").get<std::size_t>());
        if (out.size() > crypto_kdf_hkdf_sha256_BYTES_MAX) return expect_result(false, test);
        crypto_kdf_hkdf_sha256_extract(key.data(), salt.data(), salt.size(), input.data(),
                                       input.size());
        crypto_kdf_hkdf_sha256_expand(out.data(), out.size(),
                                      reinterpret_cast<const char*>(info.data()), info.size(),
                                      key.data());
        expect_result(out == hex_field(test, "okm"), test);
    });
}

TEST(wycheproof_hmac_sha256) {
    const Json vectors = load_vectors("wycheproof_hmac_sha256_test.json");
    if (vectors.is_null()) return;
    for_each_test(vectors, [](const Json&, const Json& test) {
        const Bytes key = hex_field(test, "key"), message = hex_field(test, "msg"),
                    tag = hex_field(test, "tag");
        Bytes full(32);
        crypto_auth_hmacsha256_state state;
        crypto_auth_hmacsha256_init(&state, key.data(), key.size());
        crypto_auth_hmacsha256_update(&state, message.data(), message.size());
        crypto_auth_hmacsha256_final(&state, full.data());
        expect_result(equal(ByteView(full).first(tag.size()), tag), test);
    });
}

TEST(xwing_draft_vectors) {
    const Json vectors = load_vectors("xwing_draft.json");
    if (vectors.is_null()) return;
    for (const auto& test : vectors) {
        const KemSecretKey key(hex_field(test, "seed"));
        const KemPublicKey open = kem_public_key(key);
        EXPECT(to_bytes(open.view()) == hex_field(test, "pk"));
        EXPECT(is_valid_kem_key(open));
        const Bytes seed = hex_field(test, "eseed");
        Bytes ciphertext(kKemCiphertextSize), shared(32);
        EXPECT(crypto_kem_xwing_enc_deterministic(ciphertext.data(), shared.data(),
                                                  open.bytes.data(), seed.data()) == 0);
        EXPECT(ciphertext == hex_field(test, "ct"));
        EXPECT(shared == hex_field(test, "ss"));
        Bytes decapsulated(32);
        EXPECT(crypto_kem_xwing_dec(decapsulated.data(), ciphertext.data(), key.expose().data()) ==
               0);
        EXPECT(decapsulated == shared);
    }
}

// FIPS 203 §7.2: encapsulation keys with coefficients over the modulus, as first part of an X-Wing
// key.
TEST(wycheproof_mlkem_keys_over_the_modulus_are_refused) {
    const Json vectors = load_vectors("wycheproof_mlkem_768_encaps_test.json");
    if (vectors.is_null()) return;
    const Bytes good_point = to_bytes(kem_public_key(KemSecretKey(Bytes(32, 5))).view().last(32));
    int refused = 0;
    for_each_test(vectors, [&](const Json&, const Json& test) {
        Bytes key = hex_field(test, "ek");
        if (key.size() != kKemPublicSize - 32) return;
        append(key, good_point);
        const bool accepted = is_valid_kem_key(KemPublicKey::from(key));
        expect_result(accepted, test);
        refused += accepted ? 0 : 1;
    });
    EXPECT(refused > 100);
}

// Points of low order and non-canonical ones, as last part of an X-Wing key; all others must be
// accepted.
TEST(wycheproof_x25519_keys_of_low_order_are_refused) {
    const Json vectors = load_vectors("wycheproof_x25519_test.json");
    if (vectors.is_null()) return;
    const Bytes good =
        to_bytes(kem_public_key(KemSecretKey(Bytes(32, 5))).view().first(kKemPublicSize - 32));
    int refused = 0;
    for_each_test(vectors, [&](const Json&, const Json& test) {
        Bytes key = good;
        append(key, hex_field(test, "public"));
        if (key.size() != kKemPublicSize) return;
        const bool accepted = is_valid_kem_key(KemPublicKey::from(key));
        if (has_flag(test, "LowOrderPublic") || has_flag(test, "ZeroSharedSecret") ||
            has_flag(test, "NonCanonicalPublic")) {
            if (accepted) report_failure(__FILE__, __LINE__, "tcId " + test.at("tcId").dump());
            ++refused;
        } else if (has_flag(test, "Normal") && !accepted) {
            report_failure(__FILE__, __LINE__, "tcId " + test.at("tcId").dump());
        }
    });
    EXPECT(refused > 5);
}

}  // namespace obhut::test
