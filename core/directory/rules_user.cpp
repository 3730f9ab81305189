// Rules of entries about people: invited, withdrawn, enrolled, disabled, enabled; and the pulse.
#include "core/directory/rules.h"

namespace obhut::directory {

Result<> Rules::rule(const UserInvited& body) {
    // The first person is invited by the root; nobody else could.
    const bool first = data_.users.empty() && signers_[0].root;
    if (!first) TRY(by_admin());
    VERIFY("SR-35/user-id-once", !data_.users.contains(body.user), errors::user_exists);
    VERIFY("SR-16/invitation-key-point", is_valid_public_key(body.invitation.view()),
           errors::device_bad_key);
    UserRecord& user = data_.edit_user(body.user);
    user.id = body.user;
    user.email_hash = body.email_hash;
    user.invitation = body.invitation;
    user.invitation_not_after = body.not_after;
    user.invited_at = at_;
    if (signers_[0].device != nullptr) user.invited_by = signer().user;
    data_.index(user);
    return {};
}

Result<> Rules::rule(const InvitationWithdrawn& body) {
    TRY(by_admin());
    TRY(user_in(body.user, UserStatus::invited));
    UserRecord& user = data_.edit_user(body.user);
    data_.unindex(user);
    user.status = UserStatus::withdrawn;
    if (user.is_admin()) user.admin.back().until = at_;
    return {};
}

Result<> Rules::rule(const UserEnrolled& body) {
    const auto found = data_.users.find(body.user);
    if (found == data_.users.end()) return fail(errors::user_unknown);
    VERIFY("SR-35/invitation-unused", found->second.status == UserStatus::invited,
           errors::user_wrong_status);
    VERIFY("SR-35/signed-by-invitation", signers_[0].invitation, errors::invitation_wrong_key);
    VERIFY("SR-17/signed-by-new-device", signers_[1].newcomer == body.device,
           errors::entry_unsigned);
    VERIFY("SR-27/invitation-not-expired", entry_.time <= found->second.invitation_not_after,
           errors::invitation_expired);
    if (body.device_kind == DeviceKind::kit) return fail(errors::device_wrong_kind);
    if (body.device_kind == DeviceKind::web && !data_.whole.policy.general.web_devices)
        return fail(errors::device_wrong_kind);
    TRY(check_keys(body.device));
    TRY(check_kit(body.kit));
    if (body.kit.keys.signing == body.device.signing || body.kit.keys.kem == body.device.kem)
        return fail(errors::device_bad_key);
    TRY(check_generation(nullptr, body.generation));
    std::vector<DeviceId> both{device_id(body.device), device_id(body.kit.keys)};
    std::sort(both.begin(), both.end());
    TRY(check_boxes(both, body.generation));

    UserRecord& user = data_.edit_user(body.user);
    user.status = UserStatus::active;
    user.active_spans.push_back({at_, std::nullopt});
    add_device(body.user, body.device, body.device_kind, std::nullopt);
    add_device(body.user, body.kit.keys, DeviceKind::kit, std::nullopt);
    set_kit(user, body.kit, device_id(body.device));
    start_generation(body.user, body.generation);
    return {};
}

Result<> Rules::rule(const UserDisabled& body) {
    TRY(by_admin());
    const UserRecord& before = *TRY(user_in(body.user, UserStatus::active));
    for (const DeviceId& id : active_devices(before))
        end_device(id, EndReason::user_disabled, body.heads);
    record_heads(body.heads);
    UserRecord& user = data_.edit_user(body.user);
    user.status = UserStatus::disabled;
    user.disabled_since = at_;
    user.disabled_time = entry_.time;
    user.active_spans.back().until = at_;
    user.notice.reset();
    make_user_stale(body.user, true);
    return {};
}

Result<> Rules::rule(const UserEnabled& body) {
    TRY(by_admin());
    const UserRecord& before = *TRY(user_in(body.user, UserStatus::disabled));
    VERIFY("SR-35/enabled-in-time", entry_.time - before.disabled_time <= kUndoDisable,
           errors::too_late_to_enable);
    for (const DeviceId& id : before.devices) {
        DeviceRecord& device = data_.edit_device(id);
        for (DeviceRecord::Pause& pause : device.pauses)
            if (pause.reason == EndReason::user_disabled && !pause.until) pause.until = at_;
    }
    UserRecord& user = data_.edit_user(body.user);
    user.status = UserStatus::active;
    user.disabled_since.reset();
    user.disabled_time = 0;
    user.active_spans.push_back({at_, std::nullopt});
    return {};
}

Result<> Rules::rule(const Pulse& body) { return by_own(body.user); }

}  // namespace obhut::directory
