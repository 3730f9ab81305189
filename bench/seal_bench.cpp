// Sealing and opening of chunks against the sum of their primitives, on one core: goal 1.3 ×.
//
// Primitives of sealing: SHA-256 of the plaintext, zstd, ChaCha20-Poly1305, SHA-256 of the object.
// Opening is the same backwards. Both are measured in one run on the same bytes.
#include <chrono>
#include <cstdio>
#include <random>

#include <zstd.h>

#include "core/content/chunk.h"
#include "core/crypto/backend.h"
#include "platform/system_entropy.h"

namespace obhut {
namespace {

constexpr std::size_t kChunk = content::kLargeChunk;
constexpr int kRounds = 24;
constexpr int kZstdLevel = 1;

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

Bytes random_bytes() {
    std::mt19937_64 random(1);
    Bytes bytes(kChunk);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

Bytes text_bytes() {
    std::mt19937_64 random(2);
    Bytes bytes;
    while (bytes.size() < kChunk) {
        append(bytes, as_bytes("word"));
        append(bytes, as_bytes(std::to_string(random() % 5000)));
        bytes.push_back(random() % 9 == 0 ? '\n' : ' ');
    }
    bytes.resize(kChunk);
    return bytes;
}

// The primitives alone, on buffers that exist already.
double primitives_seal(const Bytes& plain, bool compressed) {
    Bytes scratch(ZSTD_compressBound(kChunk));
    Bytes sealed(kChunk + 16);
    const Bytes key(32, 1);
    ZSTD_CCtx* context = ZSTD_createCCtx();
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kRounds; ++i) {
        std::size_t size = plain.size();
        (void)sha256(plain);
        ByteView input = plain;
        if (compressed) {
            size = ZSTD_compressCCtx(context, scratch.data(), scratch.size(), plain.data(),
                                     plain.size(), kZstdLevel);
            input = ByteView(scratch).first(size);
        }
        const MutableByteView out = MutableByteView(sealed).first(size + 16);
        backend::aead_seal(key, input, out);
        (void)sha256(out);
    }
    const double seconds = seconds_since(start);
    ZSTD_freeCCtx(context);
    return seconds;
}

// The same of opening: what is stored as it is needs one pass of SHA-256 (decision 0051).
double primitives_open(const Bytes& plain, bool compressed) {
    Bytes scratch(ZSTD_compressBound(kChunk));
    std::size_t size = plain.size();
    if (compressed)
        size =
            ZSTD_compress(scratch.data(), scratch.size(), plain.data(), plain.size(), kZstdLevel);
    const ByteView stored = compressed ? ByteView(scratch).first(size) : ByteView(plain);
    Bytes sealed(stored.size() + 16);
    Bytes opened(stored.size());
    Bytes out(plain.size());
    const Bytes key(32, 1);
    backend::aead_seal(key, stored, sealed);
    ZSTD_DCtx* context = ZSTD_createDCtx();
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kRounds; ++i) {
        if (compressed) (void)sha256(sealed);
        if (!backend::aead_open(key, sealed, opened)) std::printf("does not open\n");
        if (compressed)
            ZSTD_decompressDCtx(context, out.data(), out.size(), opened.data(), opened.size());
        (void)sha256(compressed ? out : opened);
    }
    const double seconds = seconds_since(start);
    ZSTD_freeDCtx(context);
    return seconds;
}

void measure(const char* name, const Bytes& plain, bool compressed) {
    platform::SystemEntropy entropy;
    content::ChunkCoder coder;
    const ObjectPlace place = in_space({}, {});
    const content::Padding padding{content::kLargeChunk};
    const Hash hash = sha256(plain);
    Bytes buffer = plain;
    content::SealedChunk sealed = coder.seal(place, padding, hash, buffer, plain.size(), entropy);
    (void)primitives_seal(plain, compressed);

    auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < kRounds; ++i) {
        const Hash again = sha256(plain);
        sealed = coder.seal(place, padding, again, buffer, plain.size(), entropy);
    }
    const double seal = seconds_since(start);
    const double floor = primitives_seal(plain, compressed);
    Bytes room(content::ChunkCoder::room_for(plain.size(), sealed.object));
    start = std::chrono::steady_clock::now();
    for (int i = 0; i < kRounds; ++i)
        if (!coder.open(place, sealed.chunk, plain.size(), sealed.object, room))
            std::printf("does not open\n");
    const double open = seconds_since(start);
    const double megabytes = static_cast<double>(kChunk) * kRounds / 1e6;
    const double open_floor = primitives_open(plain, compressed);
    std::printf("| %s | %.0f | %.0f | %.2f | %.0f | %.0f | %.2f |\n", name, megabytes / floor,
                megabytes / seal, seal / floor, megabytes / open_floor, megabytes / open,
                open / open_floor);
}

}  // namespace
}  // namespace obhut

int main() {
    std::printf(
        "| 4-MiB chunks, one core, MB/s | primitives | sealing | ratio (goal 1.3) | primitives | "
        "opening | ratio (goal 1.3) |\n|---|---:|---:|---:|---:|---:|---:|\n");
    obhut::measure("random", obhut::random_bytes(), false);
    obhut::measure("text", obhut::text_bytes(), true);
}
