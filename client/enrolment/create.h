// Creating an organisation, and joining one by an invitation.
#pragma once

#include "client/engine_types.h"
#include "client/session.h"

namespace obhut::client {

// Both: see Engine. They leave an active, unlocked profile in the session.
Result<Created> create_organisation(Session& session, const NewOrganisation& request);
Result<Joined> join_organisation(Session& session, const JoinRequest& request);

// finish_enrolment does what follows the entry in the log, as often as it takes: the home space,
// and for the organisation's creator (with its name) the address book; then the profile is active.
Result<> finish_enrolment(Session& session, const std::optional<std::string>& organisation);

// confirm_kit logs that the kit is kept and forgets it. Errors: kit_not_here.
Result<> confirm_kit(Session& session);

// check_email accepts what may be an address: one @ with something on both sides, no spaces or
// controls, at most 254 bytes. Errors: email_malformed.
Result<> check_email(std::string_view email);

}  // namespace obhut::client
