// What the server keeps: plain records, as they go into a store and come out of it.
//
// Nothing here is interpreted: links, boxes, notes and blobs are bytes that the services verified
// before. Times are the server's wall clock, given by the caller; a store has no clock of its own.
// Threads: values.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/secret.h"
#include "core/crypto/kem_public.h"
#include "core/directory/principal.h"

namespace obhut::storage {

// ---- the server itself
// ------------------------------------------------------------------------------------------

// ServerState is made once per store. The seed of the log key is the one secret a store holds; it
// opens nothing.
struct ServerState {
    std::uint64_t incarnation = 1;
    std::string log_name;
    Secret<32> log_seed;
    std::optional<OrgId> org;  // absent until the organisation is created
};

// ---- materials of the directory
// ---------------------------------------------------------------------------------

// Recipient of a box: kind(1) ‖ id(16), as in protocols/api/messages.h.
using Recipient = FixedBytes<struct StoredRecipientTag, 17>;

struct GenerationBox {
    Recipient recipient;
    Bytes box;
};

struct Generation {
    PrincipalId principal;
    std::uint32_t number = 0;
    std::optional<Bytes> key_link;  // the previous generation sealed under this one
    std::vector<GenerationBox> boxes;
};

// Kit of a user: both sealed copies of the seed and the hashes of their auth parts.
struct Kit {
    UserId user;
    Hash password_auth_hash;
    Bytes password_blob;
    Hash recovery_auth_hash;
    Bytes recovery_blob;
};

// Opening of the salted hash of an e-mail address in the log.
struct Opening {
    UserId user;
    std::string email;
    Bytes salt;
};

// ---- records that expire
// ----------------------------------------------------------------------------------------

// Area separates the keys of unrelated uses.
enum class Area : std::uint8_t {
    server = 1,
    linking = 2,
    drop = 3,
    link = 4,
    lease = 5,
    inbox = 6
};

// Version of a record: unique within its area, and a later change has a greater one, also after
// removal.
using Version = std::uint64_t;

struct Record {
    Bytes key;
    Bytes value;
    Version version = 0;
    std::optional<Millis> expires;
};

// ---- spaces
// -----------------------------------------------------------------------------------------------------

using Sequence = std::uint64_t;
using Epoch = std::uint32_t;

enum class LinkKind : std::uint8_t { genesis = 1, roster = 2, commit = 3 };

// Owner is who a space's bytes are charged to: a user, or all zero for the organisation.
using Owner = PrincipalId;

struct Head {
    Sequence sequence = 0;
    Hash hash;  // of the newest link
    Epoch epoch = 0;
};

struct SpaceHead {
    SpaceId space;
    Head head;
    Owner owner;
    std::optional<Millis> closed;
};

struct StoredLink {
    Sequence sequence = 0;
    LinkKind kind = LinkKind::commit;
    Hash hash;
    Millis time = 0;  // when the server accepted it
    Bytes bytes;
};

struct EpochBox {
    std::uint32_t index = 0;  // place among the leaves under the roster's root
    PrincipalId principal;
    Bytes box;
    std::vector<Hash> proof;
};

struct EpochMaterial {
    Epoch epoch = 0;
    std::optional<Bytes> history_link;
    std::vector<EpochBox> boxes;
};

// ---- objects
// ----------------------------------------------------------------------------------------------------

// ObjectState is what the server knows of an object: uploaded ahead and not claimed by a commit,
// needed by the head or by a retained root, or in the trash. Only `absent` cannot be loaded.
enum class ObjectState : std::uint8_t { absent = 0, pinned = 1, live = 2, trash = 3 };

struct LoadedObject {
    ObjectState state = ObjectState::absent;
    std::size_t offset = 0;  // into LoadedObjects::bytes
    std::size_t length = 0;  // nothing if absent
};

// Objects in one piece of memory, in their order; before each a gap for whoever asked for one.
struct LoadedObjects {
    Bytes bytes;
    std::vector<LoadedObject> items;
    ByteView operator[](std::size_t i) const {
        return ByteView(bytes).subspan(items[i].offset, items[i].length);
    }
};

// Bytes of objects (without the overhead of segments). Pinned bytes are charged to the uploading
// device, the others to the space and its owner.
struct Usage {
    std::uint64_t live = 0;
    std::uint64_t trash = 0;
    std::uint64_t total() const { return live + trash; }
    friend bool operator==(const Usage&, const Usage&) = default;
};

// Staged is an object that lies in the store already but belongs to nobody: handle of an upload in
// progress. Dropping it gives the bytes up; a store that is opened again has forgotten them. It
// must not outlive its store.
class Staged {
public:
    virtual ~Staged() = default;
    virtual std::uint32_t length() const = 0;
};

}  // namespace obhut::storage
