// One chunk: coded, padded and sealed; opened and checked. Format: docs/protocol/content.md §3.
//
//     sealed plaintext = stored bytes ‖ zeros up to the size class
//
// The stored length is the parent's to say, so the padding needs no mark. Functions here are pure;
// a ChunkCoder holds working memory and is used by one thread at a time.
#pragma once

#include <algorithm>

#include "core/content/compress.h"
#include "core/content/content.h"
#include "core/crypto/object_parts.h"

namespace obhut::content {

// Padding tells the size classes of an object: a lone chunk's, or those of a chunk among others of
// `chunk_size`.
struct Padding {
    std::uint32_t chunk_size = 0;  // 0: a lone chunk

    // padded is the size class of `stored` bytes: PADMÉ and at least 4 KiB, or the next quarter of
    // the chunk size.
    std::uint64_t padded(std::uint64_t stored) const;
    // limit is the number of bytes under which compression reaches a smaller class than `plain`
    // bytes have.
    std::uint64_t limit(std::uint64_t plain) const;
};

// Ids says when the id of an object, a hash of all that is stored, is computed of what came.
//
// A chunk's parent names the hash of its plaintext, and that is compared always. Where the
// plaintext is stored as it is, the hash leaves nothing open that the id could still fix, so that
// the id is asked only to tell who is wrong. A compressed chunk's id comes first: else whoever can
// read the space could have the server hand bytes of theirs to the decompressor of others.
// Decision 0051.
enum class Ids : std::uint8_t {
    in_doubt,  // of compressed chunks; of others when something is wrong with them
    always,    // for whoever wants to know what the server stores
};

struct SealedChunk {
    Chunk chunk;
    Bytes object;
};

class ChunkCoder {
public:
    // seal seals the first `size` bytes of `plain`, whose SHA-256 is `hash`. `plain` may be made
    // longer and is wiped behind `size`. Cost: one pass each of zstd, ChaCha20-Poly1305 and
    // SHA-256.
    SealedChunk seal(const ObjectPlace& place, const Padding& padding, const Hash& hash,
                     Bytes& plain, std::size_t size, Entropy& entropy);

    // seal_again seals a chunk once more, the same to the byte, from the same plaintext. Errors:
    // object_wrong_id (another plaintext, or another version of zstd made something else of it).
    Result<Bytes> seal_again(const ObjectPlace& place, const Padding& padding, const Chunk& chunk,
                             Bytes& plain, std::size_t size);

    // open gives the `plain_size` bytes of a chunk, none of them before all are verified. They
    // stand at the beginning of `room`, which has at least room_for(): its other bytes, and all of
    // them after an error, mean nothing. Errors: object_wrong_id (the server's fault), those of
    // open_object, content_wrong_length, content_wrong_hash, compressed_damaged (the writer's).
    Result<ByteView> open(const ObjectPlace& place, const Chunk& chunk, std::size_t plain_size,
                          ByteView object, MutableByteView room, Ids ids = Ids::in_doubt);
    static std::size_t room_for(std::size_t plain_size, ByteView object) {
        return std::max(plain_size, plaintext_room(object));
    }

private:
    Result<ByteView> open_bytes(const ObjectPlace& place, const Chunk& chunk,
                                std::size_t plain_size, ByteView object, MutableByteView room);
    Result<ByteView> open_compressed(const ObjectPlace& place, const Chunk& chunk,
                                     std::size_t plain_size, ByteView object, MutableByteView room);
    // What is sealed of a chunk.
    struct Coded {
        ByteView padded;
        Coding coding = Coding::plain;
        std::uint32_t stored = 0;
    };
    Coded code(const Padding& padding, Bytes& plain, std::size_t size);

    Compressor compressor_;
    Bytes scratch_;
};

}  // namespace obhut::content
