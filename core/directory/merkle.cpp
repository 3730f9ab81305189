#include "core/directory/merkle.h"

#include <bit>

#include "core/base/verify.h"

namespace obhut::directory {

namespace {

Hash hash_prefixed(std::uint8_t prefix, std::initializer_list<ByteView> parts) {
    Sha256 hash;
    hash.update(ByteView(&prefix, 1));
    for (const ByteView part : parts) hash.update(part);
    return hash.finish();
}

// The largest power of two below n; n ≥ 2.
std::uint64_t split_of(std::uint64_t n) { return std::bit_floor(n - 1); }

// Root of the leaves [begin, begin + count), where begin is a multiple of the subtree that holds
// them.
Result<Hash> range_root(HashSource& source, std::uint64_t begin, std::uint64_t count) {
    if (std::has_single_bit(count)) {
        const auto level = static_cast<unsigned>(std::countr_zero(count));
        return source.subtree(level, begin >> level);
    }
    const std::uint64_t split = split_of(count);
    const Hash left = TRY(range_root(source, begin, split));
    const Hash right = TRY(range_root(source, begin + split, count - split));
    return node_hash(left, right);
}

Result<> inclusion_path(HashSource& source, std::uint64_t begin, std::uint64_t count,
                        std::uint64_t index, Proof& out) {
    if (count == 1) return {};
    const std::uint64_t split = split_of(count);
    if (index < split) {
        TRY(inclusion_path(source, begin, split, index, out));
        out.push_back(TRY(range_root(source, begin + split, count - split)));
    } else {
        TRY(inclusion_path(source, begin + split, count - split, index - split, out));
        out.push_back(TRY(range_root(source, begin, split)));
    }
    return {};
}

// SUBPROOF of RFC 6962 §2.1.2; `whole` while the old tree's root is one the verifier has.
Result<> consistency_path(HashSource& source, std::uint64_t begin, std::uint64_t count,
                          std::uint64_t old_count, bool whole, Proof& out) {
    if (old_count == count) {
        if (!whole) out.push_back(TRY(range_root(source, begin, count)));
        return {};
    }
    const std::uint64_t split = split_of(count);
    if (old_count <= split) {
        TRY(consistency_path(source, begin, split, old_count, whole, out));
        out.push_back(TRY(range_root(source, begin + split, count - split)));
    } else {
        TRY(consistency_path(source, begin + split, count - split, old_count - split, false, out));
        out.push_back(TRY(range_root(source, begin, split)));
    }
    return {};
}

// Root that a consistency proof leads to for both trees (RFC 9162 §2.1.4.2); absent if it has the
// wrong length.
struct TwoRoots {
    Hash old_root;
    Hash root;
};
std::optional<TwoRoots> follow_consistency(std::uint64_t old_size, std::uint64_t size,
                                           ByteView first, std::span<const Hash> rest) {
    std::uint64_t fn = old_size - 1;
    std::uint64_t sn = size - 1;
    const int shift = std::countr_one(fn);
    fn >>= shift;
    sn >>= shift;
    TwoRoots roots{Hash::from(first), Hash::from(first)};
    for (const Hash& next : rest) {
        if (sn == 0) return std::nullopt;
        if ((fn & 1) != 0 || fn == sn) {
            roots.old_root = node_hash(next, roots.old_root);
            roots.root = node_hash(next, roots.root);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            roots.root = node_hash(roots.root, next);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0) return std::nullopt;
    return roots;
}

std::optional<Hash> follow_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                                     const Proof& proof) {
    std::uint64_t fn = index;
    std::uint64_t sn = size - 1;
    Hash hash = leaf;
    for (const Hash& next : proof) {
        if (sn == 0) return std::nullopt;
        if ((fn & 1) != 0 || fn == sn) {
            hash = node_hash(next, hash);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            hash = node_hash(hash, next);
        }
        fn >>= 1;
        sn >>= 1;
    }
    if (sn != 0) return std::nullopt;
    return hash;
}

bool is_consistent(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                   const Hash& root, const Proof& proof) {
    if (old_size > size) return false;
    if (old_size == size) return proof.empty() && old_root == root;
    if (old_size == 0) return proof.empty() && old_root == empty_root();
    std::optional<TwoRoots> roots;
    if (std::has_single_bit(old_size))
        roots = follow_consistency(old_size, size, old_root.view(), proof);
    else if (!proof.empty())
        roots = follow_consistency(old_size, size, proof[0].view(), std::span(proof).subspan(1));
    return roots && roots->old_root == old_root && roots->root == root;
}

}  // namespace

Hash leaf_hash(ByteView data) { return hash_prefixed(0, {data}); }
Hash node_hash(const Hash& left, const Hash& right) {
    return hash_prefixed(1, {left.view(), right.view()});
}
Hash empty_root() { return sha256({}); }

void Frontier::append(const Hash& leaf) {
    peaks_.push_back(leaf);
    ++size_;
    for (int merges = std::countr_zero(size_); merges > 0; --merges) {
        const Hash right = peaks_.back();
        peaks_.pop_back();
        peaks_.back() = node_hash(peaks_.back(), right);
    }
}

Hash Frontier::root() const {
    if (peaks_.empty()) return empty_root();
    Hash root = peaks_.back();
    for (auto it = peaks_.rbegin() + 1; it != peaks_.rend(); ++it) root = node_hash(*it, root);
    return root;
}

bool Frontier::consistent() const {
    return peaks_.size() == static_cast<std::size_t>(std::popcount(size_));
}

void MemoryTree::append(const Hash& leaf) {
    frontier_.append(leaf);
    Hash hash = leaf;
    for (std::size_t level = 0;; ++level) {
        if (levels_.size() == level) levels_.emplace_back();
        levels_[level].push_back(hash);
        if (levels_[level].size() % 2 != 0) return;
        hash = node_hash(levels_[level][levels_[level].size() - 2], hash);
    }
}

Hash MemoryTree::root() const { return frontier_.root(); }

Result<Hash> MemoryTree::subtree(unsigned level, std::uint64_t index) {
    if (level >= levels_.size() || index >= levels_[level].size())
        return fail(errors::no_such_subtree);
    return levels_[level][index];
}

Result<Hash> root_at(HashSource& source, std::uint64_t size) {
    if (size == 0) return empty_root();
    return range_root(source, 0, size);
}

Result<Proof> inclusion_proof(HashSource& source, std::uint64_t index, std::uint64_t size) {
    if (index >= size) return fail(errors::no_such_subtree);
    Proof proof;
    TRY(inclusion_path(source, 0, size, index, proof));
    return proof;
}

Result<Proof> consistency_proof(HashSource& source, std::uint64_t old_size, std::uint64_t size) {
    if (old_size == 0 || old_size > size) return fail(errors::no_such_subtree);
    Proof proof;
    TRY(consistency_path(source, 0, size, old_size, true, proof));
    return proof;
}

Result<> verify_inclusion(const Hash& leaf, std::uint64_t index, std::uint64_t size,
                          const Proof& proof, const Hash& root) {
    const bool fits = index < size && proof.size() <= kMaxProof;
    const std::optional<Hash> found =
        fits ? follow_inclusion(leaf, index, size, proof) : std::nullopt;
    VERIFY("SR-02/inclusion-proof", found == root, errors::bad_inclusion_proof);
    return {};
}

Result<> verify_consistency(std::uint64_t old_size, const Hash& old_root, std::uint64_t size,
                            const Hash& root, const Proof& proof) {
    VERIFY("SR-29/consistency-proof",
           proof.size() <= kMaxProof && is_consistent(old_size, old_root, size, root, proof),
           errors::bad_consistency_proof);
    return {};
}

Hash merkle_root(std::span<const Bytes> leaves) {
    Frontier frontier;
    for (const Bytes& leaf : leaves) frontier.append(leaf_hash(leaf));
    return frontier.root();
}

}  // namespace obhut::directory
