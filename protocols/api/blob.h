// Blob<N>: a byte string of at most N bytes as an item of a list, where a record's own limit counts
// the items.
#pragma once

#include "core/base/record.h"

namespace obhut::api {

template <std::size_t N>
struct Blob {
    static constexpr std::size_t kMaxSize = N;
    Bytes bytes;

    Blob() = default;
    Blob(Bytes content) : bytes(std::move(content)) {}  // NOLINT: a blob is its bytes

    ByteView view() const { return bytes; }
    void encode_to(CborWriter& writer) const {
        CHECK(bytes.size() <= N);
        writer.bytes(bytes);
    }
    static Result<Blob> decode_from(CborReader& reader) {
        return Blob(to_bytes(TRY(reader.bytes(N))));
    }

    friend bool operator==(const Blob&, const Blob&) = default;
};

}  // namespace obhut::api
