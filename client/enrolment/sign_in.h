// Adding this device to a user who is enrolled: by the kit, or by a code and an old device.
// Changing the kit. Formats: docs/protocol/kit.md §§3, 7.
#pragma once

#include "client/engine_types.h"
#include "client/kit/kit.h"
#include "client/kit/linking_code.h"
#include "client/session.h"

namespace obhut::client {

Result<> sign_in(Session& session, const SignInRequest& request);

// Linking is what the new device remembers while it shows its code; it ends with the program.
class Linking {
public:
    // begin makes keys, offers them at the server and gives the code.
    static Result<Linking> begin(Session& session, const LinkingRequest& request);
    LinkingCode code() const { return code_.clone(); }
    // finish looks for the answer; true when this device is in the directory and the profile
    // active.
    Result<bool> finish(Session& session);

private:
    DeviceSecrets secrets_;
    directory::DeviceKind kind_ = directory::DeviceKind::full;
    std::string host_;
    Protection protection_;
    LinkingCode code_;
};

// The old device's side: see Engine.
Result<LinkingOfferView> look_at_offer(Session& session, const LinkingCode& code);
Result<> answer_linking(Session& session, const LinkingCode& code,
                        std::vector<space::SpaceHead> heads);

Result<> change_password(Session& session, const EmergencyKit& kit, ByteView old_password,
                         ByteView new_password);

// own_kit_key opens this user's present kit by what is printed on paper, and gives the key it signs
// with. Errors: sign_in_refused, kit_mismatch.
Result<SigningKey> own_kit_key(Session& session, const EmergencyKit& paper);

}  // namespace obhut::client
