#include "server/services/caller.h"

#include "core/base/verify.h"
#include "protocols/api/errors.h"

namespace obhut::services {

std::vector<PrincipalId> principals_of(const directory::State& state, const UserId& user) {
    std::vector<PrincipalId> principals{principal(user)};
    if (const directory::UserRecord* record = state.user(user))
        for (const GroupId& group : record->groups) principals.push_back(principal(group));
    return principals;
}

Result<Caller> find_caller(const directory::State& state, const DeviceId& device) {
    const directory::DeviceRecord* record = state.device(device);
    VERIFY("SR-27/request-device-active", record != nullptr && state.device_active(device),
           errors::device_refused);
    return Caller{device, record->user, record->kind, principals_of(state, record->user)};
}

Result<Caller> authenticate(const directory::State& state, const http::Request& head,
                            const http::SignedInput& received, ReplayWindow& window, Millis now) {
    TRY(window.check_time(received.input, now));
    Caller caller = TRY(find_caller(state, received.input.device));
    const RequestPublicKey& key = state.device(caller.device)->request;
    TRY(http::verify_head(head, received, key, state.org()));
    TRY(window.take(received.input, now));
    return caller;
}

}  // namespace obhut::services
