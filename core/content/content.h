// What a tree value says about the bytes of a file: Content, and its pieces, Chunks.
//
// A file is cut into chunks of one size. Content of one chunk names it directly; longer content
// names a manifest, which lists the chunks (core/content/manifest.h). Very small content stands in
// the tree itself, at `d/<file id>`. Whoever holds a Content from a verified root can check every
// byte of the file. Format: docs/protocol/content.md.
#pragma once

#include <optional>

#include "core/base/record.h"
#include "core/crypto/object.h"

namespace obhut::content {

inline constexpr std::uint32_t kSmallChunk = 1U << 20;
inline constexpr std::uint32_t kLargeChunk = 4U << 20;
inline constexpr std::uint64_t kLargeFile = 64ULL << 20;  // files over this size have large chunks
inline constexpr std::uint64_t kMaxFileSize = 1ULL << 62;
inline constexpr std::size_t kInlineLimit = 1024;  // content up to this stands in the tree
inline constexpr std::uint64_t kMinPadded = 4096;  // the least an object of content is padded to

enum class Coding : std::uint8_t { plain = 0, zstd = 1 };
constexpr bool is_known(Coding coding) { return coding == Coding::plain || coding == Coding::zstd; }

// Chunk is one piece of a file in its sealed form. Its place and length in the file are its
// parent's to say.
struct Chunk {
    Hash hash;  // SHA-256 of the plaintext
    Reference reference;
    Coding coding = Coding::plain;
    std::uint32_t stored = 0;  // bytes in front of the padding, after coding

    Chunk clone() const { return {hash, reference.clone(), coding, stored}; }
    static void fields(auto& self, auto& field) {
        field(1, self.hash);
        field(2, self.reference);
        field(3, self.coding);
        field(4, self.stored);
    }
};

// LoneChunk is a chunk that is all of a file; its hash is the file's.
struct LoneChunk {
    Reference reference;
    Coding coding = Coding::plain;
    std::uint32_t stored = 0;

    LoneChunk clone() const { return {reference.clone(), coding, stored}; }
    static void fields(auto& self, auto& field) {
        field(1, self.reference);
        field(2, self.coding);
        field(3, self.stored);
    }
};

// ManifestTop names the topmost page of a manifest. CBOR: tag 4243 [reference, file size, chunk
// size, height, sparse], so that the chunks which a tree value names can be counted without knowing
// the app whose value it is.
struct ManifestTop {
    Reference reference;
    std::uint64_t size = 0;        // bytes of the file
    std::uint32_t chunk_size = 0;  // 64 KiB to 4 MiB, a power of two
    // height 0: the page lists chunks; h: its items cover kPageItems^h chunks each.
    std::uint8_t height = 0;
    bool sparse = false;  // the file had holes when it was read: write runs of zeros as holes

    ManifestTop clone() const { return {reference.clone(), size, chunk_size, height, sparse}; }
    void encode_to(CborWriter& writer) const;
    static Result<ManifestTop> decode_from(CborReader& reader);
};
inline constexpr std::uint64_t kManifestTag = 4243;

// Content: exactly one of `single`, `manifest` and `bytes` is there, or none: then the file is
// empty, or (up to kInlineLimit bytes) its bytes stand at `d/<file id>`.
struct Content {
    std::uint64_t size = 0;  // bytes
    Hash hash;  // SHA-256 of the bytes if they fit one chunk, else the root over the chunks
    std::optional<LoneChunk> single;
    std::optional<ManifestTop> manifest;
    std::optional<Bytes> bytes;  // for values that outlive the file's place in `d/`: versions

    Content clone() const;
    // chunk is `single` with its hash; only if it is there.
    Chunk chunk() const {
        return {hash, single->reference.clone(), single->coding, single->stored};
    }
    // is_inline: the bytes are in the tree, here or at `d/<file id>`.
    bool is_inline() const { return !single && !manifest; }
    bool same_bytes(const Content& other) const { return size == other.size && hash == other.hash; }

    static void fields(auto& self, auto& field) {
        field(1, self.size);
        field(2, self.hash);
        field(3, self.single);
        field(4, self.manifest);
        field(5, self.bytes, kInlineLimit);
    }
};

// check_content refuses a record that contradicts itself. Errors: content_malformed,
// file_too_large.
Result<> check_content(const Content& content);

// chunk_size_for is the chunk size that new content of `size` bytes gets.
std::uint32_t chunk_size_for(std::uint64_t size);

}  // namespace obhut::content
