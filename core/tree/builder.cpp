#include "core/tree/builder.h"

#include "core/tree/order.h"

namespace obhut::tree {

namespace {
// A level gives away its first node when it holds two full ones, so that the last two are never
// very small.
constexpr std::size_t kHeld = 2 * kItemSpace;
}  // namespace

std::vector<Item> Builder::Level::items() const {
    std::vector<Item> list;
    list.reserve(spans.size());
    const ByteView all(arena);
    for (const Span& span : spans)
        list.push_back({all.subspan(span.key_begin, span.key_size),
                        all.subspan(span.key_begin + span.key_size, span.payload_size),
                        span.count});
    return list;
}

void Builder::Level::drop_front(std::size_t items) {
    const std::uint32_t gone =
        items == spans.size() ? static_cast<std::uint32_t>(arena.size()) : spans[items].key_begin;
    arena.erase(arena.begin(), arena.begin() + gone);
    spans.erase(spans.begin(), spans.begin() + static_cast<std::ptrdiff_t>(items));
    for (Span& span : spans) span.key_begin -= gone;
}

Result<> Builder::add(ByteView key, ByteView value) {
    if (value.size() <= kMaxInline) return add(key, Value::of(value));
    const Reference reference = TRY(nodes_.seal_value(value, entropy_, sink_));
    return add(key, Value::of(reference));
}

Result<> Builder::add(ByteView key, const Value& value) {
    if (key.empty() || key.size() > kMaxKey) return fail(errors::key_not_allowed);
    if (!less(last_key_, key)) return fail(errors::keys_out_of_order);
    if (count_ == kMaxCount) return fail(errors::tree_too_large);
    last_key_.assign(key.begin(), key.end());
    ++count_;
    return append(0, key, value.view().encoded(), 1);
}

Result<> Builder::append(std::size_t level, ByteView key, ByteView payload, std::uint64_t count) {
    if (level > kMaxLevel) return fail(errors::tree_too_large);
    if (level == levels_.size()) levels_.emplace_back();
    Level& here = levels_[level];
    const auto begin = static_cast<std::uint32_t>(here.arena.size());
    const Item item{key, payload, count};
    if (here.spans.empty()) {
        here.bytes += item_bytes(static_cast<unsigned>(level), nullptr, item);
    } else {
        const Level::Span& last = here.spans.back();
        const Item before{ByteView(here.arena).subspan(last.key_begin, last.key_size), {}, 0};
        here.bytes += item_bytes(static_cast<unsigned>(level), &before, item);
    }
    obhut::append(here.arena, key);
    obhut::append(here.arena, payload);
    here.spans.push_back({begin, static_cast<std::uint32_t>(key.size()),
                          static_cast<std::uint32_t>(payload.size()), count});
    if (here.bytes < kHeld) return {};
    return emit_front(level);
}

// emit_front makes a node of the first items of a level.
Result<> Builder::emit_front(std::size_t level) {
    const auto height = static_cast<unsigned>(level);
    Draft draft;
    draft.items = levels_[level].items();
    draft.lower = levels_[level].lower;
    const std::size_t end = piece_end(height, draft.items, 0, kFill);
    const ByteView next = level > 0 ? draft.items[end].key
                                    : separator(draft.items[end - 1].key, draft.items[end].key);
    const Bytes next_lower = to_bytes(next);
    const Bytes lower = levels_[level].lower;
    draft.items.resize(end);
    Bytes payload;
    const Item item = TRY(seal(level, draft, payload));
    Level& here = levels_[level];
    here.drop_front(end);
    here.bytes = items_bytes(height, here.items());
    here.lower = next_lower;
    ++here.emitted;
    return append(level + 1, lower, item.payload, item.count);
}

// emit_rest makes nodes of all that a level still holds; the reference if that is one node and the
// only one.
Result<std::optional<Reference>> Builder::emit_rest(std::size_t level) {
    const Level here = std::move(levels_[level]);
    std::vector<Draft> drafts;
    pack(static_cast<unsigned>(level), here.lower, here.items(), false, drafts);
    for (const Draft& draft : drafts) {
        Bytes payload;
        const Item item = TRY(seal(level, draft, payload));
        if (drafts.size() == 1 && here.emitted == 0) return child_of(payload);
        TRY(append(level + 1, draft.lower, item.payload, item.count));
    }
    return std::nullopt;
}

Result<Item> Builder::seal(std::size_t level, const Draft& draft, Bytes& payload) {
    const Bytes content = encode_node(static_cast<unsigned>(level), draft.items);
    const Reference reference = TRY(nodes_.seal_node(content, entropy_, sink_, false));
    const std::uint64_t count = draft.count();
    payload = inner_payload(count, reference);
    return Item{draft.lower, payload, count};
}

Result<Root> Builder::finish() {
    if (levels_.empty()) levels_.emplace_back();
    for (std::size_t level = 0;; ++level) {
        std::optional<Reference> root = TRY(emit_rest(level));
        if (root) return std::move(*root);
    }
}

Result<Root> create_empty(Nodes& nodes, Entropy& entropy, NodeSink& sink) {
    return Builder(nodes, entropy, sink).finish();
}

}  // namespace obhut::tree
