// The engine's people, devices and kit.
#include "client/directory/changes.h"
#include "client/directory/organisation.h"
#include "client/engine_parts.h"
#include "client/enrolment/create.h"
#include "client/enrolment/enrolment.h"
#include "client/enrolment/kit_change.h"
#include "client/names/names.h"

namespace obhut::client {
namespace {

constexpr std::size_t kLeastDigits = 6;

// Whether somebody could still sign in as this person when this device is gone.
bool another_way_in(const Session& session) {
    const directory::State& state = session.directory.state();
    const directory::UserRecord* self = state.user(session.user());
    if (self == nullptr) return false;
    if (self->kit && self->kit->confirmed) return true;
    for (const DeviceId& id : self->devices) {
        const directory::DeviceRecord* device = state.device(id);
        if (device != nullptr && device->active() && id != session.device() &&
            device->kind == DeviceKind::full)
            return true;
    }
    return false;
}

}  // namespace

Result<> Engine::catch_up() {
    Session& session = parts_->session;
    TRY(session.ready());
    TRY(session.directory.catch_up());
    return {};
}

Result<> Engine::set_oldest_client(std::uint32_t version) {
    return client::set_oldest_client(parts_->session, version);
}

Result<> Engine::reset_directory(const RootKit& root_kit, const std::string& reason) {
    return client::reset_directory(parts_->session, root_kit, reason);
}

Result<Invitation> Engine::invite(const InviteRequest& request) {
    return make_invitation(parts_->session, request);
}

Result<std::vector<Person>> Engine::people() {
    Session& session = parts_->session;
    TRY(session.ready());
    TRY(session.directory.catch_up());
    std::vector<Person> people;
    for (auto& [id, person] : TRY(parts_->labels())) people.push_back(std::move(person));
    for (const Wished& wish : wished_names(session, parts_->shelf).value_or(std::vector<Wished>()))
        for (Person& person : people)
            if (principal(person.id) == wish.about) person.wished = wish.name;
    return people;
}

Result<Person> Engine::find_person(std::string_view who) {
    return client::find_person(TRY(people()), who);
}

Result<std::string> Engine::organisation_name() {
    TRY(parts_->session.ready());
    return parts_->shelf.organisation_name();
}

Result<> Engine::set_name(const UserId& user, const std::string& name) {
    TRY(parts_->session.ready());
    return give_name(parts_->session, parts_->shelf, principal(user), name);
}

Result<std::vector<DeviceView>> Engine::devices() { return devices(parts_->session.user()); }

Result<std::vector<DeviceView>> Engine::devices(const UserId& user) {
    TRY(catch_up());
    return list_devices(parts_->session, user);
}

Result<> Engine::change_password(const EmergencyKit& kit, ByteView old_password,
                                 ByteView new_password) {
    return client::change_password(parts_->session, kit, old_password, new_password);
}

Result<EmergencyKit> Engine::emergency_kit() {
    Session& session = parts_->session;
    TRY(session.ready());
    const auto& kit = session.profile.secrets().kit;
    if (!kit) return fail(errors::kit_not_here);
    const PublicProfile& record = session.profile.record();
    return emergency_kit_of(*kit, record.host, record.root_fingerprint);
}

Result<> Engine::confirm_kit() { return client::confirm_kit(parts_->session); }

Result<DeviceId> Engine::find_device(std::string_view id) {
    TRY(catch_up());
    if (id.size() < kLeastDigits) return fail(errors::device_not_known);
    const Session& session = parts_->session;
    std::optional<DeviceId> own;
    std::optional<DeviceId> other;
    bool several = false;
    for (const auto& [known, device] : session.directory.state().devices()) {
        if (device.kind == DeviceKind::kit || !known.hex().starts_with(id)) continue;
        std::optional<DeviceId>& found = device.user == session.user() ? own : other;
        several = several || found.has_value();
        found = known;
    }
    if (several) return fail(errors::device_ambiguous);
    if (!own && !other) return fail(errors::device_not_known);
    return own ? *own : *other;
}

Result<std::vector<DeviceId>> Engine::revoke_device(const DeviceId& device,
                                                    const std::vector<DeviceId>& keep,
                                                    bool keep_kit) {
    return client::revoke_device(parts_->session, {device, keep, keep_kit});
}

Result<> Engine::retire(bool even_the_last) {
    Session& session = parts_->session;
    TRY(catch_up());
    if (session.directory.state().device_active(session.device())) {
        if (!even_the_last && !another_way_in(session)) return fail(errors::last_way_in);
        TRY(append_entry(session, directory::DeviceRetired{session.user(), session.device()}));
    }
    lock();
    return session.profile.wipe(session.store, session.keyring);
}

Result<> Engine::withdraw_invitation(const UserId& user) {
    return client::withdraw_invitation(parts_->session, user);
}

Result<> Engine::disable(const UserId& user) { return disable_user(parts_->session, user); }

Result<> Engine::enable(const UserId& user) { return enable_user(parts_->session, user); }

Result<KitReplacement> Engine::replace_kit(ByteView password, const EmergencyKit* paper) {
    return client::replace_kit(parts_->session, password, paper);
}

Result<> Engine::cancel_kit_notice() { return client::cancel_kit_notice(parts_->session); }

}  // namespace obhut::client
