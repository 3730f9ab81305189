// What obhutd does with a data directory instead of serving it, and what it says of that: one line
// for people, or with --json one JSON object (for the quota one for each owner), keys stable.
#pragma once

#include "server/front/config.h"

namespace obhut::front {

// do_task does the task of the configuration and prints what came of it; the exit status. Errors:
// those of storage/backup.h, storage/audit.h and storage/inspect.h.
Result<int> do_task(const Config& config);

}  // namespace obhut::front
