#include "client/directory/people.h"
#include "client/directory/rotation.h"
#include "client/duties/duties.h"
#include "client/engine_parts.h"
#include "client/enrolment/create.h"
#include "client/enrolment/enrolment.h"
#include "client/enrolment/sign_in.h"
#include "client/session.h"
#include "client/spaces/history.h"
#include "client/spaces/rosters.h"
#include "client/spaces/shelf.h"

namespace obhut::client {

Engine::Engine() = default;
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(const Ports& ports) {
    Profile profile = TRY(Profile::load(ports.store));
    auto engine = std::unique_ptr<Engine>(new Engine());
    engine->parts_ = std::make_unique<Parts>(ports, std::move(profile));
    if (engine->parts_->session.profile.active()) TRY(engine->parts_->session.directory.load());
    return engine;
}

Result<std::optional<std::string>> Engine::peek_host(LocalStore& store) {
    const Profile profile = TRY(Profile::load(store));
    if (!profile.exists()) return std::optional<std::string>();
    return std::optional(profile.record().host);
}

// ---- the profile

Status Engine::status() const {
    Session& session = parts_->session;
    const PublicProfile& record = session.profile.record();
    Status status;
    status.exists = session.profile.active();
    status.locked = session.profile.locked();
    if (!status.exists) return status;
    status.protection = record.lock.kind;
    status.host = record.host;
    status.email = record.email;
    status.org = record.org;
    status.user = record.user;
    status.device = record.device;
    status.device_kind = record.device_kind;
    status.root_fingerprint = record.root_fingerprint;
    const directory::UserRecord* self = session.directory.state().user(record.user);
    status.kit_confirmed = self != nullptr && self->kit && self->kit->confirmed;
    status.administrator = session.is_administrator();
    status.directory_size = session.directory.size();
    status.directory_time = session.directory.checkpoint().time;
    status.waiting = session.journal.count().value_or(0);
    status.alarms = session.alarms.count().value_or(0);
    return status;
}

Result<> Engine::unlock(ByteView passphrase) {
    Session& session = parts_->session;
    TRY(session.profile.unlock(session.store, passphrase));
    session.started();
    return {};
}

Result<> Engine::unlock_by_keyring() {
    Session& session = parts_->session;
    TRY(session.profile.unlock_by_keyring(session.store, session.keyring));
    session.started();
    return {};
}

Result<> Engine::unlock_with(const WrapKey& profile_key) {
    Session& session = parts_->session;
    TRY(session.profile.unlock_with(session.store, profile_key));
    session.started();
    return {};
}

Result<WrapKey> Engine::profile_key() const {
    if (parts_->session.profile.locked()) return fail(errors::profile_locked);
    return parts_->session.profile.key().clone();
}

void Engine::lock() {
    parts_->shelf.close();
    parts_->session.rings.forget();
    parts_->session.remote.sign_off();
    parts_->session.profile.lock();
}

Result<> Engine::protect(const Protection& protection) {
    Session& session = parts_->session;
    TRY(session.ready());
    return session.profile.protect(session.store, protection, session.keyring, session.entropy);
}

// ---- beginnings

Result<Created> Engine::create_organisation(const NewOrganisation& request) {
    return client::create_organisation(parts_->session, request);
}

Result<Joined> Engine::join(const JoinRequest& request) {
    return join_organisation(parts_->session, request);
}

Result<> Engine::sign_in(const SignInRequest& request) {
    TRY(client::sign_in(parts_->session, request));
    return read_heads(parts_->session, parts_->shelf);
}

Result<LinkingCode> Engine::begin_linking(const LinkingRequest& request) {
    parts_->linking.emplace(TRY(Linking::begin(parts_->session, request)));
    return parts_->linking->code();
}

Result<bool> Engine::finish_linking() {
    if (!parts_->linking) return fail(errors::linking_not_begun);
    if (!TRY(parts_->linking->finish(parts_->session))) return false;
    parts_->linking.reset();
    return true;
}

Result<LinkingOfferView> Engine::linking_offer(const LinkingCode& code) {
    return look_at_offer(parts_->session, code);
}

Result<> Engine::answer_linking(const LinkingCode& code) {
    return client::answer_linking(parts_->session, code, TRY(heads_seen(parts_->session)));
}

// ---- people and devices

Result<> Engine::catch_up() {
    Session& session = parts_->session;
    TRY(session.ready());
    TRY(session.directory.catch_up());
    return {};
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
    return people;
}

Result<Person> Engine::find_person(std::string_view who) {
    return client::find_person(TRY(people()), who);
}

Result<> Engine::set_name(const UserId& user, const std::string& name) {
    TRY(parts_->session.ready());
    return parts_->shelf.set_name(user, name);
}

Result<std::vector<DeviceView>> Engine::devices() { return devices(parts_->session.user()); }

Result<std::vector<DeviceView>> Engine::devices(const UserId& user) {
    TRY(catch_up());
    return list_devices(parts_->session, user);
}

Result<> Engine::revoke_device(const DeviceId& device) {
    TRY(catch_up());
    std::vector<space::SpaceHead> heads = TRY(heads_seen(parts_->session));
    return client::revoke_device(parts_->session, device, std::move(heads));
}

Result<> Engine::retire() {
    Session& session = parts_->session;
    TRY(append_entry(session, directory::DeviceRetired{session.user(), session.device()}));
    lock();
    return session.profile.wipe(session.store, session.keyring);
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

// ---- spaces

Result<SpaceId> Engine::create_space(const std::string& name) { return parts_->shelf.create(name); }

Result<std::vector<SpaceView>> Engine::spaces() { return parts_->shelf.list(); }

Result<SpaceId> Engine::find_space(std::string_view name) { return parts_->shelf.find(name); }

const std::vector<SpaceView>& Engine::candidates() const { return parts_->shelf.candidates(); }

Result<Space*> Engine::space(const SpaceId& id) { return parts_->shelf.open(id); }

Result<Space*> Engine::home() { return parts_->shelf.home(); }

Result<Space*> Engine::address_book() { return parts_->shelf.address_book(); }

Result<std::vector<MemberView>> Engine::members(const SpaceId& space) {
    Space* opened = TRY(this->space(space));
    TRY(catch_up());
    TRY(opened->refresh());
    const Labels labels = TRY(parts_->labels());
    return members_of(parts_->session, opened->parts().chain.chain(), labels);
}

Result<> Engine::share(const SpaceId& space, const PrincipalId& with, Role role) {
    return Rosters(TRY(this->space(space))->parts()).set(with, role);
}

Result<> Engine::unshare(const SpaceId& space, const PrincipalId& with) {
    return Rosters(TRY(this->space(space))->parts()).remove(with);
}

Result<> Engine::leave(const SpaceId& space) {
    return Rosters(TRY(this->space(space))->parts()).leave();
}

Result<> Engine::rename_space(const SpaceId& space, const std::string& name) {
    return parts_->shelf.rename(space, name);
}

Result<> Engine::set_alias(const SpaceId& space, const std::string& alias) {
    return parts_->shelf.set_alias(space, alias);
}

Result<std::vector<LogLine>> Engine::log(const SpaceId& space, std::uint64_t before,
                                         std::size_t limit) {
    Space* opened = TRY(this->space(space));
    TRY(catch_up());
    TRY(opened->refresh());
    const Labels labels = TRY(parts_->labels());
    return log_of(opened->parts(), labels, before, limit);
}

Result<VerifyReport> Engine::verify(const SpaceId& space, ContentChecker* content,
                                    Progress* progress) {
    TRY(catch_up());
    return verify_space(*TRY(this->space(space)), content, progress);
}

Result<DutyReport> Engine::run_duties() {
    return client::run_duties(parts_->session, parts_->shelf);
}

Result<QuotaView> Engine::quota() {
    TRY(parts_->session.ready());
    const api::Quota quota = TRY(parts_->session.remote.quota());
    return QuotaView{quota.limit, quota.used};
}

Result<std::vector<Alarm>> Engine::alarms() { return parts_->session.alarms.list(); }

Result<> Engine::dismiss_alarm(std::uint64_t number) {
    return parts_->session.alarms.dismiss(number);
}

Session& Engine::session() { return parts_->session; }

}  // namespace obhut::client
