// What anybody can tell of a sealed object without a key; all that the server needs.
#pragma once

#include "core/base/bytes.h"
#include "core/base/id.h"

namespace obhut {

// The type byte of a sealed object; part of its key derivation, so no type opens as another.
enum class ObjectType : std::uint8_t {
    node = 1,          // tree node
    chunk = 2,         // piece of a file
    manifest = 3,      // manifest page of a large file
    value = 4,         // tree value over the inline limit
    root_key = 5,      // root key in a commit
    summary = 6,       // summary of a commit
    history_link = 7,  // K(n-1) under K(n)
    kit = 8,           // kit blob
    root_kit = 9,      // sealed root seeds
    profile = 10,      // profile secrets on a disk
    drop = 11,         // body of a drop
    link = 12,         // link record
    lease = 13,        // lease record
    linking = 14,      // answer to a new device
    key_link = 15,     // previous generation of a user or group key
};
constexpr bool is_known(ObjectType type) {
    return static_cast<int>(type) >= 1 && static_cast<int>(type) <= 15;
}

inline constexpr std::size_t kObjectHeader = 3 + 32;
inline constexpr std::size_t kObjectOverhead = kObjectHeader + 16;
inline constexpr std::size_t kMaxObjectBytes =
    (5U << 20) + kObjectOverhead;  // a 4-MiB chunk and its quarter of padding

// object_id is the id of stored bytes.
ObjectId object_id(ByteView object);

}  // namespace obhut
