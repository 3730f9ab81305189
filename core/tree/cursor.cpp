#include "core/tree/cursor.h"

#include "core/tree/order.h"

namespace obhut::tree {

namespace {
constexpr std::size_t kMaxAhead = 128;  // nodes asked for at once: 1 MiB at most
}

// start stands on the root, before its first entry.
Result<> Cursor::start() {
    path_.clear();
    NodePin root = TRY(nodes_->open_root(root_));
    const Place place{root->level(), root->count(), {}, std::nullopt};
    path_.push_back({std::move(root), place, 0});
    return {};
}

// descend opens the child that the last step points to.
Result<> Cursor::descend() {
    fetch_ahead();
    const Step& parent = path_.back();
    const Place place = parent.pin->child_place(parent.index, parent.place);
    NodePin child = TRY(nodes_->open(parent.pin->child(parent.index), place));
    path_.push_back({std::move(child), place, 0});
    return {};
}

Result<> Cursor::seek(ByteView key) {
    TRY(start());
    while (!path_.back().pin->is_leaf()) {
        path_.back().index = path_.back().pin->child_for(key);
        TRY(descend());
    }
    path_.back().index = path_.back().pin->lower_bound(key);
    return settle();
}

Result<> Cursor::seek_index(std::uint64_t index) {
    TRY(start());
    if (index >= path_.back().pin->count()) {
        path_.clear();
        return {};
    }
    while (!path_.back().pin->is_leaf()) {
        Step& step = path_.back();
        while (index >= step.pin->child_count(step.index))
            index -= step.pin->child_count(step.index++);
        TRY(descend());
    }
    path_.back().index = static_cast<std::size_t>(index);
    return {};
}

Result<> Cursor::next() {
    ++path_.back().index;
    return settle();
}

// settle goes on to the next leaf where the last step stands behind the last entry of its node.
Result<> Cursor::settle() {
    while (!path_.empty() && path_.back().index >= path_.back().pin->size()) {
        path_.pop_back();
        if (!path_.empty()) ++path_.back().index;
    }
    while (!path_.empty() && !path_.back().pin->is_leaf()) TRY(descend());
    return {};
}

// fetch_ahead asks for the leaves that follow under the same parent: when the first of them is
// about to be opened, and again after each kMaxAhead.
void Cursor::fetch_ahead() {
    const Step& step = path_.back();
    if (ahead_entries_ == 0 || step.pin->level() != 1) return;
    if (ahead_of_ == step.pin.id() && step.index < ahead_until_) return;
    std::vector<ObjectId> ids;
    std::size_t i = step.index;
    for (; i < step.pin->size() && ids.size() < kMaxAhead && ahead_entries_ > 0; ++i) {
        if (i > step.index && stop_ && !less(step.pin->key(i), *stop_)) break;
        ids.push_back(step.pin->child(i).id);
        ahead_entries_ -= std::min(ahead_entries_, step.pin->child_count(i));
    }
    ahead_of_ = step.pin.id();
    ahead_until_ = i;
    nodes_->prefetch(ids);
}

}  // namespace obhut::tree
