// The steps of opening a sealed object one by one, for who has a reason to order them differently:
// core/content/chunk.h. Everything else takes open_object. Format: docs/protocol/object.md §1.
#pragma once

#include "core/crypto/object.h"

namespace obhut {

// open_into is open_with, into the first bytes of `room`, which has at least
// plaintext_room(object); the view of them. After an error `room` holds nothing of the plaintext.
Result<ByteView> open_into(const ObjectPlace& place, ObjectType type, const ObjectKey& key,
                           ByteView object, MutableByteView room);
// open_hashed is open_into, and the SHA-256 of the first `hashed` bytes, or of all if there are
// fewer: one pass over memory for both.
struct OpenedAndHashed {
    ByteView plaintext;
    Hash hash;
};
Result<OpenedAndHashed> open_hashed(const ObjectPlace& place, ObjectType type, const ObjectKey& key,
                                    ByteView object, MutableByteView room, std::size_t hashed);
inline std::size_t plaintext_room(ByteView object) {
    return object.size() < kObjectOverhead ? 0 : object.size() - kObjectOverhead;
}

// check_size and check_id compare stored bytes with what a reference says of them. Whoever uses
// open_into does both before, or knows by another way what has to come out. Error: object_wrong_id.
Result<> check_size(const Reference& reference, ByteView object);
Result<> check_id(const Reference& reference, ByteView object);

}  // namespace obhut
