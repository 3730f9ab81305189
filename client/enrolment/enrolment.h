// Enrolment: what a new user brings into the directory: device, kit and first generation of the
// key.
#pragma once

#include "client/directory/generation_keys.h"
#include "client/session.h"

namespace obhut::client {

// Newcomer is a user who is about to enrol with this device.
struct Newcomer {
    OrgId org;
    UserId user;
    Hash root_fingerprint;
    directory::DeviceKind device_kind = directory::DeviceKind::full;
    std::optional<std::string> note;  // newest note of the directory; absent before there is one
};

// Enrolment holds the record for the log and what goes with it; secrets stay here.
struct Enrolment {
    ProfileSecrets secrets;  // device and open kit
    directory::UserEnrolled entry;
    KemSecretKey user_key;  // generation 1
    api::Append material;   // keys, generations and kit; without entries

    // kit is what the person keeps.
    EmergencyKit kit(const std::string& host, const Hash& root_fingerprint) const;
};

// FreshKit is a new kit, open and as it is deposited. make_fresh_kit stretches the password: half a
// second.
struct FreshKit {
    OpenKit open;
    SealedKit sealed;
};
Result<FreshKit> make_fresh_kit(const Newcomer& owner, ByteView password, Entropy& entropy);

// make_enrolment makes fresh keys of every kind. Half a second: the password is stretched.
Result<Enrolment> make_enrolment(const Newcomer& newcomer, ByteView password, Entropy& entropy);

// emergency_kit_of is the kit that a profile still holds open.
EmergencyKit emergency_kit_of(const OpenKit& kit, const std::string& host,
                              const Hash& root_fingerprint);

}  // namespace obhut::client
