// An invitation: what an administrator hands to a newcomer, outside the server. Format:
// docs/protocol/kit.md §6.
//
// It pins the organisation (root fingerprint, checkpoint) and holds the secret whose public key the
// directory names, so whoever has it first can enrol: it travels as confidentially as a first
// password, and is used up by enrolling.
#pragma once

#include <string>

#include "client/errors.h"
#include "core/base/clock.h"
#include "core/base/entropy.h"
#include "core/crypto/sign.h"
#include "core/directory/entries_org.h"

namespace obhut::client {

using InvitationSecret = Secret<16>;

struct Invitation {
    std::string host;
    OrgId org;
    Hash root_fingerprint;
    std::string note;  // signed checkpoint of the directory: the log must contain it
    Millis not_after = 0;
    InvitationSecret secret;
    // The newest snapshot of the directory that the inviting device knows to be true; before
    // `note`.
    std::optional<directory::Snapshot> snapshot = {};

    Invitation clone() const;
    // text is one line, "obhut-invitation-…".
    std::string text() const;
    // parse is strict; spaces and line ends inside are skipped. Errors: text_damaged, text_foreign,
    // text_version.
    static Result<Invitation> parse(std::string_view text);
};

// invitation_key is the signing key derived from the secret, for one organisation. The directory
// names its public half.
SigningKey invitation_key(const InvitationSecret& secret, const OrgId& org);

}  // namespace obhut::client
