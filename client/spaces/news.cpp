#include "client/spaces/news.h"

#include "client/spaces/restored.h"
#include "protocols/api/errors.h"

namespace obhut::client {

Result<bool> may_be_taken_now(Space::Parts& space, const Error& refusal) {
    Directory& directory = space.session.directory;
    const bool restored = refusal.is(errors::space_read_only);  // the server, from a backup
    if (!refusal.is(errors::link_refused) && !restored) return false;
    const std::uint64_t before = directory.checkpoint().incarnation;
    const bool longer = TRY(directory.catch_up());
    if (restored) return waits_since_restore(space.session, space.chain.chain());
    const std::uint64_t now = directory.checkpoint().incarnation;
    const bool moved = TRY(space.chain.refresh());
    return longer || moved || now != before;
}

}  // namespace obhut::client
