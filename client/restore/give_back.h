// Giving back: a server that was restored from an older backup gets the links that it lost from the
// devices that made them, as they were (docs/protocol/space.md §3).
#pragma once

#include "client/session.h"

namespace obhut::client {

// give_back brings the links of a space from `from` to `to`, in order, with their objects; the
// first of all is the space itself. Errors: restored_behind (detail: the sequence of the first that
// another device has to bring), Kind::retry.
Result<> give_back(Session& session, const SpaceId& space, space::Sequence from,
                   space::Sequence to);

// lost_work finds the commits of this device behind a head that was restored, to be made again.
Result<std::vector<JournalCommit>> lost_work(Session& session, const SpaceId& space,
                                             space::Sequence restored);

}  // namespace obhut::client
