// Manifests: the list of a long file's chunks, as a tree of sealed pages. Format:
// docs/protocol/content.md §4.
//
// A file has `slots` = ⌈size / chunk size⌉ places for chunks. A page of height 0 lists the chunks
// of up to kPageItems slots; a page of height h has items that cover kPageItems^h slots each. A run
// of holes is one item at any height, so a sparse file costs what its data costs. The parent fixes
// height, first slot and number of items of each page, and pages stand at multiples of their span:
// an unchanged part of a file has the same pages in every version.
#pragma once

#include <map>
#include <variant>
#include <vector>

#include "core/content/ports.h"

namespace obhut::content {

inline constexpr std::uint64_t kPageItems = 512;
inline constexpr std::uint8_t kMaxHeight = 5;  // 512^6 slots of 64 KiB are more than kMaxFileSize

constexpr std::uint64_t slots_of(std::uint64_t size, std::uint32_t chunk_size) {
    return (size + chunk_size - 1) / chunk_size;
}
// span_of is how many slots one item of a page covers.
constexpr std::uint64_t span_of(std::uint8_t height) { return std::uint64_t{1} << (9 * height); }
// height_for is the height of the top page over `slots`.
std::uint8_t height_for(std::uint64_t slots);

struct Holes {
    std::uint64_t count = 0;  // items, of the page's span
};

// Item: holes; or a chunk, in pages of height 0; or the page below.
using Item = std::variant<Holes, Chunk, Reference>;

// Page: CBOR [height, first slot, [item…]]; a hole is an unsigned integer, a chunk a map, a page
// below a reference.
struct Page {
    std::uint8_t height = 0;
    std::uint64_t first = 0;
    std::vector<Item> items;

    Bytes encode() const;
    static Result<Page> decode(ByteView bytes);
};

// PagePlace is what the parent says about a page.
struct PagePlace {
    std::uint8_t height = 0;
    std::uint64_t first = 0;
    std::uint64_t slots = 0;  // of the whole file

    // items is the number of items that the page has, counting each hole.
    std::uint64_t items() const;
};

// seal_page seals an encoded page. open_page checks that the page is the one of `where`.
// Errors: those of open_object and of decoding, manifest_wrong_place, manifest_wrong_end.
SealedObject seal_page(const ObjectPlace& place, ByteView encoded, Entropy& entropy);
Result<Page> open_page(const ObjectPlace& place, const Reference& reference, const PagePlace& where,
                       ByteView object);

// RootHasher computes the hash of content of several chunks: SHA-256 over label, size, chunk size,
// and for each chunk 0x01 ‖ its hash, for each maximal run of holes 0x00 ‖ its length in slots (8
// bytes).
class RootHasher {
public:
    RootHasher(std::uint64_t size, std::uint32_t chunk_size);
    void chunk(const Hash& hash);
    void holes(std::uint64_t count) { holes_ += count; }
    Hash finish();

private:
    void flush_holes();

    Sha256 sha_;
    std::uint64_t holes_ = 0;
};

// Slots are `count` places in a row: holes, or one chunk.
struct Slots {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    const Chunk* chunk = nullptr;  // valid until the next call of the cursor
};

// ManifestCursor finds the chunks that a manifest lists; it holds one page per height.
class ManifestCursor {
public:
    // `source` must live as long as the cursor.
    ManifestCursor(const ObjectPlace& place, ContentSource& source, const ManifestTop& top);

    // preload gives the sealed top page, fetched together with others.
    Result<> preload(ByteView top_object);

    // at tells what is at a slot, from that slot to the end of the run. Fetches at most one page
    // per height, none when the slot is near the last one. Errors: those of the source and of
    // open_page.
    Result<Slots> at(std::uint64_t slot);

    std::uint64_t slots() const { return slots_; }
    std::uint32_t chunk_size() const { return top_.chunk_size; }

private:
    struct Open {
        Page page;
        std::vector<std::uint64_t> starts;  // first unit of each item
    };
    Result<const Open*> page_at(const Reference& reference, const PagePlace& where);
    Result<const Open*> keep(const PagePlace& where, Page page);

    ObjectPlace place_;
    ContentSource& source_;
    ManifestTop top_;
    std::uint64_t slots_;
    std::array<std::optional<Open>, kMaxHeight + 1> open_;  // by height
};

// KnownPages are the pages of an older version: hash of the encoded page → where it is sealed.
using KnownPages = std::map<Hash, Reference>;

// ManifestWriter builds a manifest from chunks in order. Memory: one page per height.
class ManifestWriter {
public:
    // `known` may be null; pages equal to one of it are not sealed again.
    ManifestWriter(const ObjectPlace& place, Entropy& entropy, ContentSink& sink,
                   std::uint64_t size, std::uint32_t chunk_size, const KnownPages* known);

    Result<> chunk(Chunk chunk);
    Result<> holes(std::uint64_t count);
    // finish is called when all slots are filled; the content without its `sparse` mark.
    Result<Content> finish();

private:
    struct Level {
        std::vector<Item> items;
        std::uint64_t units = 0;  // in the open page
        std::uint64_t pages = 0;  // closed before it
        bool has_data = false;
    };
    Result<> add(std::uint8_t height, Item item);
    Result<> add_holes(std::uint8_t height, std::uint64_t count);
    Result<> close(std::uint8_t height);
    Result<Reference> seal(const Page& page);

    ObjectPlace place_;
    Entropy& entropy_;
    ContentSink& sink_;
    std::uint64_t size_;
    std::uint32_t chunk_size_;
    const KnownPages* known_;
    std::uint8_t height_;
    RootHasher root_;
    std::array<Level, kMaxHeight + 1> levels_;
};

}  // namespace obhut::content
