#include "client/directory/people.h"
#include "client/directory/rotation.h"
#include "client/duties/due.h"
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
    status.org = record.org;
    status.root_fingerprint = record.root_fingerprint;
    if (!status.exists) return status;
    status.protection = record.lock.kind;
    status.host = record.host;
    status.email = record.email;
    status.user = record.user;
    status.device = record.device;
    status.device_kind = record.device_kind;
    const directory::UserRecord* self = session.directory.state().user(record.user);
    status.kit_confirmed = self != nullptr && self->kit && self->kit->confirmed;
    status.administrator = session.is_administrator();
    status.directory_size = session.directory.size();
    status.directory_time = session.directory.checkpoint().time;
    status.oldest_client = session.directory.state().min_client();
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

Result<DutyReport> Engine::run_duties() {
    return client::run_duties(parts_->session, parts_->shelf);
}

Result<DutyReport> Engine::run_due_duties() {
    TRY(parts_->session.ready());
    if (!TRY(duties_due(parts_->session, parts_->shelf))) return DutyReport{};
    const DutyReport report = TRY(run_duties());
    if (report.done == 0 && report.failed == 0)
        TRY(note_duties(parts_->session, parts_->shelf));
    else
        TRY(forget_duties(parts_->session));
    return report;
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
