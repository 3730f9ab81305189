#include <sodium.h>

#include "core/base/check.h"
#include "core/base/secret.h"
#include "core/crypto/backend.h"
#include "core/crypto/hash.h"

namespace obhut {

namespace {
constexpr std::array<std::uint8_t, 12> kZeroNonce{};
}

struct Sha256::State {
    crypto_hash_sha256_state context;
};

Sha256::Sha256() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->context); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(ByteView bytes) {
    crypto_hash_sha256_update(&state_->context, bytes.data(), bytes.size());
}

Hash Sha256::finish() {
    Hash hash;
    crypto_hash_sha256_final(&state_->context, hash.bytes.data());
    return hash;
}

namespace backend {

void start() {
    static const bool ready = [] {
        CHECK(sodium_init() >= 0);
        return true;
    }();
    (void)ready;
}

void aead_seal(ByteView key32, ByteView plaintext, MutableByteView out) {
    CHECK(key32.size() == 32 && out.size() == plaintext.size() + 16);
    unsigned long long written = 0;
    CHECK(crypto_aead_chacha20poly1305_ietf_encrypt(out.data(), &written, plaintext.data(),
                                                    plaintext.size(), nullptr, 0, nullptr,
                                                    kZeroNonce.data(), key32.data()) == 0);
}

bool aead_open(ByteView key32, ByteView sealed, MutableByteView out) {
    CHECK(key32.size() == 32 && sealed.size() >= 16 && out.size() == sealed.size() - 16);
    unsigned long long written = 0;
    if (crypto_aead_chacha20poly1305_ietf_decrypt(out.data(), &written, nullptr, sealed.data(),
                                                  sealed.size(), nullptr, 0, kZeroNonce.data(),
                                                  key32.data()) == 0)
        return true;
    wipe(out);
    return false;
}

bool aead_open(ByteView key32, ByteView sealed, MutableByteView out, Sha256& hash,
               std::size_t hashed) {
    if (!aead_open(key32, sealed, out)) return false;
    hash.update(ByteView(out).first(std::min(out.size(), hashed)));
    return true;
}

}  // namespace backend
}  // namespace obhut
