#include "core/tree/tree.h"

#include <algorithm>

#include "core/tree/order.h"

namespace obhut::tree {

KeyRange KeyRange::prefix(ByteView start) {
    KeyRange range{to_bytes(start), std::nullopt};
    Bytes end = to_bytes(start);
    while (!end.empty() && end.back() == 0xFF) end.pop_back();
    if (end.empty()) return range;
    ++end.back();
    range.to = std::move(end);
    return range;
}

bool KeyRange::holds(ByteView key) const { return !less(key, from) && (!to || less(key, *to)); }

namespace {

// Position is where a descent for a key ended: the leaf, the entry that is the first ≥ key, and the
// keys before it.
struct Position {
    NodePin leaf;
    std::size_t index;
    std::uint64_t rank;
};

Result<Position> find(Nodes& nodes, const Root& root, ByteView key) {
    // The path stays pinned, since a place views into the nodes above it.
    std::vector<NodePin> path;
    path.push_back(TRY(nodes.open_root(root)));
    Place place{path.back()->level(), path.back()->count(), {}, std::nullopt};
    std::uint64_t rank = 0;
    while (!path.back()->is_leaf()) {
        const Node& node = *path.back();
        const std::size_t child = node.child_for(key);
        for (std::size_t i = 0; i < child; ++i) rank += node.child_count(i);
        place = node.child_place(child, place);
        path.push_back(TRY(nodes.open(node.child(child), place)));
    }
    const std::size_t index = path.back()->lower_bound(key);
    return Position{std::move(path.back()), index, rank + index};
}

}  // namespace

Result<std::optional<Value>> Tree::lookup(ByteView key) const {
    const Position found = TRY(find(*nodes_, root_, key));
    if (found.index >= found.leaf->size() || !equal(found.leaf->key(found.index), key))
        return std::nullopt;
    return Value(found.leaf->value(found.index));
}

namespace {

// Wanted is a key to look up and the place of its answer.
struct Wanted {
    ByteView key;
    std::optional<Value>* answer;
};

Result<> look_up_below(Nodes& nodes, const Node& node, const Place& place,
                       std::span<const Wanted> wanted) {
    if (node.is_leaf()) {
        for (const Wanted& want : wanted) {
            const std::size_t at = node.lower_bound(want.key);
            if (at < node.size() && equal(node.key(at), want.key))
                *want.answer = Value(node.value(at));
        }
        return {};
    }
    const auto ends = node.divide(wanted, [](const Wanted& want) { return want.key; });
    nodes.prefetch_touched(node, ends);
    for (std::size_t i = 0, begin = 0; i < node.size(); begin = ends[i++]) {
        if (ends[i] == begin) continue;
        const Place below = node.child_place(i, place);
        const NodePin child = TRY(nodes.open(node.child(i), below));
        TRY(look_up_below(nodes, *child, below, wanted.subspan(begin, ends[i] - begin)));
    }
    return {};
}

}  // namespace

Result<std::vector<std::optional<Value>>> Tree::lookup_many(
    const std::vector<ByteView>& keys) const {
    std::vector<std::optional<Value>> answers(keys.size());
    std::vector<Wanted> wanted;
    for (std::size_t i = 0; i < keys.size(); ++i) wanted.push_back({keys[i], &answers[i]});
    std::sort(wanted.begin(), wanted.end(),
              [](const Wanted& a, const Wanted& b) { return less(a.key, b.key); });
    const NodePin root = TRY(nodes_->open_root(root_));
    const Place place{root->level(), root->count(), {}, std::nullopt};
    TRY(look_up_below(*nodes_, *root, place, wanted));
    return answers;
}

Result<Bytes> Tree::read_value(const ValueView& value) const {
    if (value.is_inline()) return to_bytes(value.bytes());
    return nodes_->open_value(value.reference());
}

Result<std::optional<Bytes>> Tree::get(ByteView key) const {
    const std::optional<Value> value = TRY(lookup(key));
    if (!value) return std::nullopt;
    return TRY(read_value(*value));
}

Result<std::uint64_t> Tree::count() const { return TRY(nodes_->open_root(root_))->count(); }

Result<std::uint64_t> Tree::count(const KeyRange& range) const {
    const std::uint64_t before = TRY(rank(range.from));
    const std::uint64_t until = range.to ? TRY(rank(*range.to)) : TRY(count());
    return until > before ? until - before : 0;
}

Result<std::uint64_t> Tree::rank(ByteView key) const { return TRY(find(*nodes_, root_, key)).rank; }

Result<unsigned> Tree::levels() const { return TRY(nodes_->open_root(root_))->level() + 1; }

Result<std::vector<Entry>> Tree::range(const KeyRange& range, std::size_t limit) const {
    std::vector<Entry> entries;
    if (limit == 0) return entries;
    TRY(each_ahead(range, limit, [&](ByteView key, const ValueView& value) {
        entries.push_back({to_bytes(key), Value(value)});
        return entries.size() < limit;
    }));
    return entries;
}

Result<std::vector<Entry>> Tree::range_at(std::uint64_t index, std::size_t limit) const {
    std::vector<Entry> entries;
    if (limit == 0) return entries;
    Cursor at = cursor();
    at.read_ahead(limit);
    TRY(at.seek_index(index));
    while (at.valid()) {
        entries.push_back({to_bytes(at.key()), Value(at.value())});
        if (entries.size() >= limit) break;
        TRY(at.next());
    }
    return entries;
}

Result<> Tree::each(const KeyRange& range, const Visitor& visit) const {
    return each_ahead(range, kMaxCount, visit);
}

Result<> Tree::each_ahead(const KeyRange& range, std::uint64_t ahead, const Visitor& visit) const {
    if (range.to && !less(range.from, *range.to)) return {};
    Cursor at = cursor();
    if (range.to) at.stop_before(*range.to);
    at.read_ahead(ahead);
    TRY(at.seek(range.from));
    while (at.valid()) {
        if (range.to && !less(at.key(), *range.to)) break;
        if (!visit(at.key(), at.value())) break;
        TRY(at.next());
    }
    return {};
}

namespace {

using NodeVisitor = std::function<Result<>(const ObjectId&, unsigned)>;

// visit_below opens all that is under `node`. Depth: at most kMaxLevel, since levels fall by one.
Result<> visit_below(Nodes& nodes, const Node& node, const Place& place, const NodeVisitor& visit) {
    if (node.is_leaf()) return {};
    std::vector<ObjectId> ids;
    for (std::size_t i = 0; i < node.size(); ++i) ids.push_back(node.child(i).id);
    nodes.prefetch(ids);
    for (std::size_t i = 0; i < node.size(); ++i) {
        const Place below = node.child_place(i, place);
        const NodePin child = TRY(nodes.open(node.child(i), below));
        TRY(visit(child.id(), below.level));
        TRY(visit_below(nodes, *child, below, visit));
    }
    return {};
}

}  // namespace

Result<> Tree::each_node(const NodeVisitor& visit) const {
    const NodePin root = TRY(nodes_->open_root(root_));
    if (root.id().is_zero()) return {};  // an empty tree that was never written is no object
    TRY(visit(root.id(), root->level()));
    return visit_below(*nodes_, *root, {root->level(), root->count(), {}, std::nullopt}, visit);
}

}  // namespace obhut::tree
