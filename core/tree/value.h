// Values of a tree: bytes in the leaf, or a reference to an object of their own when they are over
// kMaxInline.
//
// What a value means is the app's business. One thing the tree knows: a value that is one
// deterministic CBOR item names content by the references in it, which always stand under one tag;
// so the content lists of a commit follow from the values alone, without knowing the app. Format:
// docs/protocol/tree.md §3.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "core/crypto/object.h"
#include "core/tree/format.h"

namespace obhut::tree {

// ValueView is a value inside a node or a batch; valid as long as that is kept (see Cursor and
// Tree::each).
class ValueView {
public:
    // The encoded form must be that of a checked node: bstr or tagged reference.
    explicit ValueView(ByteView encoded) : encoded_(encoded) {}

    bool is_inline() const { return (encoded_[0] >> 5) == 2; }
    // bytes of an inline value.
    ByteView bytes() const;
    // reference of a value that is an object of its own; Tree::read_value opens it.
    Reference reference() const;
    // encoded is what tells values apart: equal bytes, equal value.
    ByteView encoded() const { return encoded_; }

private:
    ByteView encoded_;
};

// Value owns one. CBOR: bstr of at most kMaxInline bytes, or a Reference.
class Value {
public:
    Value() : encoded_{0x40} {}
    // of takes bytes that fit a leaf; longer ones are a CHECK failure (Batch::put seals them).
    static Value of(ByteView bytes);
    static Value of(const Reference& reference);
    explicit Value(ValueView view) : encoded_(to_bytes(view.encoded())) {}

    Value clone() const { return Value(view()); }
    ValueView view() const { return ValueView(encoded_); }
    bool is_inline() const { return view().is_inline(); }
    ByteView bytes() const { return view().bytes(); }
    Reference reference() const { return view().reference(); }

    void encode_to(CborWriter& writer) const { writer.raw(encoded_); }
    // decode_from reads a value from a journal. Errors: those of CborReader, invalid_value.
    static Result<Value> decode_from(CborReader& reader);
    friend bool operator==(const Value& a, const Value& b) { return a.encoded_ == b.encoded_; }

private:
    Bytes encoded_;
};

struct Entry {
    Bytes key;
    Value value;
};

// Change is what happened to one key: before absent: added; after absent: erased. What a journal
// keeps for each key, so that a merge needs no base tree.
struct Change {
    Bytes key;
    std::optional<Value> before;
    std::optional<Value> after;

    static void fields(auto& self, auto& field) {
        field(1, self.key, kMaxKey);
        field(2, self.before);
        field(3, self.after);
    }
};

// read_value_item reads a value's encoded form, checked. Errors: those of CborReader,
// invalid_value.
Result<ByteView> read_value_item(CborReader& reader);

// content_named adds the ids that a value's bytes name: of each reference in it, in order, repeated
// ones repeated. Bytes that are not one deterministic CBOR item name nothing. O(bytes).
void content_named(ByteView value, std::vector<ObjectId>& out);

}  // namespace obhut::tree
