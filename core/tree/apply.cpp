#include "core/tree/apply.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

#include "core/tree/order.h"
#include "core/tree/pack.h"

namespace obhut::tree {

void Batch::put(ByteView key, ByteView value) {
    Operation operation{to_bytes(key), std::nullopt, {}, 0};
    if (value.size() <= kMaxInline)
        operation.value = Value::of(value);
    else
        operation.large = to_bytes(value);
    operations_.push_back(std::move(operation));
}

void Batch::put(ByteView key, Value value) {
    operations_.push_back({to_bytes(key), std::move(value), {}, 0});
}

void Batch::erase(ByteView key) { operations_.push_back({to_bytes(key), std::nullopt, {}, 0}); }

void Batch::add(Batch other) {
    std::move(other.operations_.begin(), other.operations_.end(), std::back_inserter(operations_));
}

// Applier rewrites the touched part of a tree from the leaves up. A frame of rewrite() holds the
// drafts of one node's children; they are sealed, and forgotten, when the frame has joined the
// small ones.
class Applier {
public:
    Applier(const Tree& tree, Entropy& entropy, NodeSink& sink)
        : tree_(tree), nodes_(tree.nodes()), entropy_(entropy), sink_(sink) {}

    Result<Applied> run(Batch batch);

private:
    using Operation = Batch::Operation;
    using Operations = std::span<const Operation>;

    // What drafts view into.
    struct Keep {
        std::vector<NodePin> pins;
        std::deque<Bytes> bytes;
        void absorb(Keep&& other);
    };
    struct Rewritten {
        bool changed = false;
        std::vector<Draft> drafts;
        Keep keep;
    };
    // Slot is a child of the node being rewritten: one of the old ones, or a draft.
    struct Slot {
        ByteView lower;
        std::optional<std::size_t> old;  // its index in the node
        Draft draft;
        bool must_join(unsigned level) const { return level > 0 && draft.items.size() == 1; }
        bool is_small(unsigned level) const {
            return !old && draft.shrunk && (draft.bytes < kSmall || must_join(level));
        }
    };
    // Family is a node being rewritten, with its children to be.
    struct Family {
        const Node& node;
        const Place& place;
        std::vector<Slot> slots;
        Keep keep;
        unsigned child_level() const { return node.level() - 1; }
    };

    Result<> prepare(Batch& batch);
    Result<Rewritten> rewrite(NodePin node, const Place& place, Operations operations);
    Result<Rewritten> rewrite_leaf(NodePin leaf, const Place& place, Operations operations);
    Result<Rewritten> rewrite_inner(NodePin node, const Place& place, Operations operations);
    Result<bool> rewrite_children(Family& family, Operations operations);
    void note(ByteView key, const Value* after, const ValueView* before);
    Result<> join_small(Family& family);
    Result<bool> join(Family& family, std::size_t left);
    Result<Draft> loaded(Family& family, const Slot& slot);
    Result<Item> seal(unsigned level, const Draft& draft, Keep& keep);
    Result<Root> finish(Rewritten top, unsigned level);
    Result<Root> collapse(const Item& only, unsigned level);

    const Tree& tree_;
    Nodes& nodes_;
    Entropy& entropy_;
    NodeSink& sink_;
    std::vector<Change> changes_;
    // New inner nodes, with their child if it is the only one.
    std::unordered_map<ObjectId, std::optional<Reference>, FixedHash> new_inner_;
};

void Applier::Keep::absorb(Keep&& other) {
    std::move(other.pins.begin(), other.pins.end(), std::back_inserter(pins));
    // Moved byte strings keep their place in memory, so views into them stay good.
    std::move(other.bytes.begin(), other.bytes.end(), std::back_inserter(bytes));
}

// prepare sorts the operations, leaves the last of each key, and seals large values.
Result<> Applier::prepare(Batch& batch) {
    auto& all = batch.operations_;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].key.empty() || all[i].key.size() > kMaxKey) return fail(errors::key_not_allowed);
        all[i].order = i;
    }
    std::sort(all.begin(), all.end(), [](const Operation& a, const Operation& b) {
        return equal(a.key, b.key) ? a.order < b.order : less(a.key, b.key);
    });
    std::size_t kept = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i + 1 < all.size() && all[i].key == all[i + 1].key) continue;
        if (kept != i) all[kept] = std::move(all[i]);
        Operation& operation = all[kept++];
        if (operation.large.empty()) continue;
        operation.value = Value::of(TRY(nodes_.seal_value(operation.large, entropy_, sink_)));
        operation.large = {};
    }
    all.resize(kept);
    return {};
}

Result<Applied> Applier::run(Batch batch) {
    TRY(prepare(batch));
    NodePin root = TRY(nodes_.open_root(tree_.root()));
    const unsigned level = root->level();
    const std::uint64_t before = root->count();
    const Place place{level, before, {}, std::nullopt};
    Rewritten top;
    if (!batch.empty()) top = TRY(rewrite(std::move(root), place, batch.operations_));
    if (!top.changed) return Applied{tree_.root().clone(), before, {}};
    std::uint64_t count = 0;
    for (const Draft& draft : top.drafts) count += draft.count();
    if (count > kMaxCount) return fail(errors::tree_too_large);
    Root made = TRY(finish(std::move(top), level));
    return Applied{std::move(made), count, std::move(changes_)};
}

Result<Applier::Rewritten> Applier::rewrite(NodePin node, const Place& place,
                                            Operations operations) {
    if (node->is_leaf()) return rewrite_leaf(std::move(node), place, operations);
    return rewrite_inner(std::move(node), place, operations);
}

void Applier::note(ByteView key, const Value* after, const ValueView* before) {
    Change change{to_bytes(key), std::nullopt, std::nullopt};
    if (before != nullptr) change.before = Value(*before);
    if (after != nullptr) change.after = after->clone();
    changes_.push_back(std::move(change));
}

// rewrite_leaf merges the leaf's entries with the operations, both ascending.
Result<Applier::Rewritten> Applier::rewrite_leaf(NodePin leaf, const Place& place,
                                                 Operations operations) {
    const std::size_t notes = changes_.size();
    const bool appended =
        leaf->size() > 0 && less(leaf->key(leaf->size() - 1), operations.front().key);
    std::vector<Item> items;
    items.reserve(leaf->size() + operations.size());
    std::size_t i = 0;
    for (const Operation& operation : operations) {
        for (; i < leaf->size() && less(leaf->key(i), operation.key); ++i)
            items.push_back({leaf->key(i), leaf->payload(i), 1});
        std::optional<ValueView> before;
        if (i < leaf->size() && equal(leaf->key(i), operation.key)) before = leaf->value(i++);
        const Value* after = operation.value ? &*operation.value : nullptr;
        if (after != nullptr) items.push_back({operation.key, after->view().encoded(), 1});
        const bool same = before && after != nullptr
                              ? equal(before->encoded(), after->view().encoded())
                              : !before && after == nullptr;
        if (!same) note(operation.key, after, before ? &*before : nullptr);
    }
    for (; i < leaf->size(); ++i) items.push_back({leaf->key(i), leaf->payload(i), 1});

    Rewritten result;
    result.changed = changes_.size() > notes;
    if (!result.changed) return result;
    if (!leaf.id().is_zero()) TRY(sink_.superseded(leaf.id()));
    if (!items.empty()) pack(0, place.lower, std::move(items), appended, result.drafts);
    if (result.drafts.size() == 1)
        result.drafts[0].shrunk = result.drafts[0].bytes + 5 < leaf->content_bytes();
    result.keep.pins.push_back(std::move(leaf));
    return result;
}

Result<Applier::Rewritten> Applier::rewrite_inner(NodePin node, const Place& place,
                                                  Operations operations) {
    Rewritten result;
    Family family{*node, place, {}, {}};
    result.changed = TRY(rewrite_children(family, operations));
    if (!result.changed) return result;
    TRY(sink_.superseded(node.id()));
    TRY(join_small(family));
    std::vector<Item> items;
    items.reserve(family.slots.size());
    for (const Slot& slot : family.slots) {
        if (slot.old)
            items.push_back({slot.lower, node->payload(*slot.old), node->child_count(*slot.old)});
        else
            items.push_back(TRY(seal(family.child_level(), slot.draft, result.keep)));
    }
    const std::size_t last = node->size() - 1;
    const bool appended =
        family.slots.size() > last && family.slots[last].lower.data() == node->key(last).data() &&
        std::all_of(family.slots.begin(), family.slots.begin() + static_cast<std::ptrdiff_t>(last),
                    [](const Slot& slot) { return slot.old.has_value(); });
    if (!items.empty()) pack(node->level(), place.lower, std::move(items), appended, result.drafts);
    if (result.drafts.size() == 1)
        result.drafts[0].shrunk = result.drafts[0].items.size() < node->size();
    result.keep.pins.push_back(std::move(node));
    return result;
}

// rewrite_children fills the slots; false if no child changed.
Result<bool> Applier::rewrite_children(Family& family, Operations operations) {
    const Node& node = family.node;
    bool changed = false;
    const auto key_of = [](const Operation& operation) { return ByteView(operation.key); };
    const std::vector<std::size_t> ends = node.divide(operations, key_of);
    nodes_.prefetch_touched(node, ends);
    for (std::size_t i = 0; i < node.size(); ++i) {
        const Place place = node.child_place(i, family.place);
        const std::size_t begin = i == 0 ? 0 : ends[i - 1];
        const Operations own = operations.subspan(begin, ends[i] - begin);
        Rewritten child;
        if (!own.empty()) child = TRY(rewrite(TRY(nodes_.open(node.child(i), place)), place, own));
        if (!child.changed) {
            family.slots.push_back({place.lower, i, {}});
            continue;
        }
        changed = true;
        for (Draft& draft : child.drafts)
            family.slots.push_back({draft.lower, std::nullopt, std::move(draft)});
        family.keep.absorb(std::move(child.keep));
    }
    return changed;
}

// join_small joins nodes that shrank below kSmall with a neighbour, where both fit into one.
Result<> Applier::join_small(Family& family) {
    std::vector<Slot>& slots = family.slots;
    for (std::size_t i = 0; i < slots.size();) {
        if (!slots[i].is_small(family.child_level())) {
            ++i;
            continue;
        }
        if (i + 1 < slots.size() && TRY(join(family, i))) continue;
        if (i > 0 && TRY(join(family, i - 1))) {
            --i;
            continue;
        }
        ++i;
    }
    return {};
}

// join makes slots `left` and `left` + 1 one, or, where one of them may not stay as it is, two of
// like size.
Result<bool> Applier::join(Family& family, std::size_t left) {
    const unsigned level = family.child_level();
    Slot& a = family.slots[left];
    Slot& b = family.slots[left + 1];
    const bool must = a.must_join(level) || b.must_join(level);
    // An old node's size class says how small it can be at best: no need to open what cannot fit.
    const auto least = [&](const Slot& slot) -> std::size_t {
        if (!slot.old) return slot.draft.bytes;
        const auto size = static_cast<std::size_t>(family.node.child(*slot.old).size);
        return size <= node_class(0) ? 0 : size / 2;
    };
    if (!must && least(a) + least(b) > kItemSpace) return false;
    Draft joined = TRY(loaded(family, a));
    const Draft right = TRY(loaded(family, b));
    joined.items.insert(joined.items.end(), right.items.begin(), right.items.end());
    joined.bytes = items_bytes(level, joined.items);
    if (!must && joined.bytes > kItemSpace) return false;
    for (const Slot* slot : {&a, &b})
        if (slot->old) TRY(sink_.superseded(family.node.child(*slot->old).id));
    std::vector<Draft> drafts;
    pack(level, joined.lower, std::move(joined.items), false, drafts);
    drafts[0].shrunk = drafts.size() == 1;
    std::vector<Slot> fresh;
    for (Draft& draft : drafts) fresh.push_back({draft.lower, std::nullopt, std::move(draft)});
    const auto at = family.slots.begin() + static_cast<std::ptrdiff_t>(left);
    const auto after = family.slots.erase(at, at + 2);
    family.slots.insert(after, std::make_move_iterator(fresh.begin()),
                        std::make_move_iterator(fresh.end()));
    return true;
}

// loaded is a slot's draft: a copy of it, or made from the old node.
Result<Draft> Applier::loaded(Family& family, const Slot& slot) {
    if (!slot.old) return slot.draft;
    const Place place = family.node.child_place(*slot.old, family.place);
    NodePin node = TRY(nodes_.open(family.node.child(*slot.old), place));
    Draft draft;
    draft.lower = slot.lower;
    for (std::size_t i = 0; i < node->size(); ++i) {
        const bool first = i == 0 && !node->is_leaf();
        draft.items.push_back({first ? slot.lower : node->key(i), node->payload(i),
                               node->is_leaf() ? 1 : node->child_count(i)});
    }
    family.keep.pins.push_back(std::move(node));
    return draft;
}

// seal makes a node of a draft; the item for its parent, whose bytes go to `keep`.
Result<Item> Applier::seal(unsigned level, const Draft& draft, Keep& keep) {
    const std::uint64_t count = draft.count();
    // Old subtrees may claim any number; only their sum is limited.
    if (count > kMaxCount) return fail(errors::tree_too_large);
    const Reference reference =
        TRY(nodes_.seal_node(encode_node(level, draft.items), entropy_, sink_, true));
    if (level > 0) {
        std::optional<Reference>& only = new_inner_[reference.id];
        if (draft.items.size() == 1) only = child_of(draft.items[0].payload);
    }
    const Bytes& key = keep.bytes.emplace_back(to_bytes(draft.lower));
    const Bytes& payload = keep.bytes.emplace_back(inner_payload(count, reference));
    return Item{key, payload, count};
}

// finish puts as many levels on top as the drafts need, down to one node.
Result<Root> Applier::finish(Rewritten top, unsigned level) {
    if (top.drafts.empty()) {
        top.drafts.emplace_back();
        level = 0;
    }
    while (top.drafts.size() > 1) {
        if (level == kMaxLevel) return fail(errors::tree_too_large);
        Rewritten above;
        std::vector<Item> items;
        for (const Draft& draft : top.drafts) items.push_back(TRY(seal(level, draft, above.keep)));
        pack(++level, {}, std::move(items), false, above.drafts);
        top = std::move(above);
    }
    const Draft& last = top.drafts[0];
    if (level > 0 && last.items.size() == 1) return collapse(last.items[0], level - 1);
    return nodes_.seal_node(encode_node(level, last.items), entropy_, sink_, true);
}

// collapse goes down past nodes with one child: the tree has become lower.
Result<Root> Applier::collapse(const Item& only, unsigned level) {
    Reference root = child_of(only.payload);
    for (; level > 0; --level) {
        Reference below;
        if (const auto made = new_inner_.find(root.id); made != new_inner_.end()) {
            if (!made->second) break;
            below = made->second->clone();
        } else {
            const NodePin node = TRY(nodes_.open(root, {level, only.count, {}, std::nullopt}));
            if (node->size() > 1) break;
            below = node->child(0).clone();
        }
        TRY(sink_.superseded(root.id));
        root = std::move(below);
    }
    return root;
}

Result<Applied> apply(const Tree& tree, Batch batch, Entropy& entropy, NodeSink& sink) {
    return Applier(tree, entropy, sink).run(std::move(batch));
}

}  // namespace obhut::tree
