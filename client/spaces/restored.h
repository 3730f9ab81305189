// What a restored server means for a space.
#pragma once

#include "client/session.h"
#include "core/space/chain.h"

namespace obhut::client {

// waits_since_restore tells that the server was restored since the chain's last link: a manager has
// to let it go on (Rosters::resume, Rosters::reset), and until then the space can only be read.
inline bool waits_since_restore(const Session& session, const space::Chain& chain) {
    return chain.incarnation() < session.directory.checkpoint().incarnation;
}

}  // namespace obhut::client
