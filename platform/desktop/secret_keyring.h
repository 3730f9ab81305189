// Keyring of the desktop over the Secret Service (GNOME Keyring, KWallet, KeePassXC), by libsecret.
//
// Contract: client/ports/keyring.h. The library is opened when first needed (dlopen), so that the
// many commands that do without it start without GLib and D-Bus, and machines without it work too.
#pragma once

#include <memory>

#include "client/ports/keyring.h"

namespace obhut::platform {

class SecretKeyring final : public client::Keyring {
public:
    // available tells whether a session bus is there at all; without one the library would try to
    // start it.
    static bool available();
    SecretKeyring();
    ~SecretKeyring() override;

    Result<> store(std::string_view name, const SecretBytes& secret) override;
    Result<SecretBytes> load(std::string_view name) override;
    Result<> erase(std::string_view name) override;

private:
    struct Library;
    std::unique_ptr<Library> library_;  // null when it cannot be opened
};

}  // namespace obhut::platform
