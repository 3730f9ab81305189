#include "core/content/chunk.h"

#include "core/base/verify.h"
#include "core/content/errors.h"
#include "core/crypto/errors.h"
#include "core/crypto/padding.h"

namespace obhut::content {

namespace {

Result<ByteView> check_plain(const Chunk& chunk, std::size_t plain_size, ByteView plain,
                             const Hash& hash) {
    VERIFY("SR-06/chunk-length", plain.size() == plain_size, errors::content_wrong_length);
    VERIFY("SR-05/chunk-hash", hash == chunk.hash, errors::content_wrong_hash);
    return plain;
}

}  // namespace

std::uint64_t Padding::padded(std::uint64_t stored) const {
    if (chunk_size == 0) return std::max(kMinPadded, padme(stored));
    const std::uint64_t quarter = chunk_size / 4;
    return std::max<std::uint64_t>(1, (stored + quarter - 1) / quarter) * quarter;
}

std::uint64_t Padding::limit(std::uint64_t plain) const {
    const std::uint64_t own = padded(plain);
    if (chunk_size != 0) return own - chunk_size / 4 + 1;
    if (own <= kMinPadded) return 0;
    // The next smaller PADMÉ class ends just below the shortest length that is padded to `own`.
    std::uint64_t low = kMinPadded;
    std::uint64_t high = plain;
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (padded(middle) < own)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

ChunkCoder::Coded ChunkCoder::code(const Padding& padding, Bytes& plain, std::size_t size) {
    const std::size_t frame =
        compressor_.compress(ByteView(plain).first(size), padding.limit(size), scratch_);
    const bool compressed = frame > 0;
    const std::size_t stored = compressed ? frame : size;
    Bytes& payload = compressed ? scratch_ : plain;
    const auto padded = static_cast<std::size_t>(padding.padded(stored));
    if (payload.size() < padded) payload.resize(padded);
    std::fill(payload.begin() + static_cast<std::ptrdiff_t>(stored),
              payload.begin() + static_cast<std::ptrdiff_t>(padded), std::uint8_t{0});
    return {ByteView(payload).first(padded), compressed ? Coding::zstd : Coding::plain,
            static_cast<std::uint32_t>(stored)};
}

SealedChunk ChunkCoder::seal(const ObjectPlace& place, const Padding& padding, const Hash& hash,
                             Bytes& plain, std::size_t size, Entropy& entropy) {
    const Coded coded = code(padding, plain, size);
    SealedObject sealed = seal_object(place, ObjectType::chunk, coded.padded, entropy);
    return {{hash, std::move(sealed.reference), coded.coding, coded.stored},
            std::move(sealed.bytes)};
}

Result<Bytes> ChunkCoder::seal_again(const ObjectPlace& place, const Padding& padding,
                                     const Chunk& chunk, Bytes& plain, std::size_t size) {
    // What differs here would differ below too: this spares the rest of the work.
    if (sha256(ByteView(plain).first(size)) != chunk.hash) return fail(errors::object_wrong_id);
    const Coded coded = code(padding, plain, size);
    return obhut::seal_again(place, ObjectType::chunk, chunk.reference, coded.padded);
}

Result<ByteView> ChunkCoder::open(const ObjectPlace& place, const Chunk& chunk,
                                  std::size_t plain_size, ByteView object, MutableByteView room,
                                  Ids ids) {
    TRY(check_size(chunk.reference, object));
    const bool id_first = ids == Ids::always || chunk.coding != Coding::plain;
    if (id_first) TRY(check_id(chunk.reference, object));
    const auto plain = open_bytes(place, chunk, plain_size, object, room);
    // Not what the parent says: has the server given something else, or the writer sealed it so?
    if (!plain && !id_first) TRY(check_id(chunk.reference, object));
    return plain;
}

Result<ByteView> ChunkCoder::open_bytes(const ObjectPlace& place, const Chunk& chunk,
                                        std::size_t plain_size, ByteView object,
                                        MutableByteView room) {
    if (chunk.coding == Coding::zstd)
        return open_compressed(place, chunk, plain_size, object, room);
    const OpenedAndHashed opened =
        TRY(open_hashed(place, ObjectType::chunk, chunk.reference.key, object, room, chunk.stored));
    if (chunk.stored > opened.plaintext.size()) return fail(errors::content_malformed);
    return check_plain(chunk, plain_size, opened.plaintext.first(chunk.stored), opened.hash);
}

Result<ByteView> ChunkCoder::open_compressed(const ObjectPlace& place, const Chunk& chunk,
                                             std::size_t plain_size, ByteView object,
                                             MutableByteView room) {
    if (scratch_.size() < plaintext_room(object)) scratch_.resize(plaintext_room(object));
    const ByteView payload =
        TRY(open_into(place, ObjectType::chunk, chunk.reference.key, object, scratch_));
    if (chunk.stored > payload.size()) return fail(errors::content_malformed);
    const MutableByteView out = room.first(plain_size);
    if (!compressor_.decompress(payload.first(chunk.stored), out))
        return fail(errors::compressed_damaged);
    return check_plain(chunk, plain_size, out, sha256(out));
}

}  // namespace obhut::content
