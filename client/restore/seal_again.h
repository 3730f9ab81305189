// Sealing again: the content that a restored server has lost, from what this device keeps of it or
// from the files that it was put from; the same objects to the byte, or none (SR-26).
#pragma once

#include <set>

#include "client/restore/origin.h"
#include "client/session.h"
#include "core/content/again.h"

namespace obhut::client {

// bring_lost gives those of the lost objects that this device can make to `take`; they are wanted
// no more then. What an origin does not have any more is noted (Kept::lost_files, `given_up`), and
// the tops of such contents are given. Errors: those of `take`, of the store, and Kind::retry.
Result<std::set<ObjectId>> bring_lost(Session& session, const SpaceId& space,
                                      const std::vector<Origin>& origins,
                                      std::set<ObjectId>& wanted, bool given_up,
                                      const content::Taker& take);

// names tells whether a value names one of these objects by itself, wherever in it.
bool names(const tree::Value& value, const std::set<ObjectId>& objects);

}  // namespace obhut::client
