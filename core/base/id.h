// Strong identifiers: fixed byte strings that cannot be mixed up. They are public values.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <functional>
#include <string>

#include "core/base/bytes.h"
#include "core/base/check.h"

namespace obhut {

// FixedBytes<Tag, N> is N bytes of one role. Ordered bytewise.
template <class Tag, std::size_t N>
struct FixedBytes {
    static constexpr std::size_t kSize = N;
    std::array<std::uint8_t, N> bytes{};

    static FixedBytes from(ByteView view) {
        CHECK(view.size() == N);
        FixedBytes id;
        std::copy(view.begin(), view.end(), id.bytes.begin());
        return id;
    }

    // truncated takes the first N bytes of a longer value.
    static FixedBytes truncated(ByteView view) {
        CHECK(view.size() >= N);
        return from(view.first(N));
    }

    ByteView view() const { return bytes; }
    bool is_zero() const { return *this == FixedBytes{}; }
    std::string hex() const { return to_hex(bytes); }

    friend auto operator<=>(const FixedBytes&, const FixedBytes&) = default;
};

// FixedHash hashes an id for unordered containers; ids are uniformly distributed hashes or random
// bytes.
struct FixedHash {
    template <class Tag, std::size_t N>
    std::size_t operator()(const FixedBytes<Tag, N>& id) const {
        std::size_t value = 0;
        std::memcpy(&value, id.bytes.data(), std::min(sizeof value, N));
        return value;
    }
};

using Hash = FixedBytes<struct HashTag, 32>;        // a SHA-256 value
using ObjectId = FixedBytes<struct ObjectTag, 32>;  // SHA-256 of a sealed object
using OrgId = FixedBytes<struct OrgTag, 16>;        // protocol/directory.md §2
using SpaceId = FixedBytes<struct SpaceTag, 16>;    // first half of the hash of the genesis
using UserId = FixedBytes<struct UserTag, 16>;      // random, given by the invitation
using GroupId = FixedBytes<struct GroupTag, 16>;    // random
using DeviceId = FixedBytes<struct DeviceTag, 16>;  // hash of the device's public keys
using KeyId = FixedBytes<struct KeyTag, 32>;        // SHA-256 of label and public key
using FileId = FixedBytes<struct FileTag, 16>;      // random
using OperationId = FixedBytes<struct OpTag, 16>;   // random, names an intent across retries

}  // namespace obhut
