#include "client/directory/people.h"
#include "client/enrolment/create.h"
#include "client/spaces/maker.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

// The server already has the home if an earlier run got so far.
Result<bool> has_home(Session& session, const std::vector<api::SpaceInfo>& spaces) {
    const SpaceId home = space::space_id(space::home_genesis(session.org(), session.user()));
    for (const api::SpaceInfo& info : spaces)
        if (info.space == home) return true;
    return false;
}

}  // namespace

Result<> finish_enrolment(Session& session, const std::optional<std::string>& organisation) {
    const std::vector<api::SpaceInfo> spaces = TRY(session.remote.spaces()).spaces;
    if (!TRY(has_home(session, spaces))) TRY(make_home(session));
    // A creator's home comes first, so whatever else there is is the address book.
    if (organisation && spaces.size() < 2) TRY(make_address_book(session, *organisation));
    PublicProfile record = session.profile.record();
    record.stage = Stage::active;
    if (record.email.empty()) {
        const auto email = email_of(session, session.user());
        if (email) record.email = *email;
    }
    return session.profile.save_record(session.store, std::move(record));
}

Result<> confirm_kit(Session& session) {
    TRY(session.ready());
    if (!session.profile.secrets().kit) return fail(errors::kit_not_here);
    TRY(session.directory.catch_up());
    const directory::UserRecord* self = TRY(session.self());
    if (!self->kit || !self->kit->confirmed) {
        TRY(append_entry(session, directory::KitConfirmed{session.user()}));
    }
    ProfileSecrets secrets = session.profile.secrets().clone();
    secrets.kit.reset();
    return session.profile.save_secrets(session.store, std::move(secrets), session.entropy);
}

}  // namespace obhut::client
