#include "client/kit/invitation.h"

#include "client/kit/emergency_kit.h"
#include "client/kit/typed_text.h"
#include "core/base/record.h"
#include "core/crypto/kdf.h"

namespace obhut::client {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::string_view kPrefix = "obhut-invitation";

struct InvitationRecord {
    std::string host;
    OrgId org;
    Hash root_fingerprint;
    std::uint64_t checkpoint_size = 0;
    Hash checkpoint_root;
    Millis not_after = 0;
    InvitationSecret secret;

    static void fields(auto& self, auto& field) {
        field(1, self.host, 255);
        field(2, self.org);
        field(3, self.root_fingerprint);
        field(4, self.checkpoint_size);
        field(5, self.checkpoint_root);
        field(6, self.not_after);
        field(7, self.secret);
    }
};

}  // namespace

Invitation Invitation::clone() const {
    return {host,      org,           root_fingerprint, checkpoint_size, checkpoint_root,
            not_after, secret.clone()};
}

std::string Invitation::text() const {
    const InvitationRecord record{
        host, org, root_fingerprint, checkpoint_size, checkpoint_root, not_after, secret.clone()};
    return write_typed(kPrefix, kVersion, encode(record), 0);
}

Result<Invitation> Invitation::parse(std::string_view text) {
    auto record = decode<InvitationRecord>(TRY(read_typed(kPrefix, kVersion, text, 512)));
    if (!record) return fail(errors::text_damaged);
    Invitation invitation;
    invitation.host = TRY(check_host(record->host));
    invitation.org = record->org;
    invitation.root_fingerprint = record->root_fingerprint;
    invitation.checkpoint_size = record->checkpoint_size;
    invitation.checkpoint_root = record->checkpoint_root;
    invitation.not_after = record->not_after;
    invitation.secret = std::move(record->secret);
    return invitation;
}

SigningKey invitation_key(const InvitationSecret& secret, const OrgId& org) {
    Secret<32> seed;
    hkdf(secret.expose(), {}, KdfInfo(labels::invitation_sign).add(org.view()),
         seed.expose_mutable());
    return SigningKey(seed.expose());
}

}  // namespace obhut::client
