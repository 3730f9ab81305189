// Generations of users' and groups' X-Wing keys: made, sealed to their holders, opened again.
//
//     secret of generation n ─┬─ box to each holder          core/directory/generation.h
//                             └─ seals the secret of n - 1   the key link
//
// What opens is believed only if its public half is the one that the directory names.
// Format: docs/protocol/directory.md §5.
#pragma once

#include "client/errors.h"
#include "core/crypto/box.h"
#include "core/crypto/object.h"
#include "core/directory/generation.h"
#include "core/directory/state.h"
#include "protocols/api/messages.h"

namespace obhut::client {

// Holder is somebody a generation is sealed to, with the key that the directory has of them.
struct Holder {
    directory::HolderId id;
    KemPublicKey key;
};

// NewGeneration is one that no entry names yet.
struct NewGeneration {
    KemSecretKey secret;
    KemPublicKey key;
    Hash link;  // zero for the first
    Hash boxes;
    std::vector<directory::HolderId> without_box;  // holders whose key was malformed; ascending
    api::GenerationMaterial material;
};

// make_generation makes generation `number`; `previous` is the secret before, null for the first.
// 0.1 ms for each holder.
NewGeneration make_generation(const OrgId& org, const PrincipalId& principal, std::uint32_t number,
                              const KemSecretKey* previous, std::vector<Holder> holders,
                              Entropy& entropy);

// seal_to_holder makes the one box for a holder that joins later. Errors: bad_key.
Result<Bytes> seal_to_holder(const OrgId& org, const PrincipalId& principal, std::uint32_t number,
                             const KemSecretKey& secret, const Holder& holder, Entropy& entropy);

// NewBucket is a fresh key of one bucket of a group, sealed to the members who sit in it.
struct NewBucket {
    KemPublicKey key;
    Hash boxes;
    std::vector<directory::HolderId> without_box;  // whose key was malformed; ascending
    api::BucketMaterial material;
};

// make_bucket makes the key of bucket `index` for the group's generation `number`.
NewBucket make_bucket(const OrgId& org, const GroupId& group, std::uint32_t number,
                      std::uint16_t index, std::vector<Holder> members, Entropy& entropy);

// open_bucket opens the member's box of a bucket's key, made for generation `number`. `expected`
// is the key that the directory names. Errors: box_tampered, secret_mismatch.
Result<KemSecretKey> open_bucket(const OrgId& org, const GroupId& group, std::uint32_t number,
                                 const KemKeyHash& expected, const directory::HolderId& member,
                                 const KemSecretKey& key, ByteView box);

// open_generation opens the holder's box. `expected` is what the directory says of the generation.
// Errors: box_tampered, secret_mismatch.
Result<KemSecretKey> open_generation(const OrgId& org, const PrincipalId& principal,
                                     const directory::Generation& expected,
                                     const directory::HolderId& holder, const KemSecretKey& key,
                                     ByteView box);

// open_key_link gives the secret before generation `newer`. `expected` is the directory's word on
// the generation that is to come out. Errors: object_tampered, secret_mismatch.
Result<KemSecretKey> open_key_link(const OrgId& org, const PrincipalId& principal,
                                   const directory::Generation& newer, const KemSecretKey& secret,
                                   const directory::Generation& expected, ByteView link);

}  // namespace obhut::client
