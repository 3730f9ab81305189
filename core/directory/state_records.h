// Records of the directory's state: people, devices, keys, groups, as they follow from the log.
//
// Everything carries the position of the entry that made it (its index in the log), so that "was
// this device active at that checkpoint?" is answered for any earlier size without replaying. A
// checkpoint of size n has seen the entries with index < n.
#pragma once

#include <optional>
#include <vector>

#include "core/directory/entries.h"
#include "core/directory/principal.h"

namespace obhut::directory {

struct DeviceRecord {
    DeviceId id;
    UserId user;
    DeviceKind kind = DeviceKind::full;
    SigningPublicKey signing;
    RequestPublicKey request;
    KemKeyHash kem;
    std::optional<DeviceId> added_by;  // absent: came with the enrolment
    Position added_at = 0;
    Millis added_time = 0;  // of that entry
    // Spans in which the device did not count: [from, until); until is absent while it lasts
    // (disabling can be undone).
    struct Pause {
        Position from = 0;
        std::optional<Position> until;
        EndReason reason = EndReason::retired;
        Hash heads;  // Merkle root of heads that the entry at `from` carries; zero if none

        static void fields(auto& self, auto& field) {
            field(1, self.from);
            field(2, self.until);
            field(3, self.reason);
            field(4, self.heads);
        }
    };
    std::vector<Pause> pauses;

    bool active_at(Position size) const;  // seen from a checkpoint of that size
    bool active() const;                  // after all entries there are

    static void fields(auto& self, auto& field) {
        field(1, self.id);
        field(2, self.user);
        field(3, self.kind);
        field(4, self.signing);
        field(5, self.request);
        field(6, self.kem);
        field(7, self.added_by);
        field(8, self.added_at);
        field(9, self.pauses, 1U << 16);
        field(10, self.added_time);
    }
};

// One of a principal's successive X-Wing keys.
struct Generation {
    std::uint32_t number = 0;
    KemKeyHash key;
    Position since = 0;
    std::optional<Position>
        stale_since;             // the entry from which nothing may be sealed to it any more
    bool stale_at_once = false;  // theft, removal, disabling: no grace for epochs sealed to it
    Millis stale_time = 0;       // time of the entry at stale_since
    Position stale_at_once_since = 0;  // the first entry that takes the grace away
    Hash link;                         // SHA-256 of the previous one, sealed; zero for the first
    Hash boxes;                        // boxes_root

    bool stale() const { return stale_since.has_value(); }
    bool stale_at(Position size) const { return stale_since && *stale_since < size; }
    bool stale_at_once_at(Position size) const {
        return stale_at_once && stale_at_once_since < size;
    }

    static void fields(auto& self, auto& field) {
        field(1, self.number);
        field(2, self.key);
        field(3, self.since);
        field(4, self.stale_since);
        field(5, self.stale_at_once);
        field(6, self.stale_time);
        field(7, self.stale_at_once_since);
        field(8, self.link);
        field(9, self.boxes);
    }
};

enum class UserStatus : std::uint8_t { invited, active, disabled, withdrawn };
constexpr bool is_known(UserStatus status) { return status <= UserStatus::withdrawn; }

struct KitRecord {
    DeviceId device;  // the pseudo-device
    Hash password_blob;
    Hash recovery_blob;
    std::uint8_t kdf_class = 1;
    bool confirmed = false;
    std::optional<DeviceId> installed_by;  // replaces it at once until it is confirmed

    static void fields(auto& self, auto& field) {
        field(1, self.device);
        field(2, self.password_blob);
        field(3, self.recovery_blob);
        field(4, self.kdf_class);
        field(5, self.confirmed);
        field(6, self.installed_by);
    }
};

struct KitNoticeRecord {
    KitStatement kit;
    DeviceId by;
    Position at = 0;
    Millis time = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.kit);
        field(2, self.by);
        field(3, self.at);
        field(4, self.time);
    }
};

struct UserRecord {
    UserId id;
    UserStatus status = UserStatus::invited;
    Hash email_hash;
    std::vector<Generation> generations;
    std::vector<DeviceId>
        devices;  // all that ever were, the kits included, in the order of the log
    struct AdminSpan {
        Position from = 0;
        std::optional<Position> until;

        static void fields(auto& self, auto& field) {
            field(1, self.from);
            field(2, self.until);
        }
    };
    std::vector<AdminSpan> admin;
    std::optional<Position> disabled_since;
    Millis disabled_time = 0;
    // Spans [from, until) in which the user was active, as statuses changed.
    std::vector<AdminSpan> active_spans;

    SigningPublicKey invitation;
    Millis invitation_not_after = 0;
    Position invited_at = 0;
    std::optional<UserId> invited_by;       // absent: by the root
    std::optional<KitRecord> kit;           // the present one
    std::optional<KitNoticeRecord> notice;  // a replacement that is announced
    std::vector<DeviceId> without_box;  // devices that have no box of the newest generation; sorted
    std::vector<GroupId> groups;        // sorted
    Hash newest;                        // leaf hash of the newest valid entry about the user

    bool is_admin_at(Position size) const;
    bool is_admin() const { return !admin.empty() && !admin.back().until; }
    bool active_at(Position size) const;
    // The newest generation that a checkpoint of that size has seen; null if there is none.
    const Generation* generation_at(Position size) const;

    static void fields(auto& self, auto& field) {
        field(1, self.id);
        field(2, self.status);
        field(3, self.email_hash);
        field(4, self.generations, 1U << 16);
        field(5, self.devices, 1U << 16);
        field(6, self.admin, 1U << 16);
        field(7, self.disabled_since);
        field(8, self.disabled_time);
        field(9, self.active_spans, 1U << 16);
        field(10, self.invitation);
        field(11, self.invitation_not_after);
        field(12, self.invited_at);
        field(13, self.invited_by);
        field(14, self.kit);
        field(15, self.notice);
        field(16, self.without_box, kMaxDevicesPerUser);
        field(17, self.groups, 1U << 16);
        field(18, self.newest);
    }
};

// BucketRecord is a part of a group of more than 128 members; see GroupGeneration.
struct BucketRecord {
    std::uint16_t members = 0;      // how many are in it
    bool changed = false;           // since it was sealed: the next generation renews it
    std::optional<KemKeyHash> key;  // absent as long as members are sealed to directly
    Position since = 0;
    Hash boxes;

    static void fields(auto& self, auto& field) {
        field(1, self.members);
        field(2, self.changed);
        field(3, self.key);
        field(4, self.since);
        field(5, self.boxes);
    }
};

struct GroupRecord {
    GroupId id;
    bool everyone = false;
    bool deleted = false;
    std::optional<Position> deleted_at;
    std::vector<UserId> members;  // sorted
    std::vector<UserId>
        managers;  // sorted, a subset of members; of *all*: empty, the administrators are
    std::vector<Generation> generations;
    struct Seat {  // beside members, in the same order
        Position since = 0;
        std::uint16_t bucket = 0;

        static void fields(auto& self, auto& field) {
            field(1, self.since);
            field(2, self.bucket);
        }
    };
    std::vector<Seat> seats;
    struct Past {
        UserId user;
        Position from = 0;
        Position until = 0;
        Hash heads;  // Merkle root of heads that the removing entry carries; zero if none

        static void fields(auto& self, auto& field) {
            field(1, self.user);
            field(2, self.from);
            field(3, self.until);
            field(4, self.heads);
        }
    };
    std::vector<Past> past;           // memberships that ended, in the order of their ends
    std::vector<UserId> without_box;  // members that have no box of the newest generation; sorted
    std::vector<UserId> stale;        // members whose newest generation is stale; sorted
    std::vector<BucketRecord> buckets;
    Hash newest;  // leaf hash of the newest valid entry about the group

    bool has(const UserId& user) const;
    bool has_at(const UserId& user, Position size) const;  // O(log members + past)
    bool has_manager(const UserId& user) const;            // as listed; see State::is_manager
    std::optional<std::uint16_t> bucket_of(const UserId& user) const;
    bool bucketed() const;  // whether somebody is outside bucket 0
    const Generation* generation_at(Position size) const;

    static void fields(auto& self, auto& field) {
        field(1, self.id);
        field(2, self.everyone);
        field(3, self.deleted);
        field(4, self.deleted_at);
        field(5, self.members, 1U << 20);
        field(6, self.managers, 1U << 20);
        field(7, self.generations, 1U << 16);
        field(8, self.seats, 1U << 20);
        field(9, self.past, 1U << 24);
        field(10, self.without_box, 1U << 20);
        field(11, self.stale, 1U << 20);
        field(12, self.buckets, kMaxBuckets);
        field(13, self.newest);
    }
};

struct ServiceRecord {
    ServiceKey key;  // as last logged; without keys: withdrawn
    Position since = 0;
    Hash newest;

    bool valid_at(Millis time) const;

    static void fields(auto& self, auto& field) {
        field(1, self.key);
        field(2, self.since);
        field(3, self.newest);
    }
};

// SpaceRecord is what administrators said about a space.
struct SpaceRecord {
    SpaceId id;
    struct Raised {
        UserId user;
        Position at = 0;
        Hash roster;

        static void fields(auto& self, auto& field) {
            field(1, self.user);
            field(2, self.at);
            field(3, self.roster);
        }
    };
    std::vector<Raised> raised;
    std::optional<Position> closed_at;
    Hash closed_head;
    Hash newest;

    static void fields(auto& self, auto& field) {
        field(1, self.id);
        field(2, self.raised, 1U << 16);
        field(3, self.closed_at);
        field(4, self.closed_head);
        field(5, self.newest);
    }
};

struct RootRecord {
    SigningPublicKey key;
    KeyId next;
    NotePublicKey log_key;
    Position since = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.key);
        field(2, self.next);
        field(3, self.log_key);
        field(4, self.since);
    }
};

struct ResetRecord {
    DirectoryReset reset;
    Position at = 0;

    static void fields(auto& self, auto& field) {
        field(1, self.reset);
        field(2, self.at);
    }
};

// Policy is what holds now.
struct Policy {
    RootPolicy root;        // before the first one: suite 1, class 1, no officers
    GeneralPolicy general;  // before the first one: the defaults of the record

    static void fields(auto& self, auto& field) {
        field(1, self.root);
        field(2, self.general);
    }
};

}  // namespace obhut::directory
