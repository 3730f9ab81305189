// Rules of entries about devices: added, revoked with what they added, retired.
#include "core/directory/rules.h"

namespace obhut::directory {

Result<> Rules::check_keys(const DeviceKeys& keys) const {
    VERIFY("SR-16/device-key-points",
           is_valid_public_key(keys.signing.view()) && is_valid_public_key(keys.request.view()),
           errors::device_bad_key);
    VERIFY("SR-12/two-keys-for-two-purposes", !equal(keys.signing.view(), keys.request.view()),
           errors::device_bad_key);
    const KeyId id = key_id(keys.signing);
    bool known = data_.by_signer.contains(id);
    for (const RootRecord& root : data_.whole.roots) known = known || root.key == keys.signing;
    VERIFY("SR-15/device-keys-unused", !known, errors::device_exists);
    return {};
}

std::vector<DeviceId> Rules::active_devices(const UserRecord& user) const {
    std::vector<DeviceId> active;
    for (const DeviceId& id : user.devices)
        if (device(id)->active()) active.push_back(id);
    std::sort(active.begin(), active.end());
    return active;
}

void Rules::add_device(const UserId& user, const DeviceKeys& keys, DeviceKind kind,
                       std::optional<DeviceId> added_by) {
    const DeviceId id = device_id(keys);
    DeviceRecord& record = data_.edit_device(id);
    record.id = id;
    record.user = user;
    record.kind = kind;
    record.signing = keys.signing;
    record.request = keys.request;
    record.kem = keys.kem;
    record.added_by = added_by;
    record.added_at = at_;
    record.added_time = entry_.time;
    data_.index(record);
    data_.edit_user(user).devices.push_back(id);
}

void Rules::end_device(const DeviceId& id, EndReason reason, const Hash& heads) {
    DeviceRecord& record = data_.edit_device(id);
    record.pauses.push_back({at_, std::nullopt, reason, heads});
    erase_sorted(data_.edit_user(record.user).without_box, id);
}

void Rules::record_heads(const Hash& heads) { data_.heads.push_back({at_, heads}); }

Result<> Rules::rule(const DeviceAdded& body) {
    TRY(by_full_or_kit(body.user));
    const UserRecord& user = *TRY(user_in(body.user, UserStatus::active));
    if (body.device_kind == DeviceKind::kit) return fail(errors::device_wrong_kind);
    if (body.device_kind == DeviceKind::web && !data_.whole.policy.general.web_devices)
        return fail(errors::device_wrong_kind);
    TRY(check_keys(body.device));
    if (active_devices(user).size() >= kMaxDevicesPerUser) return fail(errors::too_many_devices);
    if (body.generation != user.generations.back().number) return fail(errors::generation_number);

    const DeviceId id = device_id(body.device);
    add_device(body.user, body.device, body.device_kind, signer().id);
    if (!body.box) insert_sorted(data_.edit_user(body.user).without_box, id);
    return {};
}

// taken_with is what goes with a revoked device: what it added, and what those added, but for those
// kept by name and the one that signs. A kit that came with the enrolment, or instead of such a
// one, was added by nobody.
std::set<DeviceId> Rules::taken_with(const UserRecord& user, const DeviceRevoked& body) const {
    std::set<DeviceId> taken{body.device};
    const DeviceRecord* by = signers_[0].device;
    for (const DeviceId& id :
         user.devices) {  // in the order of the log: who adds stands before what he added
        const DeviceRecord& record = *device(id);
        if (!record.added_by || !taken.contains(*record.added_by)) continue;
        const bool kept = contains_sorted(body.keep, id) || (by != nullptr && by->id == id);
        if (!kept) taken.insert(id);
    }
    return taken;
}

Result<> Rules::rule(const DeviceRevoked& body) {
    const auto found = data_.users.find(body.user);
    if (found == data_.users.end()) return fail(errors::user_unknown);
    // An administrator may revoke anybody's device; everybody else his own.
    const DeviceRecord* by = signers_[0].device;
    if (by == nullptr || by->user == body.user)
        TRY(by_full_or_kit(body.user));
    else
        TRY(by_admin());
    const DeviceRecord* target = device(body.device);
    if (target == nullptr || target->user != body.user) return fail(errors::device_unknown);
    VERIFY("SR-34/kit-is-not-revoked", target->kind != DeviceKind::kit, errors::kit_needs_notice);
    const bool revoked =
        std::any_of(target->pauses.begin(), target->pauses.end(),
                    [](const auto& pause) { return pause.reason == EndReason::revoked; });
    if (revoked) return fail(errors::device_ended);
    const UserRecord& before = found->second;
    if (!strictly_ascending(body.keep)) return fail(errors::not_canonical);
    for (const DeviceId& id : body.keep)
        if (std::find(before.devices.begin(), before.devices.end(), id) == before.devices.end())
            return fail(errors::device_unknown);

    const std::set<DeviceId> taken = taken_with(before, body);
    UserRecord& user = data_.edit_user(body.user);
    for (const DeviceId& id : taken) {
        const bool already = std::any_of(device(id)->pauses.begin(), device(id)->pauses.end(),
                                         [](const auto& pause) {
                                             return pause.reason == EndReason::revoked ||
                                                    pause.reason == EndReason::kit_replaced;
                                         });
        if (!already) end_device(id, EndReason::revoked, body.heads);
        if (user.kit && user.kit->device == id) user.kit.reset();
        if (user.notice && user.notice->by == id) user.notice.reset();
    }
    record_heads(body.heads);
    make_user_stale(body.user, true);
    return {};
}

Result<> Rules::rule(const DeviceRetired& body) {
    TRY(by_own(body.user));
    if (signer().id != body.device) return fail(errors::signer_not_owner);
    if (signer().kind == DeviceKind::kit) return fail(errors::device_wrong_kind);
    end_device(body.device, EndReason::retired, {});
    return {};
}

}  // namespace obhut::directory
