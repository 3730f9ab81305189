#include "core/content/reuse.h"

#include <algorithm>
#include <tuple>

#include "core/content/errors.h"

namespace obhut::content {

namespace {

// Pages fetched at once: at most 64 × 80 KiB.
constexpr std::size_t kPageBatch = 64;

struct PageToRead {
    Reference reference;
    PagePlace where;
};

// Adds the pages below `page`.
void add_below(const Page& page, const PagePlace& where, std::vector<PageToRead>& below) {
    std::uint64_t first = page.first;
    for (const Item& item : page.items) {
        if (const auto* holes = std::get_if<Holes>(&item)) {
            first += holes->count * span_of(page.height);
            continue;
        }
        if (const auto* child = std::get_if<Reference>(&item))
            below.push_back(
                {child->clone(), {static_cast<std::uint8_t>(page.height - 1), first, where.slots}});
        first += span_of(page.height);
    }
}

}  // namespace

Result<std::unique_ptr<ReuseIndex>> ReuseIndex::create(const ObjectPlace& place,
                                                       ContentSource& pages, const Earlier& earlier,
                                                       std::uint32_t chunk_size) {
    auto index = std::make_unique<ReuseIndex>();
    for (const Chunk& chunk : earlier.resumed) {
        index->add(chunk.hash, {index->resumed_.size(), true});
        index->resumed_.push_back(chunk.clone());
    }
    const Content* version = earlier.version;
    if (version != nullptr && version->manifest && version->manifest->chunk_size == chunk_size) {
        const Result<> read = index->read_pages(place, pages, *version);
        if (!read && read.error().kind() == Kind::retry) return std::unexpected(read.error());
    }
    std::sort(index->by_hash_.begin(), index->by_hash_.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.hash, a.found.resumed, a.found.slot) <
               std::tie(b.hash, b.found.resumed, b.found.slot);
    });
    return index;
}

void ReuseIndex::add(const Hash& hash, Found found) {
    if (by_hash_.size() < kMaxIndexed) by_hash_.push_back({hash, found});
}

Result<> ReuseIndex::read_pages(const ObjectPlace& place, ContentSource& pages,
                                const Content& version) {
    TRY(check_content(version));
    cursor_.emplace(place, pages, *version.manifest);
    const ManifestTop& top = *version.manifest;
    std::vector<PageToRead> level;
    level.push_back({top.reference.clone(), {top.height, 0, cursor_->slots()}});
    while (!level.empty()) {
        std::vector<PageToRead> below;
        for (std::size_t from = 0; from < level.size(); from += kPageBatch) {
            const std::size_t count = std::min(kPageBatch, level.size() - from);
            std::vector<ObjectId> ids;
            for (std::size_t i = 0; i < count; ++i) ids.push_back(level[from + i].reference.id);
            const auto objects = TRY(pages.fetch(ids));
            if (objects.size() != count) return fail(errors::content_missing);
            for (std::size_t i = 0; i < count; ++i) {
                const PageToRead& wanted = level[from + i];
                if (!objects[i]) return fail(errors::content_missing);
                const Page page =
                    TRY(open_page(place, wanted.reference, wanted.where, *objects[i]));
                learn(page, wanted.reference);
                add_below(page, wanted.where, below);
            }
        }
        level = std::move(below);
    }
    return {};
}

void ReuseIndex::learn(const Page& page, const Reference& reference) {
    SecretBytes encoded(page.encode());
    known_pages_.emplace(sha256(encoded.expose()), reference.clone());
    std::uint64_t slot = page.first;
    for (const Item& item : page.items) {
        const auto* holes = std::get_if<Holes>(&item);
        if (const auto* chunk = std::get_if<Chunk>(&item)) add(chunk->hash, {slot, false});
        slot += holes != nullptr ? holes->count : 1;
    }
}

std::optional<ReuseIndex::Found> ReuseIndex::find(const Hash& hash, std::uint64_t slot) const {
    auto at = std::lower_bound(
        by_hash_.begin(), by_hash_.end(), hash,
        [](const Entry& entry, const Hash& wanted) { return entry.hash < wanted; });
    if (at == by_hash_.end() || at->hash != hash) return std::nullopt;
    const Found first = at->found;
    for (; at != by_hash_.end() && at->hash == hash && !at->found.resumed && at->found.slot <= slot;
         ++at)
        if (at->found.slot == slot) return at->found;
    return first;
}

Result<Chunk> ReuseIndex::take(const Found& found) {
    if (found.resumed) return resumed_[found.slot].clone();
    const Slots slots = TRY(cursor_->at(found.slot));
    if (slots.chunk == nullptr) return fail(errors::manifest_wrong_place);
    return slots.chunk->clone();
}

}  // namespace obhut::content
