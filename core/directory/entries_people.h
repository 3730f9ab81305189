// Entries that a person's own keys sign: devices, kit, user key. Format: docs/protocol/directory.md
// §3.
#pragma once

#include "core/directory/entry_kinds.h"

namespace obhut::directory {

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

}  // namespace obhut::directory
