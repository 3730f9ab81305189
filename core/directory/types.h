// Small types that entries and state of the directory share.
#pragma once

#include "core/base/clock.h"
#include "core/base/record.h"
#include "core/crypto/kem_public.h"
#include "core/crypto/sign.h"
#include "core/crypto/suite.h"
#include "core/directory/principal.h"

namespace obhut::directory {

// Index of an entry in the log, or a size of the log.
using Position = std::uint64_t;

enum class DeviceKind : std::uint8_t { full = 1, web = 2, kit = 3 };
constexpr bool is_known(DeviceKind kind) {
    return kind >= DeviceKind::full && kind <= DeviceKind::kit;
}

enum class EndReason : std::uint8_t {
    retired = 1,
    revoked = 2,
    user_disabled = 3,
    kit_replaced = 4
};
constexpr bool is_known(EndReason reason) {
    return reason >= EndReason::retired && reason <= EndReason::kit_replaced;
}

// What an entry is about. Entries about one subject form a chain: each names the newest valid one
// before it.
enum class SubjectKind : std::uint8_t {
    root = 1,
    policy = 2,
    user = 3,
    group = 4,
    service = 5,
    space = 6,
    snapshot = 7,
};
constexpr bool is_known(SubjectKind kind) {
    return kind >= SubjectKind::root && kind <= SubjectKind::snapshot;
}

using ServiceId = FixedBytes<struct ServiceTag, 16>;  // random, given by the administrator

struct Subject {
    SubjectKind kind = SubjectKind::root;
    FixedBytes<struct SubjectTag, 16> id;  // zero for root, policy and snapshot

    static Subject of(SubjectKind kind) { return {kind, {}}; }
    static Subject of(const UserId& user) { return make(SubjectKind::user, user.view()); }
    static Subject of(const GroupId& group) { return make(SubjectKind::group, group.view()); }
    static Subject of(const ServiceId& service) {
        return make(SubjectKind::service, service.view());
    }
    static Subject of(const SpaceId& space) { return make(SubjectKind::space, space.view()); }
    friend auto operator<=>(const Subject&, const Subject&) = default;

private:
    static Subject make(SubjectKind kind, ByteView id) {
        return {kind, FixedBytes<struct SubjectTag, 16>::from(id)};
    }
};

// Public keys of a device or of a kit (a pseudo-device): one signs records, one HTTP requests, one
// is sealed to.
struct DeviceKeys {
    SigningPublicKey signing;
    RequestPublicKey request;
    KemKeyHash kem;

    static void fields(auto& self, auto& field) {
        field(1, self.signing);
        field(2, self.request);
        field(3, self.kem);
    }
    friend bool operator==(const DeviceKeys&, const DeviceKeys&) = default;
};

// device_id is the first 16 bytes of SHA-256(label ‖ 0x00 ‖ signing ‖ request ‖ hash of KEM key).
DeviceId device_id(const DeviceKeys& keys);

// The kit as the directory knows it; the blobs themselves lie with the server.
// docs/protocol/kit.md.
struct KitStatement {
    DeviceKeys keys;
    Hash password_blob;          // SHA-256 of the blob under password and account secret
    Hash recovery_blob;          // SHA-256 of the blob under the recovery key
    std::uint8_t kdf_class = 1;  // compiled-in parameters of password hashing

    static void fields(auto& self, auto& field) {
        field(1, self.keys);
        field(2, self.password_blob);
        field(3, self.recovery_blob);
        field(4, self.kdf_class);
    }
    friend bool operator==(const KitStatement&, const KitStatement&) = default;
};

}  // namespace obhut::directory
