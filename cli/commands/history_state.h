// A space as it was at a time.
#pragma once

#include "cli/commands/common.h"

namespace obhut::cli {

// state_at finds the newest commit made at or before a time and opens its tree. Times are those
// that the signers' clocks gave. Failures: version_unknown (older than the space, or not kept any
// more).
Outcome<files::SpaceView> state_at(Context& context, client::Space& space, const std::string& name,
                                   Millis time);

}  // namespace obhut::cli
