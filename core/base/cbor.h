// Deterministic CBOR (RFC 8949 §4.2.1): a writer, and a pull reader that accepts nothing else.
//
// The subset: unsigned and negative integers, byte and text strings, arrays, maps, tags, booleans,
// null. No floats, no indefinite lengths. The reader takes limits, demands shortest forms and valid
// UTF-8; order of map keys is demanded by core/base/record.h and by skip(). Format:
// docs/protocol/encoding.md.
#pragma once

#include <optional>

#include "core/base/bytes.h"

namespace obhut {

class CborWriter {
public:
    void uint(std::uint64_t value) { head(0, value); }
    // integer writes any signed value.
    void integer(std::int64_t value);
    void bytes(ByteView value);
    void text(std::string_view value);
    void array(std::size_t count) { head(4, count); }
    void map(std::size_t count) { head(5, count); }
    void tag(std::uint64_t number) { head(6, number); }
    void boolean(bool value) { out_.push_back(value ? 0xF5 : 0xF4); }
    void null() { out_.push_back(0xF6); }
    // raw appends one item that is already encoded.
    void raw(ByteView encoded) { append(out_, encoded); }

    std::size_t size() const { return out_.size(); }
    Bytes take() { return std::move(out_); }

private:
    void head(std::uint8_t major, std::uint64_t value);

    Bytes out_;
};

enum class CborType : std::uint8_t { uint, negative, bytes, text, array, map, tag, simple };

class CborReader {
public:
    static constexpr std::size_t kMaxDepth = 16;

    // The reader views `input`; the caller keeps it alive.
    explicit CborReader(ByteView input) : rest_(input) {}

    Result<std::uint64_t> uint();
    Result<std::int64_t> integer();
    // bytes / text view into the input. Errors: too_large over `max` bytes.
    Result<ByteView> bytes(std::size_t max);
    Result<std::string_view> text(std::size_t max);
    // array / map give the number of items / pairs. Errors: too_large over `max`, or more than the
    // input can hold.
    Result<std::size_t> array(std::size_t max);
    Result<std::size_t> map(std::size_t max);
    Result<std::uint64_t> tag();
    Result<bool> boolean();
    Result<> null();

    // peek tells the type of the next item. Errors: truncated.
    Result<CborType> peek() const;
    // skip passes over one item of any type, checking that it is deterministic and at most
    // kMaxDepth deep; its bytes.
    Result<ByteView> skip();
    // finish demands that nothing is left. Errors: trailing_bytes.
    Result<> finish() const;
    std::size_t remaining() const { return rest_.size(); }

private:
    struct Head {
        std::uint8_t major;
        std::uint64_t value;
    };
    Result<Head> head();
    Result<std::uint64_t> head_of(std::uint8_t major);
    Result<> skip_item(std::size_t depth);
    Result<> skip_map(std::uint64_t count, std::size_t depth);

    ByteView rest_;
};

}  // namespace obhut
