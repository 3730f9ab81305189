#include <openssl/evp.h>
#include <sodium.h>

#include "core/base/check.h"
#include "core/base/secret.h"
#include "core/crypto/backend.h"
#include "core/crypto/hash.h"

namespace obhut {

namespace {

constexpr std::array<std::uint8_t, 12> kZeroNonce{};
constexpr std::size_t kPiece = 64U << 10;  // stays in the second cache while two passes go over it

// Fetching an algorithm by name takes a lock and a search; do it once.
const EVP_MD* sha256_algorithm() {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    CHECK(algorithm != nullptr);
    return algorithm;
}

const EVP_CIPHER* aead_algorithm() {
    static EVP_CIPHER* const algorithm = EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr);
    CHECK(algorithm != nullptr);
    return algorithm;
}

struct CipherContext {
    EVP_CIPHER_CTX* context = EVP_CIPHER_CTX_new();
    CipherContext() { CHECK(context != nullptr); }
    ~CipherContext() { EVP_CIPHER_CTX_free(context); }
    CipherContext(const CipherContext&) = delete;
    CipherContext& operator=(const CipherContext&) = delete;
};

}  // namespace

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    CHECK(state_->context != nullptr);
    CHECK(EVP_DigestInit_ex(state_->context, sha256_algorithm(), nullptr) == 1);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(ByteView bytes) {
    CHECK(EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) == 1);
}

Hash Sha256::finish() {
    Hash hash;
    CHECK(EVP_DigestFinal_ex(state_->context, hash.bytes.data(), nullptr) == 1);
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
    CHECK(key32.size() == 32 && out.size() == plaintext.size() + 16 &&
          plaintext.size() <= INT32_MAX);
    const CipherContext cipher;
    int written = 0;
    CHECK(EVP_EncryptInit_ex(cipher.context, aead_algorithm(), nullptr, key32.data(),
                             kZeroNonce.data()) == 1);
    CHECK(EVP_EncryptUpdate(cipher.context, out.data(), &written, plaintext.data(),
                            static_cast<int>(plaintext.size())) == 1);
    CHECK(EVP_EncryptFinal_ex(cipher.context, out.data() + written, &written) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_AEAD_GET_TAG, 16, out.last(16).data()) == 1);
}

namespace {

// open_sealed gives the opened bytes to `take` piece by piece.
template <class Take>
bool open_sealed(ByteView key32, ByteView sealed, MutableByteView out, const Take& take) {
    CHECK(key32.size() == 32 && sealed.size() >= 16 && out.size() == sealed.size() - 16);
    CHECK(sealed.size() <= INT32_MAX);
    const CipherContext cipher;
    std::array<std::uint8_t, 16> tag{};
    std::copy(sealed.end() - 16, sealed.end(), tag.begin());
    std::array<std::uint8_t, 1> nothing{};
    int written = 0;
    CHECK(EVP_DecryptInit_ex(cipher.context, aead_algorithm(), nullptr, key32.data(),
                             kZeroNonce.data()) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(cipher.context, EVP_CTRL_AEAD_SET_TAG, 16, tag.data()) == 1);
    for (std::size_t done = 0; done < out.size(); done += kPiece) {
        const MutableByteView now = out.subspan(done, std::min(kPiece, out.size() - done));
        CHECK(EVP_DecryptUpdate(cipher.context, now.data(), &written, sealed.data() + done,
                                static_cast<int>(now.size())) == 1);
        take(done, now);
    }
    if (EVP_DecryptFinal_ex(cipher.context, nothing.data(), &written) == 1) return true;
    wipe(out);
    return false;
}

}  // namespace

bool aead_open(ByteView key32, ByteView sealed, MutableByteView out) {
    return open_sealed(key32, sealed, out, [](std::size_t, ByteView) {});
}

bool aead_open(ByteView key32, ByteView sealed, MutableByteView out, Sha256& hash,
               std::size_t hashed) {
    return open_sealed(key32, sealed, out, [&](std::size_t offset, ByteView bytes) {
        if (offset < hashed) hash.update(bytes.first(std::min(bytes.size(), hashed - offset)));
    });
}

}  // namespace backend
}  // namespace obhut
