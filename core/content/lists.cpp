#include "core/content/lists.h"

#include <algorithm>

#include "core/content/errors.h"

namespace obhut::content {

namespace {

constexpr std::size_t kPageBatch = 64;

Result<> scan(CborReader& reader, Named& out) {
    std::size_t items = 0;
    switch (TRY(reader.peek())) {
    case CborType::array: items = TRY(reader.array(SIZE_MAX)); break;
    case CborType::map: items = 2 * TRY(reader.map(SIZE_MAX)); break;
    case CborType::tag: {
        CborReader at_tag = reader;
        const std::uint64_t tag = TRY(reader.tag());
        if (tag != kManifestTag && tag != tree::kTreeTag) return scan(reader, out);
        if (tag == kManifestTag)
            out.manifests.push_back(TRY(ManifestTop::decode_from(at_tag)));
        else
            out.trees.push_back(TRY(tree::TreeTop::decode_from(at_tag)));
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

Result<Named> named_by(tree::Nodes& nodes, const std::optional<tree::Value>& value) {
    Named named;
    if (!value) return named;
    if (value->is_inline())
        TRY(named_in(value->bytes(), named));
    else
        TRY(named_in(TRY(nodes.open_value(value->reference())), named));
    return named;
}

// Gatherer walks changes, those of the space's tree and then those of the trees they name.
class Gatherer {
public:
    Gatherer(tree::Nodes& nodes, const ObjectPlace& place, ContentSource& source)
        : nodes_(nodes), counter_(place, source) {}

    Result<> add(const std::vector<tree::Change>& changes, bool follow) {
        for (const tree::Change& change : changes) {
            const Named before = TRY(named_by(nodes_, change.before));
            const Named after = TRY(named_by(nodes_, change.after));
            for (const ManifestTop& top : before.manifests) counter_.add(top, -1);
            for (const ManifestTop& top : after.manifests) counter_.add(top, 1);
            if (follow) TRY(compare(before.trees, after.trees));
        }
        const tree::ContentChange references = TRY(tree::content_change(nodes_, changes));
        for (const ObjectId& id : references.raised) ++counts_[id];
        for (const ObjectId& id : references.lowered) --counts_[id];
        return {};
    }

    Result<ValueLists> finish() {
        TRY(counter_.open_pages());
        for (const auto& [id, count] : counter_.counts()) counts_[id] += count;
        for (const auto& [id, count] : counts_) {
            for (std::int64_t i = 0; i < count; ++i) lists_.raised.push_back(id);
            for (std::int64_t i = 0; i > count; --i) lists_.lowered.push_back(id);
        }
        return std::move(lists_);
    }

private:
    Result<> compare(const std::vector<tree::TreeTop>& before,
                     const std::vector<tree::TreeTop>& after) {
        for (std::size_t i = 0; i < std::max(before.size(), after.size()); ++i) {
            const tree::Tree from(nodes_,
                                  i < before.size() ? before[i].root.clone() : tree::Root{});
            const tree::Tree to(nodes_, i < after.size() ? after[i].root.clone() : tree::Root{});
            const tree::Difference difference = TRY(tree::changes_between(from, to));
            append(lists_.nodes_created, difference.nodes.created);
            append(lists_.nodes_superseded, difference.nodes.superseded);
            TRY(add(difference.changes, false));
        }
        return {};
    }

    static void append(std::vector<ObjectId>& out, const std::vector<ObjectId>& more) {
        out.insert(out.end(), more.begin(), more.end());
    }

    tree::Nodes& nodes_;
    Counter counter_;
    std::map<ObjectId, std::int64_t> counts_;
    ValueLists lists_;
};

}  // namespace

Result<> named_in(ByteView value, Named& out) {
    CborReader check(value);
    if (!check.skip() || !check.finish()) return {};
    CborReader reader(value);
    return scan(reader, out);
}

Result<ValueLists> content_lists(tree::Nodes& nodes, const std::vector<tree::Change>& changes,
                                 const ObjectPlace& place, ContentSource& source) {
    Gatherer gatherer(nodes, place, source);
    TRY(gatherer.add(changes, true));
    return gatherer.finish();
}

}  // namespace obhut::content
