#include "cli/local/serious.h"
#include "core/content/errors.h"

namespace obhut::cli {

bool file_changed_meanwhile(Error error) { return error.is(errors::source_changed); }

}  // namespace obhut::cli
