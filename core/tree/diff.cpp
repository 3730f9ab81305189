#include "core/tree/diff.h"

#include <algorithm>

#include "core/tree/order.h"

namespace obhut::tree {

Change KeyChange::own() const {
    Change change{to_bytes(key), std::nullopt, std::nullopt};
    if (before) change.before = Value(*before);
    if (after) change.after = Value(*after);
    return change;
}

namespace {

// Side walks one tree in ascending order. It stands on an entry, or on a subtree, which it opens or
// passes over.
class Side {
public:
    Side(Nodes& nodes, std::vector<ObjectId>& opened) : nodes_(nodes), opened_(opened) {}

    Result<> start(const Root& root) {
        NodePin pin = TRY(nodes_.open_root(root));
        const Place place{pin->level(), pin->count(), {}, std::nullopt};
        enter(std::move(pin), place);
        return {};
    }

    bool done() const { return path_.empty(); }
    bool at_entry() const { return top().pin->is_leaf(); }
    // lower: no key from here on is smaller; at an entry its key.
    ByteView lower() const {
        const Step& step = top();
        return step.index == 0 && !at_entry() ? step.place.lower : step.pin->key(step.index);
    }
    unsigned subtree_level() const { return top().place.level - 1; }
    const Reference& subtree() const { return top().pin->child(top().index); }
    ValueView value() const { return top().pin->value(top().index); }
    const Node& node() const { return *top().pin; }
    void prefetch(std::span<const ObjectId> ids) const { nodes_.prefetch(ids); }

    void pass() {
        ++path_.back().index;
        settle();
    }

    Result<> open() {
        const Step& step = top();
        const Place place = step.pin->child_place(step.index, step.place);
        NodePin child = TRY(nodes_.open(subtree(), place));
        enter(std::move(child), place);
        return {};
    }

private:
    struct Step {
        NodePin pin;
        Place place;
        std::size_t index;
    };
    const Step& top() const { return path_.back(); }

    void enter(NodePin pin, const Place& place) {
        if (!pin.id().is_zero()) opened_.push_back(pin.id());
        path_.push_back({std::move(pin), place, 0});
        settle();
    }
    void settle() {
        while (!path_.empty() && path_.back().index >= path_.back().pin->size()) {
            path_.pop_back();
            if (!path_.empty()) ++path_.back().index;
        }
    }

    Nodes& nodes_;
    std::vector<ObjectId>& opened_;
    std::vector<Step> path_;
};

// Differ walks both sides at once. What both share is met by both at the same place and passed
// over; where bounds have moved it may be opened on both sides, which costs time but finds the
// same: entries compare equal, ids cancel out.
class Differ {
public:
    Differ(const Tree& from, const Tree& to, const ChangeVisitor& visit)
        : from_(from.nodes(), superseded_), to_(to.nodes(), created_), visit_(visit) {}

    Result<NodeChange> run(const Root& from, const Root& to) {
        TRY(from_.start(from));
        TRY(to_.start(to));
        fetch_ahead(from_, to_);
        while (!from_.done() || !to_.done()) TRY(step());
        return listed();
    }

private:
    Result<> step() {
        if (from_.done()) return advance(to_);
        if (to_.done()) return advance(from_);
        if (from_.at_entry() || to_.at_entry()) return step_at_entry();
        if (from_.subtree().id == to_.subtree().id) {
            from_.pass();
            to_.pass();
            return {};
        }
        return open_subtrees();
    }

    Result<> advance(Side& side) { return side.at_entry() ? one_sided(side) : side.open(); }

    // At least one side stands on an entry: what begins earlier goes first; a subtree that may hold
    // the entry is opened.
    Result<> step_at_entry() {
        if (less(from_.lower(), to_.lower())) return advance(from_);
        if (less(to_.lower(), from_.lower())) return advance(to_);
        if (!from_.at_entry()) return from_.open();
        if (!to_.at_entry()) return to_.open();
        return both_entries();
    }

    Result<> both_entries() {
        const KeyChange change{to_.lower(), from_.value(), to_.value()};
        if (!equal(change.before->encoded(), change.after->encoded())) TRY(visit_(change));
        from_.pass();
        to_.pass();
        return {};
    }

    Result<> one_sided(Side& side) {
        KeyChange change{side.lower(), std::nullopt, std::nullopt};
        (&side == &from_ ? change.before : change.after) = side.value();
        TRY(visit_(change));
        side.pass();
        return {};
    }

    // Different subtrees: the one that begins earlier is opened; of two that begin alike the
    // higher, or both.
    Result<> open_subtrees() {
        if (less(from_.lower(), to_.lower())) return from_.open();
        if (less(to_.lower(), from_.lower())) return to_.open();
        const unsigned from_level = from_.subtree_level();
        const unsigned to_level = to_.subtree_level();
        if (from_level >= to_level) TRY(from_.open());
        if (to_level >= from_level) TRY(to_.open());
        if (from_level == to_level) fetch_ahead(from_, to_);
        return {};
    }

    // fetch_ahead asks for the children of two new nodes that are not common to both.
    static void fetch_ahead(const Side& from, const Side& to) {
        if (from.done() || to.done() || from.at_entry() || to.at_entry()) return;
        const std::vector<ObjectId> a = children(from.node());
        const std::vector<ObjectId> b = children(to.node());
        std::vector<ObjectId> single;
        std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(),
                                      std::back_inserter(single));
        from.prefetch(single);
    }

    static std::vector<ObjectId> children(const Node& node) {
        std::vector<ObjectId> ids;
        for (std::size_t i = 0; i < node.size(); ++i) ids.push_back(node.child(i).id);
        std::sort(ids.begin(), ids.end());
        return ids;
    }

    // listed sorts what was opened and leaves out what both sides opened.
    NodeChange listed() {
        std::sort(created_.begin(), created_.end());
        std::sort(superseded_.begin(), superseded_.end());
        NodeChange result;
        std::set_difference(created_.begin(), created_.end(), superseded_.begin(),
                            superseded_.end(), std::back_inserter(result.created));
        std::set_difference(superseded_.begin(), superseded_.end(), created_.begin(),
                            created_.end(), std::back_inserter(result.superseded));
        return result;
    }

    std::vector<ObjectId> superseded_;
    std::vector<ObjectId> created_;
    Side from_;
    Side to_;
    const ChangeVisitor& visit_;
};

Result<> name_content(Nodes& nodes, const std::optional<Value>& value, std::vector<ObjectId>& out) {
    if (!value) return {};
    if (value->is_inline()) {
        content_named(value->bytes(), out);
        return {};
    }
    const Reference reference = value->reference();
    out.push_back(reference.id);
    content_named(TRY(nodes.open_value(reference)), out);
    return {};
}

}  // namespace

Result<NodeChange> diff(const Tree& from, const Tree& to, const ChangeVisitor& visit) {
    if (from.root().id == to.root().id) return NodeChange{};
    return Differ(from, to, visit).run(from.root(), to.root());
}

Result<Difference> changes_between(const Tree& from, const Tree& to) {
    Difference difference;
    difference.nodes = TRY(diff(from, to, [&](const KeyChange& change) -> Result<> {
        difference.changes.push_back(change.own());
        return {};
    }));
    return difference;
}

Result<ContentChange> content_change(Nodes& nodes, const std::vector<Change>& changes) {
    std::vector<ObjectId> before;
    std::vector<ObjectId> after;
    for (const Change& change : changes) {
        TRY(name_content(nodes, change.before, before));
        TRY(name_content(nodes, change.after, after));
    }
    std::sort(before.begin(), before.end());
    std::sort(after.begin(), after.end());
    ContentChange result;
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                        std::back_inserter(result.raised));
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                        std::back_inserter(result.lowered));
    return result;
}

}  // namespace obhut::tree
