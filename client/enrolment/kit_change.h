// Another kit for the present one: at once by the old kit, or where none is kept yet; else after
// seven days' notice, in which any of the person's devices and the old kit can object.
//
//     announce ──▶ notice runs, 7 days ──▶ replaced, unconfirmed ──▶ confirmed
//         └─ cancelled by any own device
//
// What is announced lies sealed in this profile until then. Rules: docs/protocol/directory.md §4.
#pragma once

#include "client/engine_types.h"
#include "client/session.h"

namespace obhut::client {

// replace_kit makes a new kit and brings it in, or announces it. With a notice of this device that
// has run long enough it brings in what was announced, and `password` is not used. `paper` is the
// old kit; null without it. Errors: kit_notice_waits (its detail: hours left),
// kit_notice_elsewhere, sign_in_refused (not the present kit), those of the directory.
Result<KitReplacement> replace_kit(Session& session, ByteView password, const EmergencyKit* paper);

// cancel_kit_notice ends a notice, whoever gave it. Errors: kit_notice_none.
Result<> cancel_kit_notice(Session& session);

// settle_kit finishes in the profile what a crash after the replacement left. True if it did
// something.
Result<bool> settle_kit(Session& session);

}  // namespace obhut::client
