// Duties: what a device owes the organisation and its spaces, found in the directory and the
// chains.
//
//     pulse            the newest entry is older than a day
//     snapshot         an administrator's: many entries since the last one
//     past             entries before the snapshot that this device began at, a page each time
//     own key          stale, or a device of this user waits for a box
//     groups           new keys where they are stale or members wait for a box; into group *all*
//                      an administrator takes who has joined
//     spaces           a fresh epoch where keys are stale or boxes missing; commits left in the
//     journal heads            written to the home tree once a day, for devices that come later
//     group homes      made where a group has none yet
//     inboxes          letters that wait to be sent; their keys, those of this user's groups too
//     address book     its managers are the administrators
//     names            what this user wishes to be called reaches administrators, who write it down
#pragma once

#include "client/engine_types.h"
#include "client/spaces/shelf.h"

namespace obhut::client {

Result<DutyReport> run_duties(Session& session, Shelf& shelf);

// read_heads takes the heads that this user's other devices wrote into the home tree: spaces must
// contain them (SR-29).
Result<> read_heads(Session& session, Shelf& shelf);

}  // namespace obhut::client
