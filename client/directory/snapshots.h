// Snapshots of the directory, for newcomers of a large organisation: administrators' devices make
// them, whoever was vouched for one begins at it. Source: docs/protocol/directory.md §6.
#pragma once

#include "client/session.h"

namespace obhut::client {

// add_snapshot logs the state there is now, if that is due and this device may. True if it did.
Result<bool> add_snapshot(Session& session);

// fetch_snapshot begins a copy of the log with a snapshot that somebody trusted has vouched for.
// Errors: not_there (the server does not have it any more), and of Kind::corrupt.
Result<directory::Log> fetch_snapshot(Remote& remote, const directory::PinnedRoot& pinned,
                                      const directory::Snapshot& vouched);

}  // namespace obhut::client
