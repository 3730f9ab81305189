// Leases of a space: who holds what at the moment. A lock on a file, somebody's presence, a drop
// being filed.
//
// A lease is sealed under the space's newest epoch and signed by the device that holds it, kept by
// the server beside the space, and over when its time is. It is a courtesy between honest devices:
// what must not happen twice is made so by commits, not by leases. The server can forget or
// withhold leases, and can neither make nor prolong one. Format: docs/protocol/leases.md.
#pragma once

#include "client/spaces/space.h"
#include "protocols/api/leases.h"

namespace obhut::client {

enum class LeaseKind : std::uint8_t {
    lock = 1,      // somebody edits a file; resource: its id
    presence = 2,  // somebody is here; resource: user ‖ device
    filing = 3,    // a drop is being filed; resource: id of the letter
};
constexpr bool is_known(LeaseKind kind) {
    return kind >= LeaseKind::lock && kind <= LeaseKind::filing;
}

inline constexpr std::size_t kMaxResource = 64;
inline constexpr std::size_t kMaxLeaseText = 255;

// LeaseRecord is what is signed and sealed.
struct LeaseRecord {
    OrgId org;
    SpaceId space;
    LeaseKind kind = LeaseKind::lock;
    Bytes resource;
    UserId user;
    DeviceId device;
    Millis since = 0;
    Millis until = 0;
    std::string text;  // what others are shown: a program, a machine

    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.space);
        field(3, self.kind);
        field(4, self.resource, kMaxResource);
        field(5, self.user);
        field(6, self.device);
        field(7, self.since);
        field(8, self.until);
        field(9, self.text, kMaxLeaseText);
    }
};

// lease_id is the name of a lease at the server: who does not know the resource cannot tell what it
// is for.
api::LeaseId lease_id(const SpaceId& space, LeaseKind kind, ByteView resource);

// HeldLease is one that this device holds.
struct HeldLease {
    LeaseRecord record;
    std::uint64_t version = 0;
};

// LeaseView is a lease of somebody, verified.
struct LeaseView {
    LeaseRecord record;
    std::uint64_t version = 0;
    bool own = false;  // of this device
};

// leases_of gives the leases of a space that are true and not over. What does not verify is left
// out. One round trip.
Result<std::vector<LeaseView>> leases_of(Space& space);

// take_lease takes what nobody holds, or renews what this device holds. `duration` up to
// api::kMaxLeaseTime. Errors: lease_moved (somebody else holds it), not_editor (locks and filing
// are for those who may write).
Result<HeldLease> take_lease(Space& space, LeaseKind kind, ByteView resource, Millis duration,
                             std::string_view text = {});
// give_back ends a lease before its time; one that is somebody else's by now is left alone.
Result<> give_back(Space& space, const HeldLease& lease);

}  // namespace obhut::client
