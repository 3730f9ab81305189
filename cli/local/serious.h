// Which errors concern one file, and which everything.
#pragma once

#include "core/base/error.h"

namespace obhut::cli {

// concerns_all tells errors after which going on with other files makes no sense: the disk is full,
// the server is gone, no right to write.
bool concerns_all(Error error);

// file_changed_meanwhile tells that a file changed while it was read.
bool file_changed_meanwhile(Error error);

}  // namespace obhut::cli
