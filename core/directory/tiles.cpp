// Tiles of the log: paths, contents, and hashes made from them. Source: C2SP tlog-tiles.
#include <algorithm>

#include "core/directory/merkle.h"

namespace obhut::directory {

namespace {

constexpr unsigned kMaxTileLevel = 7;  // 2^64 leaves

std::string three_digits(std::uint64_t value) {
    std::string text = std::to_string(value);
    return std::string(3 - text.size(), '0') + text;
}

// take cuts the text at the next '/'; the part before it.
std::string_view take(std::string_view& rest) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
    return part;
}

std::optional<std::uint64_t> decimal(std::string_view text, std::size_t digits) {
    if (text.size() != digits) return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

// number_without_zeros reads 1 to 3 digits that do not begin with a zero, unless it is zero.
std::optional<std::uint64_t> number_without_zeros(std::string_view text) {
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
    return decimal(text, text.size());
}

}  // namespace

std::string tile_path(const Tile& tile) {
    CHECK(tile.width >= 1 && tile.width <= kTileWidth);
    std::string digits = three_digits(tile.index % 1000);
    for (std::uint64_t rest = tile.index / 1000; rest > 0; rest /= 1000)
        digits = "x" + three_digits(rest % 1000) + "/" + digits;
    std::string path = (tile.entries ? "entries" : std::to_string(tile.level)) + "/" + digits;
    if (tile.width < kTileWidth) path += ".p/" + std::to_string(tile.width);
    return path;
}

Result<Tile> parse_tile_path(std::string_view path) {
    Tile tile;
    std::string_view rest = path;
    const std::string_view level = take(rest);
    tile.entries = level == "entries";
    if (!tile.entries) {
        const auto number = number_without_zeros(level);
        if (!number || *number > kMaxTileLevel) return fail(errors::bad_tile_path);
        tile.level = static_cast<std::uint8_t>(*number);
    }
    std::string_view part = take(rest);
    for (int groups = 0; part.starts_with('x'); ++groups, part = take(rest)) {
        const auto number = decimal(part.substr(1), 3);
        if (!number || groups == 5) return fail(errors::bad_tile_path);
        tile.index = tile.index * 1000 + *number;
    }
    const bool partial = part.ends_with(".p");
    if (partial) part.remove_suffix(2);
    const auto last = decimal(part, 3);
    if (!last) return fail(errors::bad_tile_path);
    tile.index = tile.index * 1000 + *last;
    if (partial) {
        const auto width = number_without_zeros(take(rest));
        if (!width || *width == 0 || *width >= kTileWidth) return fail(errors::bad_tile_path);
        tile.width = static_cast<std::uint16_t>(*width);
    }
    // One tile has one path.
    if (!rest.empty() || tile_path(tile) != path) return fail(errors::bad_tile_path);
    return tile;
}

Result<Bytes> tile_bytes(HashSource& source, const Tile& tile) {
    CHECK(!tile.entries);
    Bytes bytes;
    bytes.reserve(tile.width * Hash::kSize);
    for (std::uint64_t i = 0; i < tile.width; ++i)
        append(bytes,
               TRY(source.subtree(tile.level * kTileHeight, tile.index * kTileWidth + i)).view());
    return bytes;
}

void append_to_bundle(Bytes& bundle, ByteView data) {
    CHECK(data.size() <= 0xFFFF);
    bundle.push_back(static_cast<std::uint8_t>(data.size() >> 8));
    bundle.push_back(static_cast<std::uint8_t>(data.size()));
    append(bundle, data);
}

Result<std::vector<Bytes>> parse_bundle(ByteView bundle) {
    std::vector<Bytes> leaves;
    while (!bundle.empty()) {
        if (leaves.size() == kTileWidth) return fail(errors::too_large);
        if (bundle.size() < 2) return fail(errors::truncated);
        const std::size_t size = std::size_t{bundle[0]} << 8 | bundle[1];
        bundle = bundle.subspan(2);
        if (bundle.size() < size) return fail(errors::truncated);
        leaves.push_back(to_bytes(bundle.first(size)));
        bundle = bundle.subspan(size);
    }
    return leaves;
}

Result<Hash> TileSource::subtree(unsigned level, std::uint64_t index) {
    if (level >= 64 || index >= size_ >> level) return fail(errors::no_such_subtree);
    const unsigned tile_level = level / kTileHeight;
    const unsigned above = level % kTileHeight;  // levels to climb inside the tile
    const std::uint64_t first = index << above;
    const std::uint64_t held =
        size_ >> (tile_level * kTileHeight);  // hashes of that level there are
    Tile tile;
    tile.level = static_cast<std::uint8_t>(tile_level);
    tile.index = first / kTileWidth;
    tile.width = static_cast<std::uint16_t>(
        std::min<std::uint64_t>(kTileWidth, held - tile.index * kTileWidth));
    const Bytes bytes = TRY(read_(tile));
    const std::size_t offset = first % kTileWidth;
    const std::size_t count = std::size_t{1} << above;
    if (bytes.size() < (offset + count) * Hash::kSize) return fail(errors::no_such_subtree);
    // A complete subtree is the frontier of as many leaves as it has.
    Frontier frontier;
    for (std::size_t i = 0; i < count; ++i)
        frontier.append(
            Hash::from(ByteView(bytes).subspan((offset + i) * Hash::kSize, Hash::kSize)));
    return frontier.root();
}

}  // namespace obhut::directory
