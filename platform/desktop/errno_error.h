// The error that goes with the errno of a failed call on the person's files. For the .cpp files of
// this folder.
#pragma once

#include <cerrno>

#include "platform/desktop/errors.h"

namespace obhut::platform {

Error errno_error(int number);

inline std::unexpected<Error> fail_errno() { return std::unexpected<Error>(errno_error(errno)); }

}  // namespace obhut::platform
