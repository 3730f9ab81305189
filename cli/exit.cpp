#include "cli/exit.h"

#include "cli/errors.h"
#include "protocols/http/errors.h"

namespace obhut::cli {

Exit exit_of(Error error) {
    if (error.is(errors::partly_done)) return Exit::partly;
    if (error.is(errors::interrupted) || error.is(errors::cancelled)) return Exit::interrupted;
    if (error.is(errors::not_trusted)) return Exit::corrupt;  // a certificate that does not verify
    switch (error.kind()) {
    case Kind::retry: return Exit::retry;
    case Kind::sign_in: return Exit::sign_in;
    case Kind::conflict: return Exit::conflict;
    case Kind::corrupt: return Exit::corrupt;
    case Kind::upgrade: return Exit::upgrade;
    case Kind::refused: return Exit::refused;
    case Kind::missing: return Exit::missing;
    case Kind::usage: return Exit::usage;
    case Kind::local: return Exit::failed;
    }
    return Exit::failed;
}

}  // namespace obhut::cli
