#include "core/space/roster.h"

#include <algorithm>

#include "core/base/verify.h"

namespace obhut::space {
namespace {

bool has_left(const Membership& membership, const PrincipalId& principal) {
    if (kind_of(principal) != PrincipalKind::user) return false;
    const auto& left = membership.left;
    return std::find(left.begin(), left.end(), user_of(principal)) != left.end();
}

bool is_or_has(const DirectoryView& view, const PrincipalId& principal, const UserId& user,
               Position size) {
    if (kind_of(principal) == PrincipalKind::user) return user_of(principal) == user;
    return view.group_has(group_of(principal), user, size);
}

bool someone_active(const DirectoryView& view, const Membership& membership, Role role,
                    Position size) {
    return std::any_of(membership.members.begin(), membership.members.end(),
                       [&](const Member& member) {
                           return member.role == role && !has_left(membership, member.principal) &&
                                  is_active(view, member.principal, size);
                       });
}

// The highest role the list itself gives.
std::optional<Role> listed_role(const DirectoryView& view, const Membership& membership,
                                const UserId& user, Position size) {
    std::optional<Role> role;
    for (const Member& member : membership.members) {
        if (role && *role >= member.role) continue;
        if (has_left(membership, member.principal)) continue;
        if (is_or_has(view, member.principal, user, size)) role = member.role;
    }
    return role;
}

}  // namespace

bool is_active(const DirectoryView& view, const PrincipalId& principal, Position size) {
    if (kind_of(principal) == PrincipalKind::user)
        return view.user_active(user_of(principal), size);
    return view.group_active(group_of(principal), size);
}

bool has_active_manager(const DirectoryView& view, const Membership& membership, Position size) {
    return someone_active(view, membership, Role::manager, size);
}

std::optional<Role> role_of(const DirectoryView& view, const Membership& membership,
                            const UserId& user, Position size) {
    const std::optional<Role> role = listed_role(view, membership, user, size);
    if (!role || *role == Role::manager) return role;
    if (has_active_manager(view, membership, size)) return role;
    if (*role == Role::editor) return Role::manager;
    const bool no_editor = !someone_active(view, membership, Role::editor, size);
    return no_editor && view.raised(membership.space, user, membership.roster, size) ? Role::manager
                                                                                     : role;
}

std::optional<Position> authority_ended(const DirectoryView& view, const Membership& membership,
                                        const directory::DeviceRecord& device, Role needed,
                                        Position size) {
    if (const auto ended = view.device_ended(device.id, size)) return ended;
    std::optional<Position> first;
    for (const Member& member : membership.members) {
        if (!is_or_has(view, member.principal, device.user, size)) continue;
        const bool enough = member.role >= needed || !has_active_manager(view, membership, size);
        if (!enough) continue;
        if (kind_of(member.principal) == PrincipalKind::user) return std::nullopt;
        const auto removed = view.removed_from_group(group_of(member.principal), device.user, size);
        if (!removed) return std::nullopt;
        first = first ? std::min(*first, *removed) : *removed;
    }
    return first;
}

std::vector<Member> recomputed_members(const DirectoryView& view, const Membership& membership,
                                       Position size) {
    std::vector<Member> members;
    for (const Member& before : membership.members) {
        if (has_left(membership, before.principal) || !is_active(view, before.principal, size))
            continue;
        const auto key = view.newest_key(before.principal, size);
        if (!key) continue;
        members.push_back({before.principal, before.role, key->generation, key->key, !key->stale});
    }
    return members;
}

Result<> check_members(const DirectoryView& view, const std::vector<Member>& members,
                       Position size) {
    bool ordered = true;
    bool someone_boxed = false;
    for (std::size_t i = 0; i < members.size(); ++i) {
        ordered = ordered && (i == 0 || members[i - 1].principal < members[i].principal);
        someone_boxed = someone_boxed || members[i].boxed;
    }
    VERIFY("SR-17/members-ordered", ordered, errors::bad_roster);
    VERIFY("SR-41/someone-boxed", someone_boxed, errors::bad_roster);
    for (const Member& member : members) {
        const bool active =
            is_known(kind_of(member.principal)) && is_active(view, member.principal, size);
        VERIFY("SR-17/member-active", active, errors::unknown_principal);
        const auto key = view.newest_key(member.principal, size);
        if (!key) return fail(errors::unknown_principal);
        const bool newest = key->generation == member.generation && key->key == member.key;
        VERIFY("SR-02/member-key", newest, errors::generation_not_newest);
        VERIFY("SR-36/no-box-for-stale", !member.boxed || !key->stale, errors::stale_generation);
    }
    return {};
}

Rotation rotation_duty(const DirectoryView& view, const std::vector<Member>& members,
                       const Checkpoint& at) {
    Rotation duty = Rotation::none;
    for (const Member& member : members) {
        const auto key = view.newest_key(member.principal, at.size);
        const bool fresh_key =
            key && !key->stale && (key->generation != member.generation || !member.boxed);
        if (fresh_key || !is_active(view, member.principal, at.size))
            duty = std::max(duty, Rotation::waiting);
        if (!member.boxed) continue;
        const auto stale = view.staleness(member.principal, member.generation, at.size);
        if (!stale) continue;
        const bool over = stale->at_once || at.time > stale->since + kRotationGrace;
        duty = std::max(duty, over ? Rotation::due : Rotation::waiting);
    }
    return duty;
}

}  // namespace obhut::space
