// Copying from one space to another: opened here, sealed anew there.
#pragma once

#include "cli/commands/common.h"

namespace obhut::cli {

// copy_across copies a file or a folder with all below it. Names, times, mode and attributes come
// along, older versions do not. Existing files get a new version.
Outcome<> copy_across(Context& context, const SpacePath& source, const SpacePath& target,
                      bool several);

}  // namespace obhut::cli
