// Who makes a signed request, and the checks that say so (SR-27).
#pragma once

#include <optional>

#include "core/directory/state.h"
#include "protocols/http/signature.h"
#include "server/services/replay_window.h"
#include "server/services/route.h"

namespace obhut::services {

// Caller is a device that counts, now.
struct Caller {
    DeviceId device;
    UserId user;
    directory::DeviceKind kind = directory::DeviceKind::full;
    std::vector<PrincipalId> principals;  // the user and his groups: whom boxes and rosters name
};

// principals_of is the user, then his groups.
std::vector<PrincipalId> principals_of(const directory::State& state, const UserId& user);

// find_caller gives the caller of a device that is active, of a user who is. Errors:
// device_refused.
Result<Caller> find_caller(const directory::State& state, const DeviceId& device);

// authenticate judges the signature of a request by its head: clock, organisation, device,
// signature, replay; not the body (http::verify_digest). Errors: those of protocols/http/errors.h.
Result<Caller> authenticate(const directory::State& state, const http::Request& head,
                            const http::SignedInput& received, ReplayWindow& window, Millis now);

}  // namespace obhut::services
