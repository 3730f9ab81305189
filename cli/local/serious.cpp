#include "cli/local/serious.h"

#include "cli/errors.h"
#include "client/errors.h"
#include "platform/desktop/errors.h"

namespace obhut::cli {

bool concerns_all(Error error) {
    switch (error.kind()) {
    case Kind::retry: return !file_changed_meanwhile(error);
    case Kind::sign_in:
    case Kind::upgrade:
    case Kind::conflict:
    case Kind::refused: return true;
    default: break;
    }
    for (const Code code :
         {errors::file_disk_full, errors::too_many_open_files, errors::interrupted,
          errors::store_full, errors::store_failed, errors::stream_closed})
        if (error.is(code)) return true;
    return false;
}

}  // namespace obhut::cli
