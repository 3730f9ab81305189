// Drops: sealed things on their way to somebody's inbox, and the keys of inboxes.
//
// The server sees to whom, how large and when; it opens nothing. What it gives proves nothing: a
// drop is judged by what it was sealed to and who signed inside. Format: docs/protocol/drops.md.
#pragma once

#include <optional>

#include "core/base/clock.h"
#include "core/directory/principal.h"
#include "protocols/api/blob.h"
#include "protocols/api/limits.h"

namespace obhut::api {

inline constexpr std::size_t kMaxDropBytes = 256U << 10;  // a drop without its objects
inline constexpr std::size_t kMaxDropObjects = 4096;      // objects that one drop brings
inline constexpr std::size_t kMaxDropsPerAnswer = 256;
inline constexpr std::size_t kMaxInboxStatement = 8U << 10;
inline constexpr std::size_t kMaxInboxes = 1024;  // in one answer

// InboxId is kind(1) ‖ id(16): a user's inbox or a group's (bytes of their PrincipalId), or that of
// a space, for what comes by its links.
using InboxId = FixedBytes<struct InboxTag, 17>;
enum class InboxKind : std::uint8_t { user = 1, group = 2, space = 3 };

inline InboxId inbox(InboxKind kind, ByteView id16) {
    InboxId id;
    id.bytes[0] = static_cast<std::uint8_t>(kind);
    std::copy(id16.begin(), id16.end(), id.bytes.begin() + 1);
    return id;
}
inline InboxId inbox(const UserId& user) { return inbox(InboxKind::user, user.view()); }
inline InboxId inbox(const GroupId& group) { return inbox(InboxKind::group, group.view()); }
inline InboxId inbox(const SpaceId& space) { return inbox(InboxKind::space, space.view()); }
inline InboxKind kind_of(const InboxId& id) { return static_cast<InboxKind>(id.bytes[0]); }

// A drop's id is the SHA-256 of its bytes.
using DropId = FixedBytes<struct DropTag, 32>;

// Body of POST /inboxes/<id>/drops and /visits/<id>/drops. The objects were uploaded there before.
struct PutDrop {
    Bytes drop;
    std::vector<ObjectId> objects;
    std::uint32_t key = 0;  // number of the inbox key it is sealed to; 0: another key
    static void fields(auto& self, auto& field) {
        field(1, self.drop, kMaxDropBytes);
        field(2, self.objects, kMaxDropObjects);
        field(3, self.key);
    }
};

struct WaitingDrop {
    Bytes drop;
    Millis arrived = 0;  // the server's word
    static void fields(auto& self, auto& field) {
        field(1, self.drop, kMaxDropBytes);
        field(2, self.arrived);
    }
};

// Answer of GET /inboxes/<id>/drops?from=<drop id>: ascending by id, after that one.
struct Drops {
    std::vector<WaitingDrop> drops;
    bool more = false;
    static void fields(auto& self, auto& field) {
        field(1, self.drops, kMaxDropsPerAnswer);
        field(2, self.more);
    }
};

// Body of POST /inboxes/<id>/done: drops that were filed; the server deletes them.
struct DropsDone {
    std::vector<DropId> drops;
    static void fields(auto& self, auto& field) { field(1, self.drops, kMaxDropsPerAnswer); }
};

// What the server keeps of an inbox's own keys; answer of GET /inboxes/<id>/key.
struct InboxState {
    std::optional<Bytes> statement;  // the newest, signed (docs/protocol/drops.md §2)
    std::uint32_t number = 0;        // of that statement's key
    std::uint32_t closed = 0;        // keys up to this number take no more drops
    static void fields(auto& self, auto& field) {
        field(1, self.statement, kMaxInboxStatement);
        field(2, self.number);
        field(3, self.closed);
    }
};

// Answer of GET /inboxes?from=<inbox id>: those of the user and of the groups that have him, where
// something waits or a key was stated; ascending by id, after that one.
struct InboxInfo {
    InboxId inbox;
    bool waits = false;
    InboxState state;
    static void fields(auto& self, auto& field) {
        field(1, self.inbox);
        field(2, self.waits);
        field(3, self.state);
    }
};
struct Inboxes {
    std::vector<InboxInfo> inboxes;
    bool more = false;
    static void fields(auto& self, auto& field) {
        field(1, self.inboxes, kMaxInboxes);
        field(2, self.more);
    }
};

// Body of POST /inboxes/<id>/key: a newer statement, or a higher number of closed keys, or both.
using InboxChange = InboxState;

}  // namespace obhut::api
