#include "client/kit/invitation.h"

#include "client/kit/emergency_kit.h"
#include "client/kit/typed_text.h"
#include "core/base/record.h"
#include "core/crypto/kdf.h"

namespace obhut::client {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kPrefix = "obhut-invitation";
constexpr std::size_t kMaxNote = 4096;
constexpr std::size_t kMaxBody = kMaxNote + 512;

struct InvitationRecord {
    std::string host;
    OrgId org;
    Hash root_fingerprint;
    std::string note;
    Millis not_after = 0;
    InvitationSecret secret;
    std::optional<directory::Snapshot> snapshot = {};

    static void fields(auto& self, auto& field) {
        field(1, self.host, 255);
        field(2, self.org);
        field(3, self.root_fingerprint);
        field(4, self.note, kMaxNote);
        field(5, self.not_after);
        field(6, self.secret);
        field(7, self.snapshot);
    }
};

}  // namespace

Invitation Invitation::clone() const {
    return {host, org, root_fingerprint, note, not_after, secret.clone(), snapshot};
}

std::string Invitation::text() const {
    const InvitationRecord record{host,           org,     root_fingerprint, note, not_after,
                                  secret.clone(), snapshot};
    return write_typed(kPrefix, kVersion, encode(record), 0);
}

Result<Invitation> Invitation::parse(std::string_view text) {
    auto record = decode<InvitationRecord>(TRY(read_typed(kPrefix, kVersion, text, kMaxBody)));
    if (!record) return fail(errors::text_damaged);
    Invitation invitation;
    invitation.host = TRY(check_host(record->host));
    invitation.org = record->org;
    invitation.root_fingerprint = record->root_fingerprint;
    invitation.note = std::move(record->note);
    invitation.not_after = record->not_after;
    invitation.secret = std::move(record->secret);
    invitation.snapshot = record->snapshot;
    return invitation;
}

SigningKey invitation_key(const InvitationSecret& secret, const OrgId& org) {
    Secret<32> seed;
    hkdf(secret.expose(), {}, KdfInfo(labels::invitation_sign).add(org.view()),
         seed.expose_mutable());
    return SigningKey(seed.expose());
}

}  // namespace obhut::client
