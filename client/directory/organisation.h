// What is decided for the whole organisation: the general policy, and a reset of the directory.
#pragma once

#include "client/engine_types.h"
#include "client/kit/root_kit.h"
#include "client/session.h"

namespace obhut::client {

// set_oldest_client lets only programs of that version or a newer one write from now on. Errors:
// not_administrator, client_too_old (this one would be), policy_out_of_bounds (never lowered).
Result<> set_oldest_client(Session& session, std::uint32_t version);

// reset_directory gives up, by the root, what a restored server lacks and nobody brings back.
// Errors: kit_mismatch, nothing_lost, log_reset_unproven (no common beginning is known here),
// log_waits.
Result<> reset_directory(Session& session, const RootKit& root_kit, const std::string& reason);

}  // namespace obhut::client
