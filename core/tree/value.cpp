#include "core/tree/value.h"

#include "core/base/check.h"
#include "core/base/errors.h"

namespace obhut::tree {

namespace {

constexpr std::uint64_t kReferenceTag = 4242;

Result<> scan(CborReader& reader, std::size_t depth, std::vector<ObjectId>& out);

Result<> scan_tag(CborReader& reader, std::size_t depth, std::vector<ObjectId>& out) {
    CborReader at_tag = reader;
    if (TRY(reader.tag()) != kReferenceTag) return scan(reader, depth + 1, out);
    const Reference reference = TRY(Reference::decode_from(at_tag));
    out.push_back(reference.id);
    reader = at_tag;
    return {};
}

// scan passes over one item that skip() has found to be in order.
Result<> scan(CborReader& reader, std::size_t depth, std::vector<ObjectId>& out) {
    CHECK(depth <= CborReader::kMaxDepth);
    std::size_t items = 0;
    switch (TRY(reader.peek())) {
    case CborType::array: items = TRY(reader.array(SIZE_MAX)); break;
    case CborType::map: items = 2 * TRY(reader.map(SIZE_MAX)); break;
    case CborType::tag: return scan_tag(reader, depth, out);
    default: TRY(reader.skip()); return {};
    }
    for (std::size_t i = 0; i < items; ++i) TRY(scan(reader, depth + 1, out));
    return {};
}

// all_content is content_named with its error: no item, or a malformed reference.
Result<> all_content(ByteView value, std::vector<ObjectId>& out) {
    CborReader check(value);
    TRY(check.skip());
    TRY(check.finish());
    CborReader reader(value);
    return scan(reader, 0, out);
}

}  // namespace

ByteView ValueView::bytes() const {
    CborReader reader(encoded_);
    const auto bytes = reader.bytes(kMaxInline);
    CHECK(bytes.has_value());
    return *bytes;
}

Reference ValueView::reference() const {
    CborReader reader(encoded_);
    auto reference = Reference::decode_from(reader);
    CHECK(reference.has_value());
    return std::move(*reference);
}

Value Value::of(ByteView bytes) {
    CHECK(bytes.size() <= kMaxInline);
    CborWriter writer;
    writer.bytes(bytes);
    Value value;
    value.encoded_ = writer.take();
    return value;
}

Value Value::of(const Reference& reference) {
    CborWriter writer;
    reference.encode_to(writer);
    Value value;
    value.encoded_ = writer.take();
    return value;
}

Result<ByteView> read_value_item(CborReader& reader) {
    CborReader before = reader;
    if (TRY(reader.peek()) == CborType::bytes) {
        TRY(reader.bytes(kMaxInline));
    } else {
        const Reference reference = TRY(Reference::decode_from(reader));
        if (reference.size < kMinValueObject || reference.size > 2 * kMaxValue)
            return fail(errors::invalid_value);
    }
    const std::size_t size = before.remaining() - reader.remaining();
    return TRY(before.skip()).first(size);
}

Result<Value> Value::decode_from(CborReader& reader) {
    Value value;
    value.encoded_ = to_bytes(TRY(read_value_item(reader)));
    return value;
}

void content_named(ByteView value, std::vector<ObjectId>& out) {
    const std::size_t before = out.size();
    if (!all_content(value, out)) out.resize(before);
}

}  // namespace obhut::tree
