#include "core/tree/node.h"

#include <algorithm>

#include "core/base/errors.h"
#include "core/base/verify.h"
#include "core/crypto/padding.h"
#include "core/tree/order.h"

namespace obhut::tree {

Result<Node> Node::decode(Bytes plaintext) {
    Node node;
    node.plaintext_ = std::move(plaintext);
    const ByteView content = TRY(unpadded(node.plaintext_));
    node.content_ = content.size();
    VERIFY("SR-22/tree-node-class", node.plaintext_.size() == node_class(content.size()),
           errors::node_malformed);
    // Offsets are 16 bits wide; the class above sees to it, and this when that check is switched
    // off.
    if (content.size() > kMaxNode) return fail(errors::node_malformed);
    CborReader reader(content);
    if (TRY(reader.array(2)) != 2) return fail(errors::node_malformed);
    const std::uint64_t level = TRY(reader.uint());
    VERIFY("SR-06/tree-level-limit", level <= kMaxLevel, errors::node_malformed);
    node.level_ = static_cast<unsigned>(level);
    TRY(node.decode_entries(reader, content));
    TRY(reader.finish());
    return node;
}

Result<> Node::decode_entries(CborReader& reader, ByteView content) {
    const std::size_t size = TRY(reader.array(kMaxNode));
    VERIFY("SR-06/tree-inner-nonempty", is_leaf() || size >= 1, errors::node_malformed);
    slots_.reserve(std::min<std::size_t>(size, 256));
    for (std::size_t i = 0; i < size; ++i) {
        if (TRY(reader.array(4)) != (is_leaf() ? 3U : 4U)) return fail(errors::node_malformed);
        TRY(decode_key(reader));
        TRY(decode_payload(reader, content));
    }
    return {};
}

// decode_key appends a slot with the next entry's key.
Result<> Node::decode_key(CborReader& reader) {
    const ByteView before = slots_.empty() ? ByteView() : key(slots_.size() - 1);
    const std::uint64_t shared = TRY(reader.uint());
    const ByteView suffix = TRY(reader.bytes(kMaxKey));
    if (shared > before.size()) return fail(errors::node_malformed);
    const std::size_t key_size = static_cast<std::size_t>(shared) + suffix.size();
    const bool is_first_separator = slots_.empty() && !is_leaf();
    VERIFY("SR-06/tree-first-separator", !is_first_separator || key_size == 0,
           errors::node_malformed);
    VERIFY("SR-06/tree-key-size", is_first_separator || (key_size >= 1 && key_size <= kMaxKey),
           errors::node_malformed);
    const auto begin = static_cast<std::uint32_t>(keys_.size());
    const std::size_t before_begin = slots_.empty() ? 0 : slots_.back().key_begin;
    keys_.resize(begin + key_size);
    std::copy_n(keys_.begin() + static_cast<std::ptrdiff_t>(before_begin), shared,
                keys_.begin() + begin);
    std::copy(suffix.begin(), suffix.end(),
              keys_.begin() + begin + static_cast<std::ptrdiff_t>(shared));
    slots_.push_back({begin, static_cast<std::uint16_t>(key_size), 0, 0});
    if (slots_.size() == 1) return {};
    const ByteView previous = key(slots_.size() - 2);
    const ByteView current = key(slots_.size() - 1);
    VERIFY("SR-06/tree-keys-ascending", less(previous, current), errors::node_malformed);
    VERIFY("SR-05/tree-prefix", shared == common_prefix(previous, current), errors::node_malformed);
    return {};
}

// decode_payload completes the newest slot with its value, or its child.
Result<> Node::decode_payload(CborReader& reader, ByteView content) {
    Slot& slot = slots_.back();
    slot.payload_begin = static_cast<std::uint16_t>(content.size() - reader.remaining());
    std::uint64_t count = 1;
    if (is_leaf()) {
        TRY(read_value_item(reader));
    } else {
        count = TRY(reader.uint());
        VERIFY("SR-06/tree-subtree-nonempty", count >= 1, errors::node_malformed);
        children_.push_back({TRY(Reference::decode_from(reader)), count});
    }
    slot.payload_size =
        static_cast<std::uint16_t>(content.size() - reader.remaining() - slot.payload_begin);
    VERIFY("SR-06/tree-count-limit", count <= kMaxCount - count_, errors::node_malformed);
    count_ += count;
    return {};
}

std::size_t Node::memory() const {
    return sizeof(Node) + plaintext_.capacity() + keys_.capacity() +
           slots_.capacity() * sizeof(Slot) + children_.capacity() * sizeof(Child);
}

std::size_t Node::lower_bound(ByteView wanted) const {
    std::size_t begin = 0;
    std::size_t end = size();
    while (begin < end) {
        const std::size_t middle = begin + (end - begin) / 2;
        if (less(key(middle), wanted))
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

std::size_t Node::child_for(ByteView wanted) const {
    const std::size_t found = lower_bound(wanted);
    if (found < size() && equal(key(found), wanted)) return found;
    return found == 0 ? 0 : found - 1;
}

Place Node::child_place(std::size_t i, const Place& own) const {
    return {own.level - 1, child_count(i), i == 0 ? own.lower : key(i),
            i + 1 < size() ? std::optional(key(i + 1)) : own.upper};
}

Result<> Node::check_place(const Place& place) const {
    VERIFY("SR-06/tree-level", level_ == place.level, errors::node_wrong_place);
    VERIFY("SR-06/tree-count", count_ == place.count, errors::node_wrong_place);
    if (size() == 0) return {};
    // The first separator of an inner node is the place's own lower end; what follows lies strictly
    // inside.
    const bool above =
        is_leaf() ? !less(key(0), place.lower) : size() < 2 || less(place.lower, key(1));
    VERIFY("SR-06/tree-lower-bound", above, errors::node_wrong_place);
    VERIFY("SR-06/tree-upper-bound", !place.upper || less(key(size() - 1), *place.upper),
           errors::node_wrong_place);
    return {};
}

}  // namespace obhut::tree
