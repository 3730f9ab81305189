// Entries that the root or an administrator signs. Format: docs/protocol/directory.md §3.
#pragma once

#include "core/directory/entry_kinds.h"

namespace obhut::directory {

// ---- signed by the root

// RootStatement begins the log, and later replaces the root key by the one committed to, or the
// log's key.
struct RootStatement {
    static constexpr EntryKind kKind = EntryKind::root_statement;
    SigningPublicKey root;
    KeyId next_root;        // key id of the root key that may follow
    NotePublicKey log_key;  // signs checkpoints, and is trusted for nothing else

    static void fields(auto& self, auto& field) {
        field(1, self.root);
        field(2, self.next_root);
        field(3, self.log_key);
    }
    Subject subject() const { return Subject::of(SubjectKind::root); }
};

struct AdminGranted {
    static constexpr EntryKind kKind = EntryKind::admin_granted;
    UserId user;  // may still be an invited one

    static void fields(auto& self, auto& field) { field(1, self.user); }
    Subject subject() const { return Subject::of(user); }
};

struct AdminRevoked {
    static constexpr EntryKind kKind = EntryKind::admin_revoked;
    UserId user;

    static void fields(auto& self, auto& field) { field(1, self.user); }
    Subject subject() const { return Subject::of(user); }
};

// Officer holds a share of organisational recovery. Nothing uses it yet.
struct Officer {
    SigningPublicKey signing;
    KemKeyHash kem;

    static void fields(auto& self, auto& field) {
        field(1, self.signing);
        field(2, self.kem);
    }
    friend bool operator==(const Officer&, const Officer&) = default;
};

// RootPolicy says which suites and password parameters count, and who may recover.
struct RootPolicy {
    static constexpr EntryKind kKind = EntryKind::root_policy;
    std::vector<std::uint8_t> suites;       // ascending; later ones than we know may stand here
    std::vector<std::uint8_t> kdf_classes;  // ascending
    std::vector<Officer> officers;
    std::uint8_t officers_needed = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.suites, 16);
        field(2, self.kdf_classes, 16);
        field(3, self.officers, kMaxOfficers);
        field(4, self.officers_needed);
    }
    Subject subject() const { return Subject::of(SubjectKind::policy); }
};

struct TreeHead {
    Position size = 0;
    Hash root;

    static void fields(auto& self, auto& field) {
        field(1, self.size);
        field(2, self.root);
    }
    friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

// DirectoryReset gives up entries that a restored server has lost and no device holds any more.
struct DirectoryReset {
    static constexpr EntryKind kKind = EntryKind::directory_reset;
    TreeHead lost;                  // the newest head that was seen
    TreeHead restored;              // the head from which the log goes on
    std::uint64_t incarnation = 0;  // of the server that goes on
    std::string reason;             // shown to people

    static void fields(auto& self, auto& field) {
        field(1, self.lost);
        field(2, self.restored);
        field(3, self.incarnation);
        field(4, self.reason, kMaxReasonBytes);
    }
    Subject subject() const { return Subject::of(SubjectKind::root); }
};

// ---- signed by an administrator

struct UserInvited {
    static constexpr EntryKind kKind = EntryKind::user_invited;
    UserId user;      // fresh random bytes
    Hash email_hash;  // email_hash(salt, address); salt and address are served beside it
    SigningPublicKey invitation;  // derived from the invitation's secret
    Millis not_after = 0;         // compared with the time of the enrolling entry

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.email_hash);
        field(3, self.invitation);
        field(4, self.not_after);
    }
    Subject subject() const { return Subject::of(user); }
};

struct InvitationWithdrawn {
    static constexpr EntryKind kKind = EntryKind::invitation_withdrawn;
    UserId user;

    static void fields(auto& self, auto& field) { field(1, self.user); }
    Subject subject() const { return Subject::of(user); }
};

// `heads` in this and other entries that end somebody's right to sign: the Merkle root of the heads
// of the spaces concerned, as the server gave them. What is an ancestor of a head under it existed
// before. Zero if there are none.
struct UserDisabled {
    static constexpr EntryKind kKind = EntryKind::user_disabled;
    UserId user;
    Hash heads;

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.heads);
    }
    Subject subject() const { return Subject::of(user); }
};

struct UserEnabled {
    static constexpr EntryKind kKind = EntryKind::user_enabled;
    UserId user;

    static void fields(auto& self, auto& field) { field(1, self.user); }
    Subject subject() const { return Subject::of(user); }
};

// GeneralPolicy is what administrators decide.
struct GeneralPolicy {
    static constexpr EntryKind kKind = EntryKind::general_policy;
    std::uint32_t min_client =
        0;  // version of the oldest client allowed: major << 16 | minor << 8 | patch
    bool web_devices = true;         // whether browsers may be devices
    bool links = true;               // whether links for outsiders may be made
    std::uint32_t link_days = 0;     // longest life of a link; 0 = no limit
    std::optional<GroupId> archive;  // group that new spaces get as a visible member

    static void fields(auto& self, auto& field) {
        field(1, self.min_client);
        field(2, self.web_devices);
        field(3, self.links);
        field(4, self.link_days);
        field(5, self.archive);
    }
    Subject subject() const { return Subject::of(SubjectKind::policy); }
};

struct RemovedFromGroup {
    static constexpr EntryKind kKind = EntryKind::removed_from_group;
    GroupId group;
    std::vector<UserId> users;  // ascending
    Hash heads;

    static void fields(auto& self, auto& field) {
        field(1, self.group);
        field(2, self.users, kMaxNamesPerEntry);
        field(3, self.heads);
    }
    Subject subject() const { return Subject::of(group); }
};

enum class ServiceKind : std::uint8_t { gateway = 1 };
constexpr bool is_known(ServiceKind kind) { return kind == ServiceKind::gateway; }

// ServiceKey registers, replaces or (without keys) withdraws the keys of a service.
struct ServiceKey {
    static constexpr EntryKind kKind = EntryKind::service_key;
    ServiceId service;
    ServiceKind kind = ServiceKind::gateway;
    std::optional<DeviceKeys> keys;
    Millis not_before = 0;
    Millis not_after = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.service);
        field(2, self.kind);
        field(3, self.keys);
        field(4, self.not_before);
        field(5, self.not_after);
    }
    Subject subject() const { return Subject::of(service); }
};

// Snapshot names the Merkle root of the state after the first `size` entries (State::map).
struct Snapshot {
    static constexpr EntryKind kKind = EntryKind::snapshot;
    Position size = 0;
    Hash log_root;              // of the log at that size
    Hash map_root;              // of the state
    std::uint64_t records = 0;  // in the map

    static void fields(auto& self, auto& field) {
        field(1, self.size);
        field(2, self.log_root);
        field(3, self.map_root);
        field(4, self.records);
    }
    Subject subject() const { return Subject::of(SubjectKind::snapshot); }
};

// ReaderRaised makes a reader of a space without managers and editors its manager. It gives nobody
// a key.
struct ReaderRaised {
    static constexpr EntryKind kKind = EntryKind::reader_raised;
    SpaceId space;
    UserId user;
    Hash roster;  // the roster entry that lists him

    static void fields(auto& self, auto& field) {
        field(1, self.space);
        field(2, self.user);
        field(3, self.roster);
    }
    Subject subject() const { return Subject::of(space); }
};

// ChainClosed ends the chain of a space that has no members any more.
struct ChainClosed {
    static constexpr EntryKind kKind = EntryKind::chain_closed;
    SpaceId space;
    Hash head;

    static void fields(auto& self, auto& field) {
        field(1, self.space);
        field(2, self.head);
    }
    Subject subject() const { return Subject::of(space); }
};

}  // namespace obhut::directory
