// Merkle trees of RFC 6962 §2.1: the log of the directory, boxes of a generation, maps of a
// snapshot.
//
//     leaf = SHA-256(0x00 ‖ data)        node = SHA-256(0x01 ‖ left ‖ right)        empty tree =
//     SHA-256("")
//
// A tree of n leaves splits at the largest power of two below n. Trees grow by appending only; a
// Frontier is what one needs to append and to know the root; proofs and tiles are made from a
// HashSource. Threads: values.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/base/record.h"
#include "core/crypto/hash.h"
#include "core/directory/errors.h"

namespace obhut::directory {

Hash leaf_hash(ByteView data);
Hash node_hash(const Hash& left, const Hash& right);
Hash empty_root();

// Frontier is a tree reduced to the roots of its complete subtrees, at most 64 hashes.
class Frontier {
public:
    void append(const Hash& leaf);  // O(1) on average
    std::uint64_t size() const { return size_; }
    Hash root() const;  // O(log size)

    static void fields(auto& self, auto& field) {
        field(1, self.size_);
        field(2, self.peaks_, 64);
    }
    // consistent tells whether a decoded one has as many hashes as its size demands.
    bool consistent() const;
    friend bool operator==(const Frontier&, const Frontier&) = default;

private:
    std::uint64_t size_ = 0;
    std::vector<Hash> peaks_;  // of the set bits of size_, the highest first
};

// HashSource gives the roots of complete subtrees: `level` 0 is a leaf hash, `index` counts from
// the left. Errors: no_such_subtree, or the adapter's own.
class HashSource {
public:
    virtual ~HashSource() = default;
    virtual Result<Hash> subtree(unsigned level, std::uint64_t index) = 0;
};

// MemoryTree keeps all hashes: 64 bytes per leaf.
class MemoryTree : public HashSource {
public:
    void append(const Hash& leaf);
    std::uint64_t size() const { return levels_.empty() ? 0 : levels_[0].size(); }
    Hash root() const;
    Result<Hash> subtree(unsigned level, std::uint64_t index) override;

private:
    std::vector<std::vector<Hash>> levels_;
    Frontier frontier_;
};

using Proof = std::vector<Hash>;
inline constexpr std::size_t kMaxProof = 128;

// root_at is the root of the first `size` leaves. O(log size) hashes.
Result<Hash> root_at(HashSource& source, std::uint64_t size);

// inclusion_proof is the path of leaf `index` in the tree of `size` leaves (RFC 6962 §2.1.1). index
// < size.
Result<Proof> inclusion_proof(HashSource& source, std::uint64_t index, std::uint64_t size);

// consistency_proof shows that the first `old_size` leaves of both trees are the same (§2.1.2). 0 <
// old_size ≤ size.
Result<Proof> consistency_proof(HashSource& source, std::uint64_t old_size, std::uint64_t size);

// verify_inclusion checks that `leaf` is at `index` under `root`. Errors: bad_inclusion_proof.
Result<> verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                          const Proof& proof, const Hash& root);

// verify_consistency checks that the tree under `root` begins with the one under `old_root`; any
// tree begins with the empty one. Errors: bad_consistency_proof.
Result<> verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                            const Hash& root, const Proof& proof);

// merkle_root is the root over leaves given as data, in order.
Hash merkle_root(std::span<const Bytes> leaves);

// ---- tiles (C2SP tlog-tiles): hashes in files of 256

inline constexpr unsigned kTileHeight = 8;
inline constexpr unsigned kTileWidth = 256;
inline constexpr std::size_t kMaxTileBytes = kTileWidth * 32;

// Tile names hashes [index·256, index·256 + width) of tree level 8·level, or (entries) the leaves
// themselves.
struct Tile {
    std::uint8_t level = 0;  // ≤ 7; 0 for entries
    bool entries = false;
    std::uint64_t index = 0;
    std::uint16_t width = kTileWidth;  // 1 to 256; below 256: a partial tile

    friend bool operator==(const Tile&, const Tile&) = default;
};

// tile_path is what follows "tile/": "0/x001/x234/067", ".p/17" added for a partial tile,
// "entries/…" for leaves.
std::string tile_path(const Tile& tile);
// parse_tile_path reads it back. Errors: bad_tile_path.
Result<Tile> parse_tile_path(std::string_view path);

// tile_bytes is a hash tile of a tree with enough leaves. Errors: no_such_subtree.
Result<Bytes> tile_bytes(HashSource& source, const Tile& tile);

// append_to_bundle adds one leaf to an entry bundle: length(2, big-endian) ‖ data. data ≤ 65,535
// bytes.
void append_to_bundle(Bytes& bundle, ByteView data);
// parse_bundle is the leaves of an entry bundle, at most 256. Errors: truncated, too_large.
Result<std::vector<Bytes>> parse_bundle(ByteView bundle);

// TileSource makes hashes from tiles. `read` gives the bytes of a hash tile, or a wider one of the
// same index.
class TileSource : public HashSource {
public:
    using Read = std::function<Result<Bytes>(const Tile&)>;
    // `size` is that of the tree: it says how wide the last tiles are.
    TileSource(std::uint64_t size, Read read) : size_(size), read_(std::move(read)) {}
    Result<Hash> subtree(unsigned level, std::uint64_t index) override;

private:
    std::uint64_t size_;
    Read read_;
};

}  // namespace obhut::directory
