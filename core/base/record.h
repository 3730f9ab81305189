// Records: structs that describe their fields once and are encoded and decoded by that description.
//
//     struct Pulse {
//         std::uint64_t time = 0;
//         Hash previous;
//         static void fields(auto& self, auto& field) {
//             field(1, self.time);
//             field(2, self.previous);
//         }
//     };
//     Bytes bytes = encode(pulse);   Result<Pulse> back = decode<Pulse>(bytes);
//
// A record is a CBOR map with integer keys, written in ascending order. std::optional and Omitted
// fields may be absent. Keys from 0 up are critical: a reader that does not know one refuses the
// record. Keys below zero are reserved for additions that may be ignored; they are checked for form
// and skipped. Strings, byte strings and vectors take a limit as third argument, which is applied
// on both sides. Format: docs/protocol/encoding.md.
#pragma once

#include <concepts>
#include <limits>
#include <map>
#include <optional>
#include <type_traits>

#include "core/base/cbor.h"
#include "core/base/errors.h"
#include "core/base/id.h"
#include "core/base/secret.h"

namespace obhut {

inline constexpr std::size_t kMaxRecordFields = 64;
inline constexpr std::size_t kDefaultLimit = 4096;

namespace record_detail {

struct Probe {
    void operator()(int, auto&, std::size_t = 0) {}
};

template <class T>
concept Record = requires(T& t, Probe& p) { T::fields(t, p); };

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
template <>
struct IsVector<Bytes> : std::false_type {};

// A type with `ByteView view() const` and `static T from(ByteView)` of N = kSize bytes: ids, public
// keys, signatures.
template <class T>
concept FixedValue = requires(const T& t, ByteView v) {
    { t.view() } -> std::same_as<ByteView>;
    { T::from(v) } -> std::same_as<T>;
    { T::kSize } -> std::convertible_to<std::size_t>;
};

// A secret of fixed size or a key type wrapping one: `expose()` and constructible from a view.
template <class T>
concept SecretValue = requires(const T& t) {
    { t.expose() } -> std::same_as<ByteView>;
    { T::kSize } -> std::convertible_to<std::size_t>;
} && std::constructible_from<T, ByteView>;

// An enumeration tells its members by `constexpr bool is_known(E)`, found by argument-dependent
// lookup.
template <class T>
concept KnownEnum = std::is_enum_v<T> && requires(T t) {
    { is_known(t) } -> std::same_as<bool>;
};

// A type that encodes itself: `void encode_to(CborWriter&) const` and `static Result<T>
// decode_from(CborReader&)`.
template <class T>
concept SelfCoded = requires(const T& t, CborWriter& w, CborReader& r) {
    t.encode_to(w);
    { T::decode_from(r) } -> std::same_as<Result<T>>;
};

template <class T>
void write_value(CborWriter& writer, const T& value);
template <class T>
Result<> read_value(CborReader& reader, T& value, std::size_t limit);

struct Counter {
    std::size_t present = 0;
    template <class T>
    void operator()(int, const T& value, std::size_t = 0) {
        if constexpr (IsOptional<T>::value)
            present += value.has_value() ? 1 : 0;
        else
            ++present;
    }
};

struct FieldWriter {
    CborWriter& writer;
    int last_key = -1;
    template <class T>
    void operator()(int key, const T& value, std::size_t limit = kDefaultLimit) {
        CHECK(key > last_key);
        last_key = key;
        if constexpr (IsOptional<T>::value) {
            if (value) put(key, *value, limit);
        } else {
            put(key, value, limit);
        }
    }
    template <class T>
    void put(int key, const T& value, std::size_t limit) {
        // Records and types that encode themselves may have a size() of another meaning, and limits
        // of their own.
        if constexpr (requires { value.size(); } && !FixedValue<T> && !Record<T> && !SelfCoded<T>)
            CHECK(value.size() <= limit);
        writer.uint(static_cast<std::uint64_t>(key));
        write_value(writer, value);
    }
};

class FieldReader {
public:
    FieldReader(CborReader& reader, std::size_t pairs) : reader_(reader), pairs_left_(pairs) {
        advance();
    }

    template <class T>
    void operator()(int key, T& value, std::size_t limit = kDefaultLimit) {
        if (error_) return;
        if (key_ != static_cast<std::uint64_t>(key) || !has_key_) {
            if (has_key_ && key_ < static_cast<std::uint64_t>(key))
                return set(Error(errors::unknown_field));
            if constexpr (!IsOptional<T>::value) set(Error(errors::missing_field));
            return;
        }
        const Result<> read = read_field(value, limit);
        if (!read) return set(read.error());
        advance();
    }

    Result<> finish() {
        if (error_) return std::unexpected(*error_);
        if (has_key_) return fail(errors::unknown_field);
        // What is left has negative keys, in order, and is skipped.
        ByteView previous;
        for (; pairs_left_ > 0; --pairs_left_) {
            if (TRY(reader_.peek()) != CborType::negative) return fail(errors::not_canonical);
            const ByteView key = TRY(reader_.skip());
            if (!previous.empty() && as_text(previous) >= as_text(key))
                return fail(errors::not_canonical);
            previous = key;
            TRY(reader_.skip());
        }
        return {};
    }

private:
    template <class T>
    Result<> read_field(T& value, std::size_t limit) {
        if constexpr (IsOptional<T>::value)
            return read_value(reader_, value.emplace(), limit);
        else
            return read_value(reader_, value, limit);
    }

    void set(Error error) { error_ = error; }

    // Reads the next key if it is a non-negative one.
    void advance() {
        const bool had_key = has_key_;
        const std::uint64_t before = key_;
        has_key_ = false;
        if (pairs_left_ == 0) return;
        const auto type = reader_.peek();
        if (!type) return set(type.error());
        if (*type == CborType::negative) return;
        const auto key = reader_.uint();
        if (!key) return set(key.error());
        if (had_key && *key <= before) return set(Error(errors::not_canonical));
        key_ = *key;
        has_key_ = true;
        --pairs_left_;
    }

    CborReader& reader_;
    std::size_t pairs_left_;
    std::uint64_t key_ = 0;
    bool has_key_ = false;
    std::optional<Error> error_;
};

template <class T>
void write_value(CborWriter& writer, const T& value) {
    if constexpr (SelfCoded<T>) {
        value.encode_to(writer);
    } else if constexpr (Record<T>) {
        Counter counter;
        T::fields(value, counter);
        writer.map(counter.present);
        FieldWriter fields{writer};
        T::fields(value, fields);
    } else if constexpr (std::is_same_v<T, bool>) {
        writer.boolean(value);
    } else if constexpr (std::is_enum_v<T>) {
        writer.uint(static_cast<std::uint64_t>(value));
    } else if constexpr (std::unsigned_integral<T>) {
        writer.uint(value);
    } else if constexpr (std::signed_integral<T>) {
        writer.integer(value);
    } else if constexpr (std::is_same_v<T, Bytes>) {
        writer.bytes(value);
    } else if constexpr (std::is_same_v<T, std::string>) {
        writer.text(value);
    } else if constexpr (FixedValue<T>) {
        writer.bytes(value.view());
    } else if constexpr (std::is_same_v<T, SecretBytes> || SecretValue<T>) {
        writer.bytes(value.expose());
    } else {
        static_assert(IsVector<T>::value, "no encoding for this field type");
        writer.array(value.size());
        for (const auto& item : value) write_value(writer, item);
    }
}

template <class T>
Result<> read_vector(CborReader& reader, T& value, std::size_t limit) {
    const std::size_t count = TRY(reader.array(limit));
    value.clear();
    for (std::size_t i = 0; i < count; ++i) {
        typename T::value_type item{};
        TRY(read_value(reader, item, limit));
        value.push_back(std::move(item));
    }
    return {};
}

template <class T>
Result<> read_record(CborReader& reader, T& value) {
    const std::size_t pairs = TRY(reader.map(kMaxRecordFields));
    FieldReader fields(reader, pairs);
    T::fields(value, fields);
    return fields.finish();
}

template <class T>
Result<> read_enum(CborReader& reader, T& value) {
    static_assert(KnownEnum<T>, "an enumeration in a record needs is_known()");
    const std::uint64_t number = TRY(reader.uint());
    if (number > std::numeric_limits<std::underlying_type_t<T>>::max())
        return fail(errors::invalid_value);
    value = static_cast<T>(number);
    if (!is_known(value)) return fail(errors::invalid_value);
    return {};
}

template <class T>
Result<> read_value(CborReader& reader, T& value, std::size_t limit) {
    if constexpr (SelfCoded<T>) {
        value = TRY(T::decode_from(reader));
    } else if constexpr (Record<T>) {
        return read_record(reader, value);
    } else if constexpr (std::is_same_v<T, bool>) {
        value = TRY(reader.boolean());
    } else if constexpr (std::is_enum_v<T>) {
        return read_enum(reader, value);
    } else if constexpr (std::unsigned_integral<T>) {
        const std::uint64_t number = TRY(reader.uint());
        if (number > std::numeric_limits<T>::max()) return fail(errors::invalid_value);
        value = static_cast<T>(number);
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        value = TRY(reader.integer());
    } else if constexpr (std::is_same_v<T, Bytes>) {
        value = to_bytes(TRY(reader.bytes(limit)));
    } else if constexpr (std::is_same_v<T, std::string>) {
        value = std::string(TRY(reader.text(limit)));
    } else if constexpr (FixedValue<T>) {
        const ByteView bytes = TRY(reader.bytes(T::kSize));
        if (bytes.size() != T::kSize) return fail(errors::invalid_value);
        value = T::from(bytes);
    } else if constexpr (std::is_same_v<T, SecretBytes>) {
        value = SecretBytes(TRY(reader.bytes(limit)));
    } else if constexpr (SecretValue<T>) {
        const ByteView bytes = TRY(reader.bytes(T::kSize));
        if (bytes.size() != T::kSize) return fail(errors::invalid_value);
        value = T(bytes);
    } else {
        static_assert(IsVector<T>::value, "no decoding for this field type");
        return read_vector(reader, value, limit);
    }
    return {};
}

}  // namespace record_detail

// encode writes a record. Limits of the description hold here too, as CHECKs: check input before.
template <record_detail::Record T>
Bytes encode(const T& record) {
    CborWriter writer;
    record_detail::write_value(writer, record);
    return writer.take();
}

// decode reads one record that fills `bytes`. Errors: those of core/base/errors.h; nothing is
// returned in part.
template <record_detail::Record T>
Result<T> decode(ByteView bytes) {
    CborReader reader(bytes);
    T record{};
    TRY(record_detail::read_value(reader, record, kDefaultLimit));
    TRY(reader.finish());
    return record;
}

}  // namespace obhut
