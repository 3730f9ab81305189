#include "core/tree/pack.h"

#include "core/base/check.h"
#include "core/tree/order.h"

namespace obhut::tree {

namespace {

constexpr std::size_t head_bytes(std::uint64_t value) {
    return value < 24 ? 1 : value <= 0xFF ? 2 : value <= 0xFFFF ? 3 : value <= 0xFFFFFFFF ? 5 : 9;
}

// Written is how an item's key stands in its node.
struct Written {
    std::size_t shared;
    ByteView suffix;
};

Written written(unsigned level, const Item* before, bool before_is_first, const Item& item) {
    if (before == nullptr) return {0, level == 0 ? item.key : ByteView()};
    // The first separator is written empty, so the second shares nothing with it.
    const std::size_t shared =
        level > 0 && before_is_first ? 0 : common_prefix(before->key, item.key);
    return {shared, item.key.subspan(shared)};
}

std::size_t written_bytes(const Written& key, const Item& item) {
    return 1 + head_bytes(key.shared) + head_bytes(key.suffix.size()) + key.suffix.size() +
           item.payload.size();
}

std::size_t bytes_at(unsigned level, std::span<const Item> node, std::size_t i) {
    return written_bytes(written(level, i == 0 ? nullptr : &node[i - 1], i == 1, node[i]), node[i]);
}

// cut tells where the pieces of a run end that is too long for one node.
std::vector<std::size_t> cut(unsigned level, std::span<const Item> items, std::size_t total,
                             bool appended) {
    const std::size_t pieces = total <= 2 * kFill ? 2 : (total + kFill - 1) / kFill;
    const std::size_t target = appended ? kItemSpace : (total + pieces - 1) / pieces;
    std::vector<std::size_t> ends;
    for (std::size_t begin = 0; begin < items.size(); begin = ends.back())
        ends.push_back(piece_end(level, items, begin, target));
    // An inner node of one child is allowed and useless: its neighbour gives one.
    if (level > 0 && ends.size() > 1 && items.size() - ends[ends.size() - 2] == 1)
        --ends[ends.size() - 2];
    return ends;
}

}  // namespace

std::uint64_t Draft::count() const {
    std::uint64_t sum = 0;
    for (const Item& item : items) sum += item.count;
    return sum;
}

std::size_t item_bytes(unsigned level, const Item* before, const Item& item) {
    return written_bytes(written(level, before, false, item), item);
}

std::size_t items_bytes(unsigned level, std::span<const Item> items) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < items.size(); ++i) sum += bytes_at(level, items, i);
    return sum;
}

std::size_t piece_end(unsigned level, std::span<const Item> items, std::size_t begin,
                      std::size_t target) {
    const std::span<const Item> rest = items.subspan(begin);
    std::size_t sum = 0;
    std::size_t i = 0;
    while (i < rest.size() && sum < target) {
        const std::size_t more = bytes_at(level, rest, i);
        if (sum + more > kItemSpace) break;
        sum += more;
        ++i;
    }
    CHECK(i > 0);
    return begin + i;
}

void pack(unsigned level, ByteView lower, std::vector<Item> items, bool appended,
          std::vector<Draft>& out) {
    const std::size_t total = items_bytes(level, items);
    if (total <= kItemSpace) {
        out.push_back({lower, std::move(items), total});
        return;
    }
    std::size_t begin = 0;
    for (const std::size_t end : cut(level, items, total, appended)) {
        Draft draft;
        draft.items.assign(items.begin() + static_cast<std::ptrdiff_t>(begin),
                           items.begin() + static_cast<std::ptrdiff_t>(end));
        draft.bytes = items_bytes(level, draft.items);
        if (begin == 0)
            draft.lower = lower;
        else
            draft.lower =
                level > 0 ? items[begin].key : separator(items[begin - 1].key, items[begin].key);
        out.push_back(std::move(draft));
        begin = end;
    }
}

Bytes encode_node(unsigned level, std::span<const Item> items) {
    CborWriter writer;
    writer.array(2);
    writer.uint(level);
    writer.array(items.size());
    for (std::size_t i = 0; i < items.size(); ++i) {
        const Written key = written(level, i == 0 ? nullptr : &items[i - 1], i == 1, items[i]);
        writer.array(level == 0 ? 3 : 4);
        writer.uint(key.shared);
        writer.bytes(key.suffix);
        writer.raw(items[i].payload);
    }
    return writer.take();
}

Bytes inner_payload(std::uint64_t count, const Reference& child) {
    CborWriter writer;
    writer.uint(count);
    child.encode_to(writer);
    return writer.take();
}

Reference child_of(ByteView payload) {
    CborReader reader(payload);
    CHECK(reader.uint().has_value());
    auto child = Reference::decode_from(reader);
    CHECK(child.has_value());
    return std::move(*child);
}

}  // namespace obhut::tree
