// The emergency kit: what a person keeps on paper to get back in. Format: docs/protocol/kit.md §4.
//
// It opens nothing by itself together with less than: the password (account secret), or the
// server's copy (recovery key). Its holder acts as the person, so it is a secret; text() and
// qr_payload() are made to be printed.
#pragma once

#include <string>

#include "client/errors.h"
#include "core/base/entropy.h"
#include "core/base/id.h"
#include "core/base/secret.h"

namespace obhut::client {

using AccountSecret = Secret<16>;
using RecoveryKey = Secret<32>;

struct EmergencyKit {
    std::string host;  // URL of the server
    AccountSecret account_secret;
    RecoveryKey recovery_key;
    Hash root_fingerprint;
    std::uint8_t kdf_class = 1;

    EmergencyKit clone() const;
    // text is what people type: five lines `name: value`, the secrets in groups of four with a
    // checksum.
    std::string text() const;
    // qr_payload is one line that holds the same.
    std::string qr_payload() const;
    // parse takes either form. Errors: text_damaged, text_foreign, text_version, host_malformed.
    static Result<EmergencyKit> parse(std::string_view text);
};

// The parts one by one, as a sign-in form asks for them.
// The account secret's text carries the class of password hashing it was made for.
struct AccountCode {
    AccountSecret secret;
    std::uint8_t kdf_class = 1;
};
std::string write_account_secret(const AccountSecret& secret, std::uint8_t kdf_class);
Result<AccountCode> parse_account_secret(std::string_view text);
std::string write_recovery_key(const RecoveryKey& key);
Result<RecoveryKey> parse_recovery_key(std::string_view text);
std::string write_fingerprint(const Hash& fingerprint);
Result<Hash> parse_fingerprint(std::string_view text);

// check_host accepts http://host[:port] and https://host[:port], nothing behind it, and gives the
// one form that is kept (lower case, no slash at the end). Errors: host_malformed.
Result<std::string> check_host(std::string_view url);

}  // namespace obhut::client
