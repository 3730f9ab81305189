// Entries of the organisation's log: one record per kind, signed and kept for ever. Format:
// docs/protocol/directory.md §3.
//
//     signed entry = { 1: suite, 2: payload, 3: [ { 1: key id, 2: signature } … ] }      leaf of
//     the log = these bytes payload      = { 1: previous, 2: time, ? 3: note, 4: [ kind, body ] }
//
// `previous` is the leaf hash of the newest valid entry about the same subject (zero if there is
// none). Parsing says nothing about validity: that is State. Nobody's name stands here, only ids
// and hashes.
#pragma once

#include <variant>

#include "core/crypto/hash.h"
#include "core/directory/types.h"

namespace obhut::directory {

// tlog-tiles carries entries with a 16-bit length.
inline constexpr std::size_t kMaxEntryBytes = 65535;
inline constexpr std::size_t kMaxEntryNote = 4096;
inline constexpr std::size_t kMaxSignatures = 2;
inline constexpr std::size_t kMaxNamesPerEntry =
    1500;  // users that one entry adds to or takes out of a group
inline constexpr std::size_t kMaxDevicesPerUser = 256;  // that count at one time
inline constexpr std::size_t kMaxBuckets = 1024;
inline constexpr std::size_t kBucketMembers = 128;
inline constexpr std::size_t kMaxOfficers = 16;
inline constexpr std::size_t kMaxReasonBytes = 512;

enum class EntryKind : std::uint8_t {
    root_statement = 1,
    admin_granted = 2,
    admin_revoked = 3,
    root_policy = 4,
    directory_reset = 5,
    user_invited = 10,
    invitation_withdrawn = 11,
    user_disabled = 12,
    user_enabled = 13,
    user_enrolled = 14,
    device_added = 20,
    device_revoked = 21,
    device_retired = 22,
    kit_resealed = 30,
    kit_notice = 31,
    kit_notice_cancelled = 32,
    kit_confirmed = 33,
    kit_replaced = 34,
    user_key_rotated = 40,
    pulse = 41,
    group_created = 50,
    group_changed = 51,
    removed_from_group = 52,
    service_key = 60,
    general_policy = 61,
    snapshot = 62,
    reader_raised = 63,
    chain_closed = 64,
    // 70 is kept free for recovery by officers
};

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
    std::vector<Suite> suites;              // ascending
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

// Snapshot names the Merkle root of the state after the first `size` entries (State::map_root).
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

// ---- signed by a person's own keys

// UserGeneration is a fresh X-Wing key of a user. Sealed to every device that counts, the kit
// included, but those named.
struct UserGeneration {
    std::uint32_t number = 1;
    KemKeyHash key;
    Hash link;   // SHA-256 of the sealed previous generation; zero for the first
    Hash boxes;  // boxes_root (generation.h)
    std::vector<DeviceId> without_box;  // ascending

    static void fields(auto& self, auto& field) {
        field(1, self.number);
        field(2, self.key);
        field(3, self.link);
        field(4, self.boxes);
        field(5, self.without_box, kMaxDevicesPerUser);
    }
};

// UserEnrolled uses up an invitation. Signed by the invitation's key and the new device's.
struct UserEnrolled {
    static constexpr EntryKind kKind = EntryKind::user_enrolled;
    UserId user;
    DeviceKeys device;
    DeviceKind device_kind = DeviceKind::full;
    KitStatement kit;
    UserGeneration generation;

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.device);
        field(3, self.device_kind);
        field(4, self.kit);
        field(5, self.generation);
    }
    Subject subject() const { return Subject::of(user); }
};

struct DeviceAdded {
    static constexpr EntryKind kKind = EntryKind::device_added;
    UserId user;
    DeviceKeys device;
    DeviceKind device_kind = DeviceKind::full;
    std::uint32_t generation = 0;  // the newest, which `box` carries
    std::optional<Hash>
        box;  // SHA-256 of the box to the new device; absent: it waits for the next generation

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.device);
        field(3, self.device_kind);
        field(4, self.generation);
        field(5, self.box);
    }
    Subject subject() const { return Subject::of(user); }
};

// DeviceRevoked takes the device, those it added and those they added, but for those named in
// `keep`.
struct DeviceRevoked {
    static constexpr EntryKind kKind = EntryKind::device_revoked;
    UserId user;
    DeviceId device;
    std::vector<DeviceId> keep;  // ascending
    Hash heads;

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.device);
        field(3, self.keep, kMaxDevicesPerUser);
        field(4, self.heads);
    }
    Subject subject() const { return Subject::of(user); }
};

struct DeviceRetired {
    static constexpr EntryKind kKind = EntryKind::device_retired;
    UserId user;
    DeviceId device;  // the one that signs

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.device);
    }
    Subject subject() const { return Subject::of(user); }
};

// KitResealed seals the same seed anew: a changed password. Signed by the kit, which whoever
// re-seals has open.
struct KitResealed {
    static constexpr EntryKind kKind = EntryKind::kit_resealed;
    UserId user;
    Hash password_blob;
    Hash recovery_blob;
    std::uint8_t kdf_class = 1;

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.password_blob);
        field(3, self.recovery_blob);
        field(4, self.kdf_class);
    }
    Subject subject() const { return Subject::of(user); }
};

// KitNotice announces exactly the kit that will replace the present one.
struct KitNotice {
    static constexpr EntryKind kKind = EntryKind::kit_notice;
    UserId user;
    KitStatement kit;

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.kit);
    }
    Subject subject() const { return Subject::of(user); }
};

struct KitNoticeCancelled {
    static constexpr EntryKind kKind = EntryKind::kit_notice_cancelled;
    UserId user;

    static void fields(auto& self, auto& field) { field(1, self.user); }
    Subject subject() const { return Subject::of(user); }
};

struct KitConfirmed {
    static constexpr EntryKind kKind = EntryKind::kit_confirmed;
    UserId user;

    static void fields(auto& self, auto& field) { field(1, self.user); }
    Subject subject() const { return Subject::of(user); }
};

struct KitReplaced {
    static constexpr EntryKind kKind = EntryKind::kit_replaced;
    UserId user;
    KitStatement kit;
    Hash heads;

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.kit);
        field(3, self.heads);
    }
    Subject subject() const { return Subject::of(user); }
};

struct UserKeyRotated {
    static constexpr EntryKind kKind = EntryKind::user_key_rotated;
    UserId user;
    UserGeneration generation;

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.generation);
    }
    Subject subject() const { return Subject::of(user); }
};

// Pulse says nothing but that its signer saw the log up to here.
struct Pulse {
    static constexpr EntryKind kKind = EntryKind::pulse;
    UserId user;

    static void fields(auto& self, auto& field) { field(1, self.user); }
    Subject subject() const { return Subject::of(user); }
};

// ---- signed by a group's managers

// BucketKey is a fresh X-Wing key of one bucket of a group, sealed to the members in it.
struct BucketKey {
    std::uint16_t index = 0;
    KemKeyHash key;
    Hash boxes;  // boxes_root of its members' boxes

    static void fields(auto& self, auto& field) {
        field(1, self.index);
        field(2, self.key);
        field(3, self.boxes);
    }
};

// GroupGeneration is a fresh X-Wing key of a group. As long as all members are in bucket 0 it is
// sealed to each of them; else to the key of each bucket, of which those that changed are new.
struct GroupGeneration {
    std::uint32_t number = 1;
    KemKeyHash key;
    Hash link;   // SHA-256 of the sealed previous generation; zero for the first
    Hash boxes;  // boxes_root: of members, or of buckets
    std::vector<BucketKey> buckets;  // ascending by index
    std::vector<UserId>
        without_box;  // ascending: all whose key is stale, and those whose key is withheld

    static void fields(auto& self, auto& field) {
        field(1, self.number);
        field(2, self.key);
        field(3, self.link);
        field(4, self.boxes);
        field(5, self.buckets, kMaxBuckets);
        field(6, self.without_box, kMaxNamesPerEntry);
    }
};

struct GroupMember {
    UserId user;
    std::uint16_t bucket = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.bucket);
    }
};

struct GroupCreated {
    static constexpr EntryKind kKind = EntryKind::group_created;
    GroupId group;  // fresh random bytes
    bool everyone =
        false;  // the group *all*: once in an organisation, its managers are the administrators
    std::vector<GroupMember> members;  // ascending by user
    std::vector<UserId> managers;      // ascending; empty for *all*
    GroupGeneration generation;

    static void fields(auto& self, auto& field) {
        field(1, self.group);
        field(2, self.everyone);
        field(3, self.members, kMaxNamesPerEntry);
        field(4, self.managers, kMaxNamesPerEntry);
        field(5, self.generation);
    }
    Subject subject() const { return Subject::of(group); }
};

// GroupChanged changes members, managers or key. Without a new generation, those added get a box of
// the newest one; if somebody is removed, it is stale from here on.
struct GroupChanged {
    static constexpr EntryKind kKind = EntryKind::group_changed;
    GroupId group;
    std::vector<GroupMember> added;        // ascending by user
    std::vector<UserId> removed;           // ascending
    std::vector<UserId> managers_added;    // ascending
    std::vector<UserId> managers_removed;  // ascending
    std::optional<GroupGeneration> generation;
    std::optional<Hash> added_boxes;  // boxes_root of boxes of the newest generation to those added
    bool deleted = false;             // for good
    Hash heads;

    static void fields(auto& self, auto& field) {
        field(1, self.group);
        field(2, self.added, kMaxNamesPerEntry);
        field(3, self.removed, kMaxNamesPerEntry);
        field(4, self.managers_added, kMaxNamesPerEntry);
        field(5, self.managers_removed, kMaxNamesPerEntry);
        field(6, self.generation);
        field(7, self.added_boxes);
        field(8, self.deleted);
        field(9, self.heads);
    }
    Subject subject() const { return Subject::of(group); }
};

// ---- the whole

// Body holds one of all kinds; its encoding is the array [kind, record].
struct Body {
    using Any = std::variant<RootStatement, AdminGranted, AdminRevoked, RootPolicy, DirectoryReset,
                             UserInvited, InvitationWithdrawn, UserDisabled, UserEnabled,
                             UserEnrolled, DeviceAdded, DeviceRevoked, DeviceRetired, KitResealed,
                             KitNotice, KitNoticeCancelled, KitConfirmed, KitReplaced,
                             UserKeyRotated, Pulse, GroupCreated, GroupChanged, RemovedFromGroup,
                             ServiceKey, GeneralPolicy, Snapshot, ReaderRaised, ChainClosed>;
    Any any;

    EntryKind kind() const;
    Subject subject() const;
    void encode_to(CborWriter& writer) const;
    // Errors: entry_unknown_kind, and those of decoding.
    static Result<Body> decode_from(CborReader& reader);
};

// Entry is the payload that is signed.
struct Entry {
    Hash previous;
    Millis time = 0;  // by the signer's clock, corrected by what the server's refusals taught it
    std::optional<Bytes> note;  // signed checkpoint that the signer saw: makes a fork show
    Body body;

    static void fields(auto& self, auto& field) {
        field(1, self.previous);
        field(2, self.time);
        field(3, self.note, kMaxEntryNote);
        field(4, self.body);
    }
    EntryKind kind() const { return body.kind(); }
    Subject subject() const { return body.subject(); }
};

struct EntrySignature {
    KeyId signer;
    Signature signature;

    static void fields(auto& self, auto& field) {
        field(1, self.signer);
        field(2, self.signature);
    }
};

// SignedEntry is what is appended, sent and hashed: the leaf of the log.
struct SignedEntry {
    Suite suite = Suite::one;
    Bytes payload;
    std::vector<EntrySignature> signatures;

    static void fields(auto& self, auto& field) {
        field(1, self.suite);
        field(2, self.payload, kMaxEntryBytes);
        field(3, self.signatures, kMaxSignatures);
    }
};

// organisation_id is the first 16 bytes of SHA-256(label ‖ 0x00 ‖ root key ‖ key id of the next
// root).
OrgId organisation_id(const RootStatement& first);

// root_fingerprint is what invitations and kits pin: SHA-256(label ‖ 0x00 ‖ root key ‖ key id of
// the next root).
Hash root_fingerprint(const RootStatement& first);

// email_hash is SHA-256(label ‖ 0x00 ‖ salt ‖ address in lower case); the salt has 16 bytes.
Hash email_hash(ByteView salt16, std::string_view address);

}  // namespace obhut::directory
