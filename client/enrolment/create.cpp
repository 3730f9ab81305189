#include "client/enrolment/create.h"

#include "client/enrolment/enrolment.h"
#include "client/spaces/maker.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

constexpr std::size_t kSalt = 16;
constexpr Millis kFounderInvitation = kDay;

Bytes random_salt(Entropy& entropy) {
    Bytes salt(kSalt);
    entropy.fill(salt);
    return salt;
}

// Group *all* of a new organisation: its first user alone.
struct FirstGroup {
    directory::GroupCreated entry;
    KemSecretKey secret;
    KemPublicKey key;
    api::GenerationMaterial material;
};

FirstGroup first_group(const Newcomer& newcomer, const KemSecretKey& user_key, Entropy& entropy) {
    FirstGroup group;
    group.entry.group = entropy.id<GroupId>();
    group.entry.everyone = true;
    group.entry.members = {{newcomer.user, 0}};
    NewGeneration generation =
        make_generation(newcomer.org, principal(group.entry.group), 1, nullptr,
                        {{directory::holder(newcomer.user), kem_public_key(user_key)}}, entropy);
    group.entry.generation.number = 1;
    group.entry.generation.key = kem_key_hash(generation.key);
    group.entry.generation.boxes = generation.boxes;
    group.secret = std::move(generation.secret);
    group.key = generation.key;
    group.material = std::move(generation.material);
    return group;
}

struct Founding {
    RootKit root_kit;
    Enrolment enrolment;
    FirstGroup group;
    api::CreateOrganisation request;
};

// All entries of the beginning, in their order (organisation, policy, first user,
// *all*).
Result<> add_entries(Session& session, Founding& founding, const api::ServerInfo& server,
                     const Newcomer& newcomer, const NewOrganisation& request) {
    const SigningKey invitation = SigningKey::generate(session.entropy);
    const Bytes salt = random_salt(session.entropy);
    const SigningKey& root = founding.root_kit.root;
    const SigningKey& device = founding.enrolment.secrets.device.signing;
    const Millis now = server.time;
    const directory::State nothing;
    directory::Draft draft(nothing, now);
    draft.add(
        directory::RootStatement{root.public_key(),
                                 key_id(founding.root_kit.next_root.public_key()), server.log_key},
        {&root});
    directory::RootPolicy policy;
    policy.suites = {static_cast<std::uint8_t>(Suite::one)};
    policy.kdf_classes = {1};
    draft.add(policy, {&root});
    draft.add(directory::UserInvited{newcomer.user, directory::email_hash(salt, request.email),
                                     invitation.public_key(), now + kFounderInvitation},
              {&root});
    draft.add(directory::AdminGranted{newcomer.user}, {&root});
    draft.add(founding.enrolment.entry, {&invitation, &device});
    draft.add(founding.group.entry, {&device});
    directory::State judged;
    TRY(judged.apply_all(draft.entries()));
    api::Append& append = founding.request.append;
    append = std::move(founding.enrolment.material);
    for (Bytes& entry : draft.take()) append.entries.emplace_back(std::move(entry));
    append.keys.push_back(founding.group.key);
    append.generations.push_back(std::move(founding.group.material));
    append.openings.push_back({newcomer.user, request.email, salt});
    founding.request.token = request.token;
    return {};
}

PublicProfile new_record(Stage stage, const std::string& host, const std::string& email,
                         const Newcomer& newcomer) {
    PublicProfile record;
    record.stage = stage;
    record.host = host;
    record.email = email;
    record.org = newcomer.org;
    record.user = newcomer.user;
    record.device_kind = newcomer.device_kind;
    record.root_fingerprint = newcomer.root_fingerprint;
    return record;
}

// Whether the device that this profile holds is in the log: its request has happened.
bool is_enrolled(const Session& session) {
    return session.directory.state().device_active(session.device());
}

Result<> keep_first_keys(Session& session, const KemSecretKey& user_key) {
    session.started();
    return session.rings.keep(user_key);
}

// The person in the log whom an invitation is for.
Result<UserId> invited_user(const Session& session, const Invitation& invitation, Millis now) {
    const SigningPublicKey key = invitation_key(invitation.secret, invitation.org).public_key();
    for (const auto& [id, user] : session.directory.state().users()) {
        if (user.invitation != key) continue;
        if (user.status == UserStatus::withdrawn) return fail(errors::invitation_over);
        if (user.status != UserStatus::invited) return fail(errors::invitation_used);
        if (user.invitation_not_after < now) return fail(errors::invitation_over);
        return id;
    }
    return fail(errors::invitation_over);
}

// send_enrolment puts the entry into the log; again while others were first.
Result<> send_enrolment(Session& session, Enrolment& enrolment, const SigningKey& invitation) {
    constexpr int kTries = 5;
    for (int tried = 1;; ++tried) {
        directory::Draft draft = session.draft();
        draft.add(enrolment.entry, {&invitation, &enrolment.secrets.device.signing});
        api::Append& request = enrolment.material;
        request.entries.clear();
        for (Bytes& entry : draft.take()) request.entries.emplace_back(std::move(entry));
        const auto answer = session.remote.join(request);
        const auto caught_up = session.directory.catch_up();
        if (caught_up && is_enrolled(session)) {
            session.directory.keep_request(request);
            return {};
        }
        if (!answer && (!build_again(answer.error()) || tried == kTries))
            return std::unexpected(answer.error());
        if (!caught_up) return std::unexpected(caught_up.error());
        if (answer) return fail(errors::answer_malformed);
    }
}

Result<> unlock(Session& session, const Protection& protection) {
    if (!session.profile.locked()) return {};
    if (protection.kind == ProtectionKind::keyring)
        return session.profile.unlock_by_keyring(session.store, session.keyring);
    return session.profile.unlock(session.store, protection.passphrase.expose());
}

// An earlier join or creation on this store may have happened although no answer came.
Result<bool> resume(Session& session, const Protection& protection) {
    const Stage stage = session.profile.record().stage;
    if (stage == Stage::none) return false;
    if (stage == Stage::active) return fail(errors::profile_exists);
    TRY(unlock(session, protection));
    if (!session.directory.load()) return false;
    TRY(session.directory.catch_up());
    if (!is_enrolled(session)) return false;
    session.started();
    return true;
}

// The server has the organisation of this store: an earlier creation got so far. What it made is
// fetched like by any other device; the root was given away before that was sent.
Result<bool> resume_creation(Session& session, const NewOrganisation& request,
                             const api::ServerInfo& server) {
    const PublicProfile& record = session.profile.record();
    if (record.stage != Stage::creating || server.org != record.org) return false;
    TRY(unlock(session, request.protection));
    if (!session.directory.load())
        TRY(session.directory.begin({record.org, record.root_fingerprint}, {}));
    TRY(session.directory.catch_up());
    if (!is_enrolled(session)) return false;
    session.started();
    return true;
}

Result<Created> found_organisation(Session& session, const NewOrganisation& request,
                                   const std::string& host, const api::ServerInfo& server) {
    Founding founding;
    founding.root_kit = RootKit::create(host, session.entropy);
    Newcomer newcomer;
    newcomer.org = founding.root_kit.org;
    newcomer.user = session.entropy.id<UserId>();
    newcomer.root_fingerprint = founding.root_kit.root_fingerprint;
    founding.enrolment = TRY(make_enrolment(newcomer, request.password.expose(), session.entropy));
    founding.group = first_group(newcomer, founding.enrolment.user_key, session.entropy);
    TRY(add_entries(session, founding, server, newcomer, request));

    Created created{founding.enrolment.kit(host, founding.root_kit.root_fingerprint),
                    founding.root_kit.clone()};
    TRY(session.profile.begin(
        session.store, new_record(Stage::creating, host, request.email, newcomer),
        founding.enrolment.secrets.clone(), request.protection, session.keyring, session.entropy));
    // The root leaves this function before there is something it is the root of.
    if (request.before_sending) TRY(request.before_sending(created));
    TRY(session.directory.begin({newcomer.org, newcomer.root_fingerprint}, {}));
    const auto answer = session.remote.create_organisation(founding.request);
    const auto caught_up = session.directory.catch_up();
    if (!answer && !(caught_up && is_enrolled(session))) return std::unexpected(answer.error());
    if (!caught_up) return std::unexpected(caught_up.error());
    TRY(keep_first_keys(session, founding.enrolment.user_key));
    TRY(session.rings.keep(founding.group.secret));
    return created;
}

// What the person still has to keep, where an earlier run got so far.
Result<Created> resumed(const Session& session) {
    const PublicProfile& record = session.profile.record();
    const auto& kit = session.profile.secrets().kit;
    if (!kit) return fail(errors::kit_not_here);
    return Created{emergency_kit_of(*kit, record.host, record.root_fingerprint), std::nullopt};
}

}  // namespace

Result<> check_email(std::string_view email) {
    const std::size_t at = email.find('@');
    if (at == 0 || at == std::string_view::npos || at + 1 >= email.size() ||
        email.find('@', at + 1) != std::string_view::npos || email.size() > 254 ||
        !is_utf8(as_bytes(email)))
        return fail(errors::email_malformed);
    for (const char c : email)
        if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F) return fail(errors::email_malformed);
    return {};
}

Result<Created> create_organisation(Session& session, const NewOrganisation& request) {
    if (session.profile.active()) return fail(errors::profile_exists);
    const std::string host = TRY(check_host(request.host));
    TRY(check_email(request.email));
    const api::ServerInfo server = TRY(session.remote.server());
    const bool begun = TRY(resume_creation(session, request, server));
    if (!begun && server.org) return fail(errors::organisation_exists);
    Created created =
        TRY(begun ? resumed(session) : found_organisation(session, request, host, server));
    TRY(finish_enrolment(session, request.name));
    if (request.kit_is_kept) TRY(confirm_kit(session));
    return created;
}

Result<Joined> join_organisation(Session& session, const JoinRequest& request) {
    if (!TRY(resume(session, request.protection))) {
        const Invitation& invitation = request.invitation;
        const api::ServerInfo server = TRY(session.remote.server());
        VERIFY("SR-37/invitation-organisation", server.org == invitation.org,
               errors::invitation_foreign);
        TRY(session.directory.begin({invitation.org, invitation.root_fingerprint},
                                    {{invitation.note}}, invitation.snapshot));
        TRY(session.directory.catch_up());
        Newcomer newcomer;
        newcomer.org = invitation.org;
        newcomer.user = TRY(invited_user(session, invitation, session.remote.now()));
        newcomer.root_fingerprint = invitation.root_fingerprint;
        newcomer.note = session.directory.note();
        Enrolment enrolment =
            TRY(make_enrolment(newcomer, request.password.expose(), session.entropy));
        TRY(session.profile.begin(
            session.store, new_record(Stage::joining, invitation.host, "", newcomer),
            enrolment.secrets.clone(), request.protection, session.keyring, session.entropy));
        TRY(session.directory.save());
        TRY(send_enrolment(session, enrolment, invitation_key(invitation.secret, invitation.org)));
        TRY(keep_first_keys(session, enrolment.user_key));
    }
    TRY(finish_enrolment(session, std::nullopt));
    const PublicProfile& record = session.profile.record();
    Joined joined;
    if (const auto& kit = session.profile.secrets().kit)
        joined.kit = emergency_kit_of(*kit, record.host, record.root_fingerprint);
    joined.email = record.email;
    if (request.kit_is_kept) TRY(confirm_kit(session));
    return joined;
}

}  // namespace obhut::client
