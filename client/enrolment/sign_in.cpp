#include "client/enrolment/sign_in.h"

#include "client/directory/people.h"
#include "client/enrolment/create.h"
#include "client/enrolment/new_device.h"
#include "core/base/verify.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

// An open kit and what was found under it.
struct OpenedKit {
    KitContent content;
    DeviceSecrets secrets;
    Hash blob;  // SHA-256
    api::Credential which = api::Credential::password;

    DeviceId device() const { return directory::device_id(secrets.public_keys()); }
};

// open_by asks the server for the blob of one credential and opens it. Nothing was asked before,
// and what the server answers is either the blob or the one refusal (SR-37).
Result<OpenedKit> open_by(Session& session, const std::string& email, api::Credential which,
                          const KitUnlock& unlock) {
    const Bytes blob = TRY(session.remote.sign_in(email, which, unlock.auth));
    OpenedKit kit;
    kit.content = TRY(open_kit(unlock.wrap, blob));
    kit.secrets = kit_secrets(kit.content.seed);
    kit.blob = sha256(blob);
    kit.which = which;
    return kit;
}

Result<OpenedKit> open_requested(Session& session, const SignInRequest& request) {
    if (request.recovery_key)
        return open_by(session, request.email, api::Credential::recovery,
                       unlock_by_recovery(*request.recovery_key));
    if (!request.password || !request.account_secret) return fail(errors::password_empty);
    const KitUnlock unlock =
        TRY(unlock_by_password(request.password->expose(), request.account_secret->secret,
                               request.account_secret->kdf_class));
    return open_by(session, request.email, api::Credential::password, unlock);
}

// The directory under the root that the kit names, as new as the kit at least; and the kit must be
// the one that it has for this user.
Result<> check_against_directory(Session& session, const OpenedKit& kit) {
    std::vector<std::string> notes;
    if (kit.content.note) notes.push_back(*kit.content.note);
    TRY(session.directory.begin({kit.content.org, kit.content.root_fingerprint}, notes));
    TRY(session.directory.catch_up());
    const directory::UserRecord* user = session.directory.state().user(kit.content.user);
    if (user == nullptr || !user->kit) return fail(errors::kit_mismatch);
    VERIFY("SR-01/kit-keys", user->kit->device == kit.device(), errors::secret_mismatch);
    const Hash& expected = kit.which == api::Credential::password ? user->kit->password_blob
                                                                  : user->kit->recovery_blob;
    VERIFY("SR-37/kit-blob", kit.blob == expected, errors::kit_mismatch);
    return {};
}

// The user's newest key as the kit holds it; none if it has no box for the kit. A stale one opens
// what was sealed to it, and the next is made from it.
Result<std::optional<KemSecretKey>> user_key_of(Session& session, const OpenedKit& kit) {
    const auto* newest = session.directory.state().newest_generation(principal(kit.content.user));
    if (newest == nullptr) return std::optional<KemSecretKey>();
    const directory::Generation expected = *newest;
    const PrincipalId user = principal(kit.content.user);
    const auto material = session.remote.generation(user, expected.number);
    if (!material && material.error().kind() == Kind::missing) return std::optional<KemSecretKey>();
    if (!material) return std::unexpected(material.error());
    const directory::HolderId holder = directory::holder(kit.device());
    for (const api::GenerationBox& box : material->boxes)
        if (equal(box.recipient.view(), holder.view()))
            return std::optional(TRY(open_generation(kit.content.org, user, expected, holder,
                                                     kit.secrets.kem, box.box)));
    return std::optional<KemSecretKey>();
}

PublicProfile record_of(const OpenedKit& kit, const SignInRequest& request, std::string host) {
    PublicProfile record;
    record.stage = Stage::signing_in;
    record.host = std::move(host);
    record.email = request.email;
    record.org = kit.content.org;
    record.user = kit.content.user;
    record.device_kind = request.device;
    record.root_fingerprint = kit.content.root_fingerprint;
    return record;
}

}  // namespace

Result<> sign_in(Session& session, const SignInRequest& request) {
    if (session.profile.active()) return fail(errors::profile_exists);
    const std::string host = TRY(check_host(request.host));
    TRY(check_email(request.email));
    const OpenedKit kit = TRY(open_requested(session, request));
    VERIFY("SR-37/typed-root",
           !request.root_fingerprint || *request.root_fingerprint == kit.content.root_fingerprint,
           errors::root_mismatch);
    TRY(check_against_directory(session, kit));
    session.remote.sign_as(kit.content.org, kit.device(), kit.secrets.request);
    const auto user_key = TRY(user_key_of(session, kit));

    ProfileSecrets secrets{DeviceSecrets::generate(session.entropy), {}};
    const NewDevice device{secrets.device.public_keys(), secrets.device.kem_public(),
                           request.device};
    TRY(session.profile.begin(session.store, record_of(kit, request, host), std::move(secrets),
                              request.protection, session.keyring, session.entropy));
    const bool fresh = newest_fresh(session, kit.content.user) != nullptr;
    TRY(add_device(session, kit.content.user, device, kit.secrets.signing,
                   user_key && fresh ? &*user_key : nullptr));
    TRY(session.directory.save());
    session.started();
    if (user_key) TRY(session.rings.keep(*user_key));
    PublicProfile record = session.profile.record();
    record.stage = Stage::active;
    return session.profile.save_record(session.store, std::move(record));
}

Result<SigningKey> own_kit_key(Session& session, const EmergencyKit& paper) {
    OpenedKit kit = TRY(open_by(session, session.profile.record().email, api::Credential::recovery,
                                unlock_by_recovery(paper.recovery_key)));
    if (kit.content.user != session.user() || kit.content.org != session.org())
        return fail(errors::kit_mismatch);
    const directory::UserRecord* self = TRY(session.self());
    VERIFY("SR-01/kit-of-paper", self->kit && self->kit->device == kit.device(),
           errors::secret_mismatch);
    return std::move(kit.secrets.signing);
}

Result<> change_password(Session& session, const EmergencyKit& paper, ByteView old_password,
                         ByteView new_password) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    const PublicProfile& profile = session.profile.record();
    const KitUnlock before =
        TRY(unlock_by_password(old_password, paper.account_secret, paper.kdf_class));
    const OpenedKit kit = TRY(open_by(session, profile.email, api::Credential::password, before));
    if (kit.content.user != session.user() || kit.content.org != session.org())
        return fail(errors::kit_mismatch);
    const directory::UserRecord* self = TRY(session.self());
    VERIFY("SR-01/kit-resealed", self->kit && self->kit->device == kit.device(),
           errors::secret_mismatch);
    const KitUnlock after =
        TRY(unlock_by_password(new_password, paper.account_secret, paper.kdf_class));
    KitContent content;
    content.org = kit.content.org;
    content.user = kit.content.user;
    content.root_fingerprint = kit.content.root_fingerprint;
    content.note = session.directory.note();
    content.seed = kit.content.seed.clone();
    SealedKit sealed = seal_kit_twice(content, after, unlock_by_recovery(paper.recovery_key),
                                      paper.kdf_class, session.entropy);
    directory::KitResealed entry{session.user(), sealed.statement.password_blob,
                                 sealed.statement.recovery_blob, paper.kdf_class};
    api::Append material;
    material.kit = std::move(sealed.deposit);
    return append_signed(session, entry, kit.secrets.signing, std::move(material));
}

}  // namespace obhut::client
