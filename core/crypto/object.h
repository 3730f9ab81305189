// Sealed objects: docs/protocol/object.md.
//
//     object = version(1) ‖ suite(1) ‖ type(1) ‖ commitment(32) ‖ ciphertext ‖ tag(16)       id =
//     SHA-256(object) key(32) ‖ commitment(32) = HKDF-Expand(object key, LP(label) ‖ LP(suite) ‖
//     LP(org) ‖ LP(space) ‖ LP(type))
//
// ChaCha20-Poly1305 with a zero nonce: each object key is random and seals one object. No
// additional data: whatever a reader relies on is in the key derivation or in the parent. Nothing
// opens by a bare id: open_object takes a Reference, and references come from verified parents
// only.
#pragma once

#include "core/base/cbor.h"
#include "core/base/entropy.h"
#include "core/crypto/hash.h"
#include "core/crypto/keys.h"
#include "core/crypto/object_public.h"

namespace obhut {

// ObjectPlace says where an object belongs; it goes into the key derivation.
struct ObjectPlace {
    Label label;
    OrgId org;
    SpaceId space;  // zero outside a space
};

inline ObjectPlace in_space(const OrgId& org, const SpaceId& space) {
    return {labels::object_in_space, org, space};
}

// Reference names one object and opens it: {id, object key, padded size of the plaintext}. CBOR:
// tag 4242 [id, key, size]. It is a secret, copied only by clone().
struct Reference {
    ObjectId id;
    ObjectKey key;
    std::uint64_t size = 0;

    Reference clone() const { return {id, key.clone(), size}; }
    bool same_object(const Reference& other) const { return id == other.id; }
    void encode_to(CborWriter& writer) const;
    static Result<Reference> decode_from(CborReader& reader);
};

// kReferenceBytes is the most a Reference takes in CBOR.
inline constexpr std::size_t kReferenceBytes = 3 + 1 + 34 + 34 + 9;

struct SealedObject {
    Reference reference;
    Bytes bytes;  // what is stored: plaintext + kObjectOverhead
};

// seal_object seals `plaintext`, already padded, under a fresh key from `entropy`.
SealedObject seal_object(const ObjectPlace& place, ObjectType type, ByteView plaintext,
                         Entropy& entropy);

// seal_with seals under a key that the caller has derived for this one object; the object's bytes.
Bytes seal_with(const ObjectPlace& place, ObjectType type, const ObjectKey& key,
                ByteView plaintext);

// seal_again seals what `reference` names once more, for a server that has lost it. A key seals one
// object only: the same bytes come out, or none. Errors: object_wrong_id (another plaintext).
Result<Bytes> seal_again(const ObjectPlace& place, ObjectType type, const Reference& reference,
                         ByteView plaintext);

// open_object checks id, size, version, suite, type and commitment, then opens; all or nothing.
// Errors: object_wrong_id, unknown_version, unknown_suite, wrong_object_type, object_tampered.
Result<Bytes> open_object(const ObjectPlace& place, ObjectType type, const Reference& reference,
                          ByteView object);

// open_with opens what seal_with sealed. Errors: as open_object, without object_wrong_id.
Result<Bytes> open_with(const ObjectPlace& place, ObjectType type, const ObjectKey& key,
                        ByteView object);

}  // namespace obhut
