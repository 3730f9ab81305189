// Renewal: an epoch that decides nothing and that a reader may begin, since nobody else can.
//
// A manager or editor without a box cannot begin one, and waits for somebody who has a box. If of
// those only readers are left, one of them begins it: it is what an editor's entry would be, gives
// those who write their boxes back, and nothing else. docs/protocol/space.md §2. Pure.
#pragma once

#include "core/space/roster.h"

namespace obhut::space {

// readers_renew tells whether no active manager or editor has a box in the newest epoch.
bool readers_renew(const DirectoryView& view, const Membership& membership, Position size);

// renewal_helps tells whether readers renew, and somebody who may write would get a box by it now.
bool renewal_helps(const DirectoryView& view, const Membership& membership, Position size);

}  // namespace obhut::space
