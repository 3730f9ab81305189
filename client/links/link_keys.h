// The secret of a link, its URL, and the keys that come out of it.
//
//     https://host/l/<id>#<version ‖ secret, base64url>
//     read, auth, commitment = HKDF([Argon2id(password) ‖] secret)
//
// The fragment is never sent to a server. Of what is derived the server gets SHA-256 of `auth`
// when the link is made, `auth` from each visitor, and the commitment beside the record: one-way
// values (SR-04). Format: docs/protocol/links.md §2.
#pragma once

#include "client/links/link.h"

namespace obhut::client {

using LinkSecret = Secret<32>;

struct LinkUrl {
    std::string host;
    LinkId id;
    LinkSecret secret;
    bool password = false;  // a password is needed besides

    // text is the URL.
    std::string text() const;
    // parse takes a URL as text() gives it. Errors: text_damaged, text_foreign (no URL of a link),
    // text_version, host_malformed.
    static Result<LinkUrl> parse(std::string_view text);
};

// is_link_url tells a URL of a link from everything else a command takes.
bool is_link_url(std::string_view text);

struct LinkKeys {
    LinkReadKey read;
    Secret<32> auth;
    Hash commitment;
};

// link_keys derives the keys; with a password about 0.2 s. Errors: password_empty, those of
// hash_password.
Result<LinkKeys> link_keys(const LinkSecret& secret, const LinkId& id,
                           const std::optional<ByteView>& password);

// seal_link seals a record under a fresh key from the read key.
//     sealed = commitment(32) ‖ salt(32) ‖ object
Bytes seal_link(const LinkReadKey& read, const Hash& commitment, const LinkRecord& record,
                Entropy& entropy);

// open_link opens a record of the link `id`. Errors: link_tampered for everything but a newer
// version.
Result<LinkRecord> open_link(const LinkKeys& keys, const OrgId& org, const LinkId& id,
                             ByteView sealed);

}  // namespace obhut::client
