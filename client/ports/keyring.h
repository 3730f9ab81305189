// Port: the operating system's keyring. It keeps small secrets for the person who is logged in.
//
// Contract: names are printable ASCII of at most 128 bytes, secrets at most 4 KiB. store replaces
// and is durable when it returns; load gives exactly what was stored; erase of what is not there
// succeeds. Calls may block while the person answers a prompt and may be repeated. Errors:
// keyring_unavailable (no keyring, locked and nobody to ask, refused); load: keyring_empty. One
// thread at a time.
#pragma once

#include <string_view>

#include "client/errors.h"
#include "core/base/secret.h"

namespace obhut::client {

class Keyring {
public:
    virtual ~Keyring() = default;
    virtual Result<> store(std::string_view name, const SecretBytes& secret) = 0;
    virtual Result<SecretBytes> load(std::string_view name) = 0;
    virtual Result<> erase(std::string_view name) = 0;
};

}  // namespace obhut::client
