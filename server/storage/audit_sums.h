// The sums of a database, counted again: bytes of segments, spaces, owners and devices, and the
// side tables of objects. Each table is read once, in its own order, and nothing is sorted, so that
// memory does not grow with the objects.
#pragma once

#include "server/storage/audit.h"
#include "server/storage/sqlite.h"

namespace obhut::storage {

// check_sums gives the number of objects. Errors: index_corrupt, its detail saying which sum.
Result<std::uint64_t> check_sums(Database& database, const AuditWatch& watch);

}  // namespace obhut::storage
