#include "core/content/lists.h"

#include <algorithm>

#include "core/content/errors.h"

namespace obhut::content {

namespace {

constexpr std::size_t kPageBatch = 64;

Result<> scan(CborReader& reader, std::vector<ManifestTop>& out) {
    std::size_t items = 0;
    switch (TRY(reader.peek())) {
    case CborType::array: items = TRY(reader.array(SIZE_MAX)); break;
    case CborType::map: items = 2 * TRY(reader.map(SIZE_MAX)); break;
    case CborType::tag: {
        CborReader at_tag = reader;
        if (TRY(reader.tag()) != kManifestTag) return scan(reader, out);
        out.push_back(TRY(ManifestTop::decode_from(at_tag)));
        reader = at_tag;
        return {};
    }
    default: TRY(reader.skip()); return {};
    }
    for (std::size_t i = 0; i < items; ++i) TRY(scan(reader, out));
    return {};
}

// Counter adds up references, pages before what they list.
class Counter {
public:
    Counter(const ObjectPlace& place, ContentSource& source) : place_(place), source_(source) {}

    void add(const ManifestTop& top, std::int64_t count) {
        const std::uint64_t slots = slots_of(top.size, top.chunk_size);
        add_page(top.reference, {top.height, 0, slots}, count, false);
    }

    Result<> open_pages() {
        for (int height = kMaxHeight; height >= 0; --height) {
            auto pages = std::move(pages_[static_cast<std::size_t>(height)]);
            std::vector<const Pending*> batch;
            for (const auto& [key, page] : pages) {
                if (page.count != 0) batch.push_back(&page);
                if (batch.size() == kPageBatch) TRY(open(batch));
            }
            TRY(open(batch));
        }
        return {};
    }

    const std::map<ObjectId, std::int64_t>& counts() const { return counts_; }

private:
    struct Pending {
        Reference reference;
        PagePlace where;
        std::int64_t count = 0;
    };
    // The same page may stand in files of different sizes.
    using Key = std::tuple<ObjectId, std::uint64_t, std::uint64_t>;

    void add_page(const Reference& reference, const PagePlace& where, std::int64_t count,
                  bool is_listed) {
        if (is_listed) counts_[reference.id] += count;
        auto& pages = pages_[where.height];
        auto [at, is_new] = pages.try_emplace(Key{reference.id, where.first, where.slots});
        if (is_new) at->second = {reference.clone(), where, 0};
        at->second.count += count;
    }

    Result<> open(std::vector<const Pending*>& batch) {
        if (batch.empty()) return {};
        std::vector<ObjectId> ids;
        for (const Pending* page : batch) ids.push_back(page->reference.id);
        const auto objects = TRY(source_.fetch(ids));
        if (objects.size() != ids.size()) return fail(errors::content_missing);
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (!objects[i]) return fail(errors::content_missing);
            count(TRY(open_page(place_, batch[i]->reference, batch[i]->where, *objects[i])),
                  *batch[i]);
        }
        batch.clear();
        return {};
    }

    void count(const Page& page, const Pending& from) {
        std::uint64_t first = page.first;
        for (const Item& item : page.items) {
            std::uint64_t units = 1;
            if (const auto* holes = std::get_if<Holes>(&item))
                units = holes->count;
            else if (const auto* chunk = std::get_if<Chunk>(&item))
                counts_[chunk->reference.id] += from.count;
            else
                add_page(std::get<Reference>(item),
                         {static_cast<std::uint8_t>(page.height - 1), first, from.where.slots},
                         from.count, true);
            first += units * span_of(page.height);
        }
    }

    ObjectPlace place_;
    ContentSource& source_;
    std::array<std::map<Key, Pending>, kMaxHeight + 1> pages_;
    std::map<ObjectId, std::int64_t> counts_;
};

Result<> add_manifests(tree::Nodes& nodes, const std::optional<tree::Value>& value,
                       std::int64_t count, Counter& counter) {
    if (!value) return {};
    std::vector<ManifestTop> tops;
    if (value->is_inline())
        TRY(manifests_named(value->bytes(), tops));
    else
        TRY(manifests_named(TRY(nodes.open_value(value->reference())), tops));
    for (const ManifestTop& top : tops) counter.add(top, count);
    return {};
}

}  // namespace

Result<> manifests_named(ByteView value, std::vector<ManifestTop>& out) {
    CborReader check(value);
    if (!check.skip() || !check.finish()) return {};
    CborReader reader(value);
    return scan(reader, out);
}

Result<tree::ContentChange> content_lists(tree::Nodes& nodes,
                                          const std::vector<tree::Change>& changes,
                                          const ObjectPlace& place, ContentSource& source) {
    Counter counter(place, source);
    for (const tree::Change& change : changes) {
        TRY(add_manifests(nodes, change.before, -1, counter));
        TRY(add_manifests(nodes, change.after, 1, counter));
    }
    TRY(counter.open_pages());
    tree::ContentChange lists = TRY(tree::content_change(nodes, changes));
    std::map<ObjectId, std::int64_t> counts = counter.counts();
    for (const ObjectId& id : lists.raised) ++counts[id];
    for (const ObjectId& id : lists.lowered) --counts[id];
    lists = {};
    for (const auto& [id, count] : counts) {
        for (std::int64_t i = 0; i < count; ++i) lists.raised.push_back(id);
        for (std::int64_t i = 0; i > count; --i) lists.lowered.push_back(id);
    }
    return lists;
}

}  // namespace obhut::content
