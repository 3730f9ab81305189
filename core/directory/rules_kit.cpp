// Rules of entries about the kit.
//
//     state of a kit      event                                         then
//     unconfirmed         confirmed by any own device                   confirmed
//     unconfirmed         replaced by the device that installed it      unconfirmed (the new one)
//     any                 replaced by the kit itself                    unconfirmed (the new one)
//     any                 notice by an own device                       notice running
//     notice running      cancelled by any own device or the kit        as before
//     notice running      7 days later replaced by a full device        unconfirmed (the announced
//     one) notice running      14 days later by a web device and an admin    unconfirmed (the
//     announced one) none (it fell with a revoked device)  replaced by a full device   unconfirmed
//     (the new one)
#include "core/directory/rules.h"

namespace obhut::directory {

Result<> Rules::check_kit(const KitStatement& kit) const {
    const Bytes& allowed = data_.whole.policy.root.kdf_classes;
    VERIFY("SR-03/kit-password-class",
           std::find(allowed.begin(), allowed.end(), kit.kdf_class) != allowed.end(),
           errors::kit_parameters);
    return check_keys(kit.keys);
}

void Rules::set_kit(UserRecord& user, const KitStatement& kit,
                    std::optional<DeviceId> installed_by) {
    KitRecord record;
    record.device = device_id(kit.keys);
    record.password_blob = kit.password_blob;
    record.recovery_blob = kit.recovery_blob;
    record.kdf_class = kit.kdf_class;
    record.installed_by = installed_by;
    user.kit = record;
    user.notice.reset();
}

Result<> Rules::rule(const KitResealed& body) {
    TRY(by_own(body.user));
    const UserRecord& before = *TRY(user_in(body.user, UserStatus::active));
    if (!before.kit) return fail(errors::kit_needs_notice);
    // Who re-seals has the seed. A device without it could only destroy the kit, and that needs
    // notice.
    VERIFY("SR-34/resealed-by-kit", signer().id == before.kit->device, errors::signer_not_kit);
    const Bytes& allowed = data_.whole.policy.root.kdf_classes;
    VERIFY("SR-03/resealed-password-class",
           std::find(allowed.begin(), allowed.end(), body.kdf_class) != allowed.end(),
           errors::kit_parameters);
    KitRecord& kit = *data_.edit_user(body.user).kit;
    kit.password_blob = body.password_blob;
    kit.recovery_blob = body.recovery_blob;
    kit.kdf_class = body.kdf_class;
    return {};
}

Result<> Rules::rule(const KitNotice& body) {
    TRY(by_own(body.user));
    const UserRecord& before = *TRY(user_in(body.user, UserStatus::active));
    if (before.notice) return fail(errors::kit_notice_running);
    TRY(check_kit(body.kit));
    data_.edit_user(body.user).notice = KitNoticeRecord{body.kit, signer().id, at_, entry_.time};
    return {};
}

Result<> Rules::rule(const KitNoticeCancelled& body) {
    TRY(by_own(body.user));
    const UserRecord& before = *TRY(user_in(body.user, UserStatus::active));
    if (!before.notice) return fail(errors::kit_no_notice);
    data_.edit_user(body.user).notice.reset();
    return {};
}

Result<> Rules::rule(const KitConfirmed& body) {
    TRY(by_own(body.user));
    const UserRecord& before = *TRY(user_in(body.user, UserStatus::active));
    if (!before.kit || before.kit->confirmed) return fail(errors::kit_confirmed_already);
    data_.edit_user(body.user).kit->confirmed = true;
    return {};
}

// check_replacement decides whether this kit may come now, from this signer; true if by right of
// the kit it replaces.
Result<bool> Rules::check_replacement(const UserRecord& user, const KitReplaced& body) const {
    const DeviceRecord& by = signer();
    const bool own_kit = user.kit && user.kit->device == by.id;
    const bool installer = user.kit && !user.kit->confirmed && user.kit->installed_by == by.id;
    const bool nothing_to_replace = !user.kit && by.kind == DeviceKind::full;
    if (signers_.size() == 1 && (own_kit || installer)) return true;
    if (signers_.size() == 1 && nothing_to_replace) return false;
    VERIFY("SR-34/kit-replaced-after-notice", user.notice.has_value(), errors::kit_needs_notice);
    if (!user.notice) return false;  // only when that check is switched off
    VERIFY("SR-34/kit-as-announced", user.notice->kit == body.kit, errors::kit_differs);
    const bool web = by.kind == DeviceKind::web;
    VERIFY("SR-34/kit-notice-long-enough",
           entry_.time - user.notice->time >= (web ? kKitNoticeWeb : kKitNoticeFull),
           errors::kit_needs_notice);
    if (web)
        TRY(by_admin(1));
    else if (signers_.size() != 1)
        return fail(errors::entry_unsigned);
    return false;
}

Result<> Rules::rule(const KitReplaced& body) {
    TRY(by_own(body.user));
    const UserRecord& before = *TRY(user_in(body.user, UserStatus::active));
    TRY(check_kit(body.kit));
    const bool by_right = TRY(check_replacement(before, body));

    // A kit put in by a device after notice falls with that device; one that replaces a kit by
    // right of that kit stands where it stood.
    const std::optional<DeviceId> added_by =
        by_right ? device(before.kit->device)->added_by : std::optional(signer().id);
    const bool was_confirmed = before.kit && before.kit->confirmed;
    const std::optional<DeviceId> installer =
        signer().kind == DeviceKind::kit ? std::nullopt : std::optional(signer().id);
    UserRecord& user = data_.edit_user(body.user);
    if (user.kit) end_device(user.kit->device, EndReason::kit_replaced, body.heads);
    add_device(body.user, body.kit.keys, DeviceKind::kit, added_by);
    set_kit(user, body.kit, installer);
    insert_sorted(user.without_box, user.kit->device);
    record_heads(body.heads);
    make_user_stale(body.user, was_confirmed);
    return {};
}

}  // namespace obhut::directory
