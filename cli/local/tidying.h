// Tidying: once a day and space this device lets go what the space's policy says and no change has
// come by. When it did so stands in the profile's store.
#pragma once

#include "cli/context.h"

namespace obhut::cli {

// tidy_spaces does it for the spaces of files that this person may write to. Trouble with it is no
// failure of the command that is running.
void tidy_spaces(Context& context, client::Engine& engine);

}  // namespace obhut::cli
