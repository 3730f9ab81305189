// What of an earlier version, or of an interrupted upload, can be kept: found by the SHA-256 of a
// chunk's plaintext.
#pragma once

#include "core/content/writer.h"

namespace obhut::content {

// ReuseIndex knows the chunks of the earlier version by hash. Memory: about 40 bytes per chunk, for
// at most kMaxIndexed chunks; of a longer file only that many are found again. find() is safe on
// several threads at once.
class ReuseIndex {
public:
    static constexpr std::size_t kMaxIndexed = 1U << 20;  // 4 TiB of large chunks

    // create reads all pages of the earlier manifest, if there is one of the same chunk size. A
    // manifest that is missing or damaged is no error: nothing is reused then. Errors: those of
    // Kind::retry.
    static Result<std::unique_ptr<ReuseIndex>> create(const ObjectPlace& place,
                                                      ContentSource& pages, const Earlier& earlier,
                                                      std::uint32_t chunk_size);

    // Found names a chunk until take().
    struct Found {
        std::uint64_t slot = 0;
        bool resumed = false;
    };
    // find looks for a chunk; one at `slot` is preferred to others.
    std::optional<Found> find(const Hash& hash, std::uint64_t slot) const;
    // take gives the chunk itself; at most a page is fetched. One thread at a time.
    Result<Chunk> take(const Found& found);

    const KnownPages& pages() const { return known_pages_; }
    bool empty() const { return by_hash_.empty(); }

private:
    struct Entry {
        Hash hash;
        Found found;
    };
    Result<> read_pages(const ObjectPlace& place, ContentSource& pages, const Content& version);
    void learn(const Page& page, const Reference& reference);
    void add(const Hash& hash, Found found);

    std::vector<Entry> by_hash_;  // sorted
    std::vector<Chunk> resumed_;
    KnownPages known_pages_;
    std::optional<ManifestCursor> cursor_;
};

}  // namespace obhut::content
