#include "core/content/compress.h"

#include <zstd.h>

#include "core/base/check.h"

namespace obhut::content {

namespace {

// Level 1: on source text and documents level 3 gives 2 % (20-kB files) to 20 % (4-MiB chunks) less
// at 70 to 90 % of the speed, most of which the size classes round away (docs/protocol/content.md
// §3).
constexpr int kLevel = 1;

// Sampling: shorter data is compressed outright; longer data only if its samples shrink.
constexpr std::size_t kSampleFrom = 96 * 1024;
constexpr std::size_t kSampleCount = 8;
constexpr std::size_t kSampleSize = 4096;
constexpr std::size_t kSampleGain = 100;  // bytes that at least one sample must lose: 2.5 %

}  // namespace

struct Compressor::Contexts {
    ZSTD_CCtx* compress = nullptr;
    ZSTD_DCtx* decompress = nullptr;
    ~Contexts() {
        ZSTD_freeCCtx(compress);
        ZSTD_freeDCtx(decompress);
    }

    std::size_t frame(ByteView plain, MutableByteView out) {
        if (compress == nullptr) compress = ZSTD_createCCtx();
        CHECK(compress != nullptr);
        return ZSTD_compressCCtx(compress, out.data(), out.size(), plain.data(), plain.size(),
                                 kLevel);
    }

    bool looks_compressible(ByteView plain) {
        std::uint8_t scratch[kSampleSize];
        const std::size_t step = (plain.size() - kSampleSize) / (kSampleCount - 1);
        for (std::size_t i = 0; i < kSampleCount; ++i) {
            const std::size_t size =
                frame(plain.subspan(i * step, kSampleSize), {scratch, kSampleSize - kSampleGain});
            if (ZSTD_isError(size) == 0) return true;
        }
        return false;
    }
};

Compressor::Compressor() : contexts_(std::make_unique<Contexts>()) {}
Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

std::size_t Compressor::compress(ByteView plain, std::size_t limit, Bytes& scratch) {
    if (plain.empty() || limit <= 1) return 0;
    if (plain.size() >= kSampleFrom && !contexts_->looks_compressible(plain)) return 0;
    // With less room than it would like zstd stops as soon as the limit is passed.
    if (scratch.size() < limit) scratch.resize(limit);
    const std::size_t size = contexts_->frame(plain, {scratch.data(), limit - 1});
    return ZSTD_isError(size) != 0 ? 0 : size;
}

bool Compressor::decompress(ByteView frame, MutableByteView out) {
    if (contexts_->decompress == nullptr) contexts_->decompress = ZSTD_createDCtx();
    CHECK(contexts_->decompress != nullptr);
    const std::size_t size = ZSTD_decompressDCtx(contexts_->decompress, out.data(), out.size(),
                                                 frame.data(), frame.size());
    return ZSTD_isError(size) == 0 && size == out.size();
}

}  // namespace obhut::content
