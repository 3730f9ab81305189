#include "core/content/manifest.h"

#include <algorithm>

#include "core/base/verify.h"
#include "core/content/errors.h"
#include "core/crypto/padding.h"

namespace obhut::content {

namespace {

constexpr std::size_t kMaxPageBytes = 128 * 1024;

std::uint64_t units_of(const Item& item) {
    const auto* holes = std::get_if<Holes>(&item);
    return holes != nullptr ? holes->count : 1;
}

Result<Item> decode_item(CborReader& reader, std::uint8_t height) {
    const CborType type = TRY(reader.peek());
    if (type == CborType::uint) return Item(Holes{TRY(reader.uint())});
    if (height > 0) return Item(TRY(Reference::decode_from(reader)));
    Chunk chunk;
    TRY(record_detail::read_value(reader, chunk, kDefaultLimit));
    return Item(std::move(chunk));
}

}  // namespace

std::uint8_t height_for(std::uint64_t slots) {
    std::uint8_t height = 0;
    while (height < kMaxHeight && span_of(static_cast<std::uint8_t>(height + 1)) < slots) ++height;
    return height;
}

Bytes Page::encode() const {
    CborWriter writer;
    writer.array(3);
    writer.uint(height);
    writer.uint(first);
    writer.array(items.size());
    for (const Item& item : items) {
        if (const auto* holes = std::get_if<Holes>(&item))
            writer.uint(holes->count);
        else if (const auto* chunk = std::get_if<Chunk>(&item))
            record_detail::write_value(writer, *chunk);
        else
            std::get<Reference>(item).encode_to(writer);
    }
    return writer.take();
}

Result<Page> Page::decode(ByteView bytes) {
    CborReader reader(bytes);
    if (TRY(reader.array(3)) != 3) return fail(errors::wrong_type);
    Page page;
    const std::uint64_t height = TRY(reader.uint());
    if (height > kMaxHeight) return fail(errors::invalid_value);
    page.height = static_cast<std::uint8_t>(height);
    page.first = TRY(reader.uint());
    const std::size_t count = TRY(reader.array(kPageItems));
    page.items.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        page.items.push_back(TRY(decode_item(reader, page.height)));
    TRY(reader.finish());
    return page;
}

std::uint64_t PagePlace::items() const {
    const std::uint64_t span = span_of(height);
    return std::min(kPageItems, (slots - first + span - 1) / span);
}

SealedObject seal_page(const ObjectPlace& place, ByteView encoded, Entropy& entropy) {
    CHECK(encoded.size() <= kMaxPageBytes);
    Bytes padded = to_bytes(encoded);
    pad(padded, static_cast<std::size_t>(std::max(kMinPadded, padme(encoded.size() + 1))));
    SealedObject sealed = seal_object(place, ObjectType::manifest, padded, entropy);
    wipe(padded);
    return sealed;
}

Result<Page> open_page(const ObjectPlace& place, const Reference& reference, const PagePlace& where,
                       ByteView object) {
    const SecretBytes padded(TRY(open_object(place, ObjectType::manifest, reference, object)));
    Page page = TRY(Page::decode(TRY(unpadded(padded.expose()))));
    VERIFY("SR-06/manifest-place", page.height == where.height && page.first == where.first,
           errors::manifest_wrong_place);
    std::uint64_t units = 0;
    for (const Item& item : page.items) {
        const std::uint64_t more = units_of(item);
        if (more == 0 || more > kPageItems) return fail(errors::manifest_wrong_end);
        units += more;
    }
    VERIFY("SR-06/manifest-end", units == where.items(), errors::manifest_wrong_end);
    return page;
}

RootHasher::RootHasher(std::uint64_t size, std::uint32_t chunk_size) {
    Bytes head = to_bytes(labels::content_root.text);
    head.push_back(0);
    append_be64(head, size);
    append_be32(head, chunk_size);
    sha_.update(head);
}

void RootHasher::flush_holes() {
    if (holes_ == 0) return;
    Bytes run{0};
    append_be64(run, holes_);
    sha_.update(run);
    holes_ = 0;
}

void RootHasher::chunk(const Hash& hash) {
    flush_holes();
    constexpr std::uint8_t mark[] = {1};
    sha_.update(mark);
    sha_.update(hash.view());
}

Hash RootHasher::finish() {
    flush_holes();
    return sha_.finish();
}

ManifestCursor::ManifestCursor(const ObjectPlace& place, ContentSource& source,
                               const ManifestTop& top)
    : place_(place),
      source_(source),
      top_(top.clone()),
      slots_(slots_of(top.size, top.chunk_size)) {}

Result<const ManifestCursor::Open*> ManifestCursor::keep(const PagePlace& where, Page page) {
    Open& open = open_[where.height].emplace();
    open.page = std::move(page);
    std::uint64_t unit = 0;
    for (const Item& item : open.page.items) {
        open.starts.push_back(unit);
        unit += units_of(item);
    }
    return &open;
}

Result<> ManifestCursor::preload(ByteView top_object) {
    const PagePlace where{top_.height, 0, slots_};
    TRY(keep(where, TRY(open_page(place_, top_.reference, where, top_object))));
    return {};
}

Result<const ManifestCursor::Open*> ManifestCursor::page_at(const Reference& reference,
                                                            const PagePlace& where) {
    const auto& held = open_[where.height];
    if (held && held->page.first == where.first) return &*held;
    const Bytes object = TRY(fetch_one(source_, reference.id));
    return keep(where, TRY(open_page(place_, reference, where, object)));
}

Result<Slots> ManifestCursor::at(std::uint64_t slot) {
    CHECK(slot < slots_);
    PagePlace where{top_.height, 0, slots_};
    const Open* open = TRY(page_at(top_.reference, where));
    while (true) {
        const std::uint64_t span = span_of(where.height);
        const std::uint64_t unit = (slot - where.first) / span;
        const auto after = std::upper_bound(open->starts.begin(), open->starts.end(), unit);
        const auto index = static_cast<std::size_t>(after - open->starts.begin()) - 1;
        const Item& item = open->page.items[index];
        if (const auto* holes = std::get_if<Holes>(&item)) {
            const std::uint64_t end = where.first + (open->starts[index] + holes->count) * span;
            return Slots{slot, std::min(end, slots_) - slot, nullptr};
        }
        if (const auto* chunk = std::get_if<Chunk>(&item)) return Slots{slot, 1, chunk};
        where = {static_cast<std::uint8_t>(where.height - 1), where.first + unit * span, slots_};
        open = TRY(page_at(std::get<Reference>(item), where));
    }
}

ManifestWriter::ManifestWriter(const ObjectPlace& place, Entropy& entropy, ContentSink& sink,
                               std::uint64_t size, std::uint32_t chunk_size,
                               const KnownPages* known)
    : place_(place),
      entropy_(entropy),
      sink_(sink),
      size_(size),
      chunk_size_(chunk_size),
      known_(known),
      height_(height_for(slots_of(size, chunk_size))),
      root_(size, chunk_size) {}

Result<> ManifestWriter::chunk(Chunk chunk) {
    root_.chunk(chunk.hash);
    return add(0, Item(std::move(chunk)));
}

Result<> ManifestWriter::holes(std::uint64_t count) {
    root_.holes(count);
    return add_holes(0, count);
}

Result<> ManifestWriter::add(std::uint8_t height, Item item) {
    Level& level = levels_[height];
    level.items.push_back(std::move(item));
    level.has_data = true;
    if (++level.units == kPageItems && height < height_) return close(height);
    return {};
}

Result<> ManifestWriter::add_holes(std::uint8_t height, std::uint64_t count) {
    Level& level = levels_[height];
    while (count > 0) {
        if (level.units == 0 && count >= kPageItems && height < height_) {
            level.pages += count / kPageItems;
            TRY(add_holes(static_cast<std::uint8_t>(height + 1), count / kPageItems));
            count %= kPageItems;
            continue;
        }
        const std::uint64_t run = std::min(count, kPageItems - level.units);
        auto* last = level.items.empty() ? nullptr : std::get_if<Holes>(&level.items.back());
        if (last != nullptr)
            last->count += run;
        else
            level.items.push_back(Item(Holes{run}));
        level.units += run;
        count -= run;
        if (level.units == kPageItems && height < height_) TRY(close(height));
    }
    return {};
}

// Hands the open page of a height to the height above.
Result<> ManifestWriter::close(std::uint8_t height) {
    Level& level = levels_[height];
    if (level.units == 0) return {};
    Page page{height, level.pages * kPageItems * span_of(height), std::move(level.items)};
    const bool has_data = level.has_data;
    level = Level{{}, 0, level.pages + 1, false};
    const auto above = static_cast<std::uint8_t>(height + 1);
    if (!has_data) return add_holes(above, 1);
    return add(above, Item(TRY(seal(page))));
}

Result<Reference> ManifestWriter::seal(const Page& page) {
    const SecretBytes encoded(page.encode());
    if (known_ != nullptr) {
        const auto found = known_->find(sha256(encoded.expose()));
        if (found != known_->end()) return found->second.clone();
    }
    SealedObject sealed = seal_page(place_, encoded.expose(), entropy_);
    TRY(sink_.put(sealed.reference.id, std::move(sealed.bytes)));
    return std::move(sealed.reference);
}

Result<Content> ManifestWriter::finish() {
    for (std::uint8_t height = 0; height < height_; ++height) TRY(close(height));
    Level& top = levels_[height_];
    const PagePlace where{height_, 0, slots_of(size_, chunk_size_)};
    CHECK(top.units == where.items());
    Content content;
    content.size = size_;
    content.hash = root_.finish();
    content.manifest = ManifestTop{TRY(seal(Page{height_, 0, std::move(top.items)})), size_,
                                   chunk_size_, height_, false};
    return content;
}

}  // namespace obhut::content
