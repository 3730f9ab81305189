#include "server/services/log_tree.h"

namespace obhut::services {

namespace {

Bytes joined(const std::vector<Hash>& hashes) {
    Bytes bytes;
    bytes.reserve(hashes.size() * Hash::kSize);
    for (const Hash& hash : hashes) append(bytes, hash.view());
    return bytes;
}

Hash root_of_tile(std::vector<Hash> hashes) {
    for (std::size_t width = hashes.size(); width > 1; width /= 2)
        for (std::size_t i = 0; i < width / 2; ++i)
            hashes[i] = directory::node_hash(hashes[2 * i], hashes[2 * i + 1]);
    return hashes[0];
}

}  // namespace

std::vector<LogTree::ChangedTile> LogTree::append(std::span<const Bytes> leaves) {
    std::vector<ChangedTile> changed;  // full ones, in the order in which they became full
    std::vector<std::uint64_t> widths;
    for (const Level& level : levels_) widths.push_back(level.hashes.size());
    const std::size_t levels_before = levels_.size();
    std::vector<std::uint64_t> indices;
    for (const Level& level : levels_) indices.push_back(level.index);

    for (const Bytes& leaf : leaves) {
        const Hash hash = directory::leaf_hash(leaf);
        frontier_.append(hash);
        push(0, hash, changed);
    }
    for (std::size_t i = 0; i < levels_.size(); ++i) {
        const Level& level = levels_[i];
        const bool grown =
            i >= levels_before || level.index != indices[i] || level.hashes.size() != widths[i];
        if (grown && !level.hashes.empty())
            changed.push_back({static_cast<std::uint32_t>(i), level.index, joined(level.hashes)});
    }
    return changed;
}

void LogTree::push(std::size_t level, const Hash& hash, std::vector<ChangedTile>& full) {
    if (level == levels_.size()) levels_.emplace_back();
    Level& tile = levels_[level];
    tile.hashes.push_back(hash);
    if (tile.hashes.size() < directory::kTileWidth) return;
    full.push_back({static_cast<std::uint32_t>(level), tile.index, joined(tile.hashes)});
    const Hash root = root_of_tile(std::move(tile.hashes));
    tile.hashes.clear();
    ++tile.index;
    push(level + 1, root, full);
}

}  // namespace obhut::services
