// The code a new device shows and an old one takes: the hash of the new device's keys, and a
// one-time secret. Format: docs/protocol/kit.md §7.
#pragma once

#include <string>

#include "client/errors.h"
#include "core/base/id.h"
#include "core/base/secret.h"

namespace obhut::client {

struct LinkingCode {
    Hash offer;         // SHA-256 of the new device's offer: its keys
    Secret<32> secret;  // known to the two devices only; the answer is bound to it

    LinkingCode clone() const { return {offer, secret.clone()}; }
    // text is "obhut-link-…" in groups; also what the QR code holds.
    std::string text() const;
    // Errors: text_damaged, text_foreign, text_version.
    static Result<LinkingCode> parse(std::string_view text);
};

}  // namespace obhut::client
