// State of the directory: what follows from the valid entries of the log, in order.
//
// Everything carries the position of the entry that made it (its index in the log), so that "was this device active at
// that checkpoint?" is answered for any earlier size without replaying. A checkpoint of size n has seen the entries with
// index < n. The state holds no key that opens anything; the server keeps the same one.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/crypto/kem_public.h"
#include "core/crypto/sign.h"
#include "core/crypto/suite.h"
#include "core/directory/principal.h"

namespace obhut::directory {

// Index of an entry in the log, or a size of the log.
using Position = std::uint64_t;

enum class DeviceKind : std::uint8_t { full = 1, web = 2, kit = 3 };
constexpr bool is_known(DeviceKind kind) { return kind >= DeviceKind::full && kind <= DeviceKind::kit; }

enum class EndReason : std::uint8_t { retired = 1, revoked = 2, user_disabled = 3, kit_replaced = 4 };

struct DeviceRecord {
    DeviceId id;
    UserId user;
    DeviceKind kind = DeviceKind::full;
    SigningPublicKey signing;
    RequestPublicKey request;
    KemKeyHash kem;
    std::optional<DeviceId> added_by;
    Position added_at = 0;
    // Spans in which the device did not count: [from, until); until is absent while it lasts (disabling can be undone).
    struct Pause {
        Position from;
        std::optional<Position> until;
        EndReason reason;
    };
    std::vector<Pause> pauses;

    bool active_at(Position size) const;  // seen from a checkpoint of that size
};

// One of a principal's successive X-Wing keys.
struct Generation {
    std::uint32_t number = 0;
    KemKeyHash key;
    Position since = 0;
    std::optional<Position> stale_since;  // the entry from which nothing may be sealed to it any more
    bool stale_at_once = false;           // theft, removal, disabling: no grace for epochs sealed to it
};

enum class UserStatus : std::uint8_t { invited, active, disabled, withdrawn };

struct UserRecord {
    UserId id;
    UserStatus status = UserStatus::invited;
    Hash email_hash;
    std::vector<Generation> generations;
    std::vector<DeviceId> devices;  // all that ever were, the kits included
    struct AdminSpan {
        Position from;
        std::optional<Position> until;
    };
    std::vector<AdminSpan> admin;
    std::optional<Position> disabled_since;

    bool is_admin_at(Position size) const;
};

struct GroupRecord {
    GroupId id;
    bool deleted = false;
    std::vector<UserId> members;   // sorted
    std::vector<UserId> managers;  // sorted, a subset of members
    std::vector<Generation> generations;
};

}  // namespace obhut::directory
