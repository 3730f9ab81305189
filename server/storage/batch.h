// WriteBatch: everything one request changes, in the order in which it takes effect.
//
//     WriteBatch batch;
//     batch.add(PutObjects{space, Pin{device, now + 7 * kDay}, std::move(nodes)});
//     batch.add(AppendLink{space, 41, LinkKind::commit, hash, epoch, now, std::move(bytes)});
//     batch.add(ApplyLists{space, 41, std::move(lists)});
//     store.commit(std::move(batch), [](Outcome outcome) { … });
//
// A batch takes effect as a whole or not at all; each operation sees those before it. "Fails" below
// means that the whole batch fails with that code. Threads: values.
#pragma once

#include <variant>

#include "server/storage/types.h"

namespace obhut::storage {

// ---- the server itself

// CreateServer fails with already_stored if the store has a server state.
struct CreateServer {
    ServerState state;
};

// SetOrganisation fails with already_stored if an organisation is set, not_stored without a server
// state.
struct SetOrganisation {
    OrgId org;
};

// SetIncarnation fails with version_moved unless the incarnation is `expected`; `next` must be
// greater.
struct SetIncarnation {
    std::uint64_t expected = 0;
    std::uint64_t next = 0;
};

// ---- the log

// AppendLog fails with sequence_moved unless the log has `expected_size` leaves.
struct AppendLog {
    std::uint64_t expected_size = 0;
    std::vector<Bytes> leaves;
};

// PutTile stores or extends a tile of hashes (C2SP tlog-tiles); a tile only grows.
struct PutTile {
    std::uint32_t level = 0;
    std::uint64_t index = 0;
    Bytes hashes;  // 1 to 256 of 32 bytes
};

// PutNote replaces the newest signed checkpoint.
struct PutNote {
    std::string note;
};

// ---- materials

// PutKemKey is idempotent: the caller computed the hash.
struct PutKemKey {
    KemKeyHash hash;
    KemPublicKey key;
};

// PutGeneration fails with already_stored if that generation of the principal is there.
struct PutGeneration {
    Generation generation;
};

// PutKit stores or replaces the user's kit.
struct PutKit {
    Kit kit;
};

// PutOpening stores or replaces the user's opening.
struct PutOpening {
    Opening opening;
};

// EraseOpening removes it; nothing happens if there is none.
struct EraseOpening {
    UserId user;
};

// ---- records

// PutRecord stores a record. `expected`: absent = whatever is there; 0 = none may be there; else
// the version that must be there. Fails with version_moved. A record whose `expires` is not after
// `now` counts as not there.
struct PutRecord {
    Area area = Area::server;
    Bytes key;    // 1 to kMaxKeyBytes
    Bytes value;  // up to kMaxValueBytes
    std::optional<Millis> expires;
    std::optional<Version> expected;
    Millis now = 0;
};

// RemoveRecord removes it; `expected` as above. Without `expected` nothing happens if there is
// none.
struct RemoveRecord {
    Area area = Area::server;
    Bytes key;
    std::optional<Version> expected;
    Millis now = 0;
};

// ---- spaces

// CreateSpace makes an empty chain, which an AppendLink of the same batch must begin at sequence 0
// (else over_store_limit). Fails with already_stored.
struct CreateSpace {
    SpaceId space;
    Owner owner;
};

// AppendLink adds a link at `sequence`, which must be one after the head (0 in a chain just made).
// Fails with sequence_moved (also when an equal link is there already: look, if it may be a retry),
// not_stored, chain_ended.
struct AppendLink {
    SpaceId space;
    Sequence sequence = 0;
    LinkKind kind = LinkKind::commit;
    Hash hash;
    Epoch epoch = 0;
    Millis time = 0;
    Bytes bytes;
};

// SetMembers replaces the principals by whom the space is found. Fails with not_stored.
struct SetMembers {
    SpaceId space;
    std::vector<PrincipalId> members;
};

// SetOwner charges the space to somebody else from now on. Fails with not_stored.
struct SetOwner {
    SpaceId space;
    Owner owner;
};

// PutEpoch stores what belongs to an epoch. Fails with already_stored, not_stored.
struct PutEpoch {
    SpaceId space;
    EpochMaterial material;
};

// CloseSpace ends the chain: no links, objects or lists any more; everything of it is removed
// kTrashTime later.
struct CloseSpace {
    SpaceId space;
    Millis time = 0;
};

// ---- objects

struct NewObject {
    ObjectId id;  // SHA-256 of the bytes: the caller has checked it
    Bytes bytes;
    std::unique_ptr<Staged> staged;  // instead of the bytes
};

struct Pin {
    DeviceId device;  // who pays until a commit claims the object
    Millis until = 0;
};

// PutObjects stores objects, pinned. One that is there already is not stored twice: from the trash
// it comes back, pinned; a pin is prolonged, never shortened. Fails with not_stored, chain_ended.
struct PutObjects {
    SpaceId space;
    Pin pin;
    std::vector<NewObject> objects;
};

// RenewPins prolongs the pins of objects and takes those in the trash out of it. What is absent is
// named in the outcome and does not fail the batch.
struct RenewPins {
    SpaceId space;
    Pin pin;
    std::vector<ObjectId> objects;
};

// ReleasePins ends the pins of objects that `device` pays for, at `now`: upkeep removes them.
// Others are left as they are.
struct ReleasePins {
    SpaceId space;
    DeviceId device;
    std::vector<ObjectId> objects;
    Millis now = 0;
};

// The lists of a commit. An id may stand several times in `raised` and `lowered`: each time counts.
struct Lists {
    std::vector<ObjectId> created;     // nodes
    std::vector<ObjectId> superseded;  // nodes
    std::vector<ObjectId> raised;      // content
    std::vector<ObjectId> lowered;     // content
};

// ApplyLists counts references, as the commit at `sequence` says, and keeps `encoded` for lists().
// What is created or raised must be there (out of the trash if need be) and loses its pin; what is
// superseded or lowered must be counted. Fails with objects_missing (the outcome names all of
// them), not_referenced, referenced_twice, not_stored.
struct ApplyLists {
    SpaceId space;
    Sequence sequence = 0;
    Lists lists;
    Bytes encoded;  // as the commit's hashes cover them
};

// ---- limits, judged where they stand in the batch

// LimitOwner fails with quota_exceeded if the owner is charged more than `bytes` after the
// operations before it.
struct LimitOwner {
    Owner owner;
    std::uint64_t bytes = 0;
};

struct LimitSpace {
    SpaceId space;
    std::uint64_t bytes = 0;
};

// LimitUploads is about the pinned bytes of a device, in all spaces.
struct LimitUploads {
    DeviceId device;
    std::uint64_t bytes = 0;
};

using Operation = std::variant<CreateServer, SetOrganisation, SetIncarnation, AppendLog, PutTile,
                               PutNote, PutKemKey, PutGeneration, PutKit, PutOpening, EraseOpening,
                               PutRecord, RemoveRecord, CreateSpace, AppendLink, SetMembers,
                               SetOwner, PutEpoch, CloseSpace, PutObjects, RenewPins, ReleasePins,
                               ApplyLists, LimitOwner, LimitSpace, LimitUploads>;

class WriteBatch {
public:
    template <class Op>
    WriteBatch& add(Op operation) {
        operations_.emplace_back(std::move(operation));
        return *this;
    }
    bool empty() const { return operations_.empty(); }
    std::vector<Operation>& operations() { return operations_; }
    const std::vector<Operation>& operations() const { return operations_; }

private:
    std::vector<Operation> operations_;
};

struct Outcome {
    Result<> result;
    std::size_t failed_operation = 0;  // index of the one that failed, if one did
    std::vector<ObjectId> missing;     // objects that an operation wanted and that are not there
};

}  // namespace obhut::storage
