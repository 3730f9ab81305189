// Checks of a batch that need no store: the limits of store.h. Pure; any thread.
#pragma once

#include "server/storage/store.h"

namespace obhut::storage {

// check_batch measures a batch before it is queued: its bytes in memory, without staged objects.
// Errors: over_store_limit with the index of the operation as detail; also for a space that is made
// without its first link.
Result<std::size_t> check_batch(const WriteBatch& batch);

// refused makes the outcome of a batch that did not take effect.
Outcome refused(Error error, std::size_t operation = 0);

}  // namespace obhut::storage
