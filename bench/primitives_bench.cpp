// The primitives that everything stands on, through the core's own functions. Built natively and
// for wasm, where it shows what flags and library settings that make the engine small cost in
// speed. One thread.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <random>

#include "bench/must.h"
#include "core/base/check.h"
#include "core/content/compress.h"
#include "core/crypto/backend.h"
#include "core/crypto/box.h"
#include "core/crypto/hash.h"
#include "core/crypto/kdf.h"
#include "core/crypto/sign.h"
#include "tests/support/entropy.h"

namespace obhut {
namespace {

constexpr std::size_t kChunk = 4U << 20;
constexpr int kRounds = 5;
constexpr double kSecondsARound = 0.15;

// In seconds, of the fastest round: others on the machine only ever slow one down.
double time_of(const std::function<void()>& work) {
    using SteadyClock = std::chrono::steady_clock;
    double best = 1e9;
    for (int round = 0; round < kRounds; ++round) {
        const auto began = SteadyClock::now();
        double seconds = 0;
        int count = 0;
        do {
            work();
            ++count;
            seconds = std::chrono::duration<double>(SteadyClock::now() - began).count();
        } while (seconds < kSecondsARound);
        best = std::min(best, seconds / count);
    }
    return best;
}

void print(const char* name, double value, const char* unit) {
    std::printf("| %s | %.*f | %s |\n", name, value < 10 ? 2 : 0, value, unit);
    std::fflush(stdout);
}

void print_rate(const char* name, std::size_t bytes, const std::function<void()>& work) {
    print(name, static_cast<double>(bytes) / 1e6 / time_of(work), "MB/s");
}

void print_time(const char* name, const std::function<void()>& work) {
    print(name, 1e3 * time_of(work), "ms");
}

// Words as often as in a language, more or less: shrinks as office text does.
Bytes text_bytes() {
    std::mt19937_64 random(2);
    std::vector<std::string> words(3000);
    for (std::string& word : words)
        for (std::size_t i = 2 + random() % 8; i > 0; --i)
            word += static_cast<char>('a' + random() % 26);
    Bytes bytes;
    while (bytes.size() < kChunk) {
        append(bytes, as_bytes(words[random() % words.size() * (random() % 1000) / 1000]));
        bytes.push_back(random() % 12 == 0 ? '\n' : ' ');
    }
    bytes.resize(kChunk);
    return bytes;
}

void bulk(const Bytes& text) {
    print_rate("SHA-256", kChunk, [&] { (void)sha256(text); });
    const Bytes key(32, 1);
    Bytes sealed(kChunk + 16);
    Bytes opened(kChunk);
    print_rate("ChaCha20-Poly1305, seal", kChunk, [&] { backend::aead_seal(key, text, sealed); });
    print_rate("ChaCha20-Poly1305, open", kChunk,
               [&] { CHECK(backend::aead_open(key, sealed, opened)); });
    content::Compressor compressor;
    Bytes scratch;
    std::size_t size = 0;
    print_rate("zstd 1, compress", kChunk,
               [&] { size = compressor.compress(text, text.size(), scratch); });
    const ByteView frame = ByteView(scratch).first(size);
    print_rate("zstd, decompress", kChunk, [&] { CHECK(compressor.decompress(frame, opened)); });
    print("zstd 1, of 100 bytes", 100.0 * static_cast<double>(size) / kChunk, "bytes");
}

void single(Entropy& entropy) {
    const Bytes salt(16, 3);
    print_time("Argon2id, 3 passes, 64 MiB", [&] {
        must(hash_password(as_bytes("correct horse"), salt, kPasswordCostFloor), "stretching");
    });
    const SigningKey key = SigningKey::generate(entropy);
    const SigningPublicKey public_key = key.public_key();
    const Bytes payload(300, 4);
    Signature signature;
    print_time("Ed25519, sign",
               [&] { signature = sign(key, labels::sign_entry, OrgId{}, payload); });
    print_time("Ed25519, verify", [&] {
        must(verify_signature(public_key, labels::sign_entry, OrgId{}, payload, signature),
             "verifying");
    });
    const KemSecretKey secret = KemSecretKey::generate(entropy);
    const KemPublicKey recipient = kem_public_key(secret);
    Bytes box;
    print_time("X-Wing box, seal", [&] {
        box = must(seal_box(recipient, labels::box_epoch_key, OrgId{}, {}, payload, entropy),
                   "sealing");
    });
    print_time("X-Wing box, open",
               [&] { must(open_box(secret, labels::box_epoch_key, OrgId{}, {}, box), "opening"); });
}

void measure() {
    backend::start();
    test::TestEntropy entropy(1);
    std::printf("| primitive | | |\n|---|---:|---|\n");
    bulk(text_bytes());
    single(entropy);
}

}  // namespace
}  // namespace obhut

int main() {
    obhut::measure();
    return 0;
}
