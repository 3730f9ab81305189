#include "core/base/cbor.h"

#include "core/base/errors.h"

namespace obhut {
namespace {

// For what is only passed over: a size beyond the input is "truncated" also where size_t is small.
constexpr std::size_t kNoLimit = SIZE_MAX;

}  // namespace

void CborWriter::head(std::uint8_t major, std::uint64_t value) {
    const auto lead = static_cast<std::uint8_t>(major << 5);
    if (value < 24) {
        out_.push_back(static_cast<std::uint8_t>(lead | value));
        return;
    }
    const unsigned log_size = value <= 0xFF ? 0 : value <= 0xFFFF ? 1 : value <= 0xFFFFFFFF ? 2 : 3;
    out_.push_back(static_cast<std::uint8_t>(lead | (24 + log_size)));
    for (int shift = (8 << log_size) - 8; shift >= 0; shift -= 8)
        out_.push_back(static_cast<std::uint8_t>(value >> shift));
}

void CborWriter::integer(std::int64_t value) {
    if (value >= 0)
        head(0, static_cast<std::uint64_t>(value));
    else
        head(1, ~static_cast<std::uint64_t>(value));
}

void CborWriter::bytes(ByteView value) {
    head(2, value.size());
    append(out_, value);
}

void CborWriter::text(std::string_view value) {
    head(3, value.size());
    append(out_, as_bytes(value));
}

Result<CborReader::Head> CborReader::head() {
    if (rest_.empty()) return fail(errors::truncated);
    const std::uint8_t lead = rest_[0];
    const auto major = static_cast<std::uint8_t>(lead >> 5);
    const unsigned info = lead & 0x1F;
    rest_ = rest_.subspan(1);
    if (major == 7) {
        // Only false, true and null exist here: no floats, no other simple values.
        if (info < 20 || info > 22) return fail(errors::wrong_type);
        return Head{major, info};
    }
    if (info < 24) return Head{major, info};
    if (info > 27) return fail(errors::not_canonical);
    const std::size_t size = std::size_t{1} << (info - 24);
    if (rest_.size() < size) return fail(errors::truncated);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = (value << 8) | rest_[i];
    rest_ = rest_.subspan(size);
    const std::uint64_t smallest = size == 1 ? 24 : std::uint64_t{1} << (size * 4);
    if (value < smallest) return fail(errors::not_canonical);
    return Head{major, value};
}

Result<std::uint64_t> CborReader::head_of(std::uint8_t major) {
    const Head found = TRY(head());
    if (found.major != major) return fail(errors::wrong_type);
    return found.value;
}

Result<std::uint64_t> CborReader::uint() { return head_of(0); }

Result<std::int64_t> CborReader::integer() {
    const Head found = TRY(head());
    if (found.major > 1) return fail(errors::wrong_type);
    if (found.value > static_cast<std::uint64_t>(INT64_MAX)) return fail(errors::too_large);
    const auto value = static_cast<std::int64_t>(found.value);
    return found.major == 0 ? value : -1 - value;
}

Result<ByteView> CborReader::bytes(std::size_t max) {
    const std::uint64_t size = TRY(head_of(2));
    if (size > max && max != kNoLimit) return fail(errors::too_large);
    if (size > rest_.size()) return fail(errors::truncated);
    const ByteView value = rest_.first(static_cast<std::size_t>(size));
    rest_ = rest_.subspan(value.size());
    return value;
}

Result<std::string_view> CborReader::text(std::size_t max) {
    const std::uint64_t size = TRY(head_of(3));
    if (size > max && max != kNoLimit) return fail(errors::too_large);
    if (size > rest_.size()) return fail(errors::truncated);
    const ByteView value = rest_.first(static_cast<std::size_t>(size));
    if (!is_utf8(value)) return fail(errors::invalid_text);
    rest_ = rest_.subspan(value.size());
    return as_text(value);
}

Result<std::size_t> CborReader::array(std::size_t max) {
    const std::uint64_t count = TRY(head_of(4));
    if (count > max) return fail(errors::too_large);
    if (count > rest_.size()) return fail(errors::truncated);
    return static_cast<std::size_t>(count);
}

Result<std::size_t> CborReader::map(std::size_t max) {
    const std::uint64_t count = TRY(head_of(5));
    if (count > max) return fail(errors::too_large);
    if (count > rest_.size() / 2) return fail(errors::truncated);
    return static_cast<std::size_t>(count);
}

Result<std::uint64_t> CborReader::tag() { return head_of(6); }

Result<bool> CborReader::boolean() {
    const std::uint64_t value = TRY(head_of(7));
    if (value > 21) return fail(errors::wrong_type);
    return value == 21;
}

Result<> CborReader::null() {
    if (TRY(head_of(7)) != 22) return fail(errors::wrong_type);
    return {};
}

Result<CborType> CborReader::peek() const {
    if (rest_.empty()) return fail(errors::truncated);
    return static_cast<CborType>(rest_[0] >> 5);
}

Result<ByteView> CborReader::skip() {
    const ByteView before = rest_;
    TRY(skip_item(0));
    return before.first(before.size() - rest_.size());
}

Result<> CborReader::skip_item(std::size_t depth) {
    if (depth > kMaxDepth) return fail(errors::too_deep);
    const CborType type = TRY(peek());
    if (type == CborType::bytes) {
        TRY(bytes(kNoLimit));
        return {};
    }
    if (type == CborType::text) {
        TRY(text(kNoLimit));
        return {};
    }
    const Head item = TRY(head());
    if (item.major == 4) {
        if (item.value > rest_.size()) return fail(errors::truncated);
        for (std::uint64_t i = 0; i < item.value; ++i) TRY(skip_item(depth + 1));
    } else if (item.major == 5) {
        TRY(skip_map(item.value, depth));
    } else if (item.major == 6) {
        TRY(skip_item(depth + 1));
    }
    return {};
}

Result<> CborReader::skip_map(std::uint64_t count, std::size_t depth) {
    if (count > rest_.size() / 2) return fail(errors::truncated);
    ByteView previous;
    for (std::uint64_t i = 0; i < count; ++i) {
        const ByteView before = rest_;
        TRY(skip_item(depth + 1));
        const ByteView key = before.first(before.size() - rest_.size());
        // Deterministic order: bytewise by encoded key, no key twice.
        if (i > 0 && as_text(previous) >= as_text(key)) return fail(errors::not_canonical);
        previous = key;
        TRY(skip_item(depth + 1));
    }
    return {};
}

Result<> CborReader::finish() const {
    if (!rest_.empty()) return fail(errors::trailing_bytes);
    return {};
}

}  // namespace obhut
