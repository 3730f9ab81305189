// News: whether a link that the server has refused may be taken when it is made again.
#pragma once

#include "client/spaces/space_parts.h"

namespace obhut::client {

// may_be_taken_now takes what is new of directory and chain. True if the refusal is explained by
// it: either has moved on, or the server was restored and the chain waits to go on
// (Rosters::resume), or it was just brought entries of the directory that the link was signed
// under.
Result<bool> may_be_taken_now(Space::Parts& space, const Error& refusal);

}  // namespace obhut::client
