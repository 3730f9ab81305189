// Principals: those a key can be sealed to, users and groups.
#pragma once

#include "core/base/id.h"

namespace obhut {

enum class PrincipalKind : std::uint8_t { user = 1, group = 2 };
constexpr bool is_known(PrincipalKind kind) {
    return kind == PrincipalKind::user || kind == PrincipalKind::group;
}

// PrincipalId is kind(1) ‖ id(16).
using PrincipalId = FixedBytes<struct PrincipalTag, 17>;

inline PrincipalId principal(PrincipalKind kind, ByteView id16) {
    PrincipalId result;
    result.bytes[0] = static_cast<std::uint8_t>(kind);
    std::copy(id16.begin(), id16.end(), result.bytes.begin() + 1);
    return result;
}
inline PrincipalId principal(const UserId& user) {
    return principal(PrincipalKind::user, user.view());
}
inline PrincipalId principal(const GroupId& group) {
    return principal(PrincipalKind::group, group.view());
}

inline PrincipalKind kind_of(const PrincipalId& id) {
    return static_cast<PrincipalKind>(id.bytes[0]);
}
inline UserId user_of(const PrincipalId& id) { return UserId::from(id.view().subspan(1)); }
inline GroupId group_of(const PrincipalId& id) { return GroupId::from(id.view().subspan(1)); }

}  // namespace obhut
