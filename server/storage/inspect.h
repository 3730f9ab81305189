// What an operator may want to know of a data directory, without any key: who is charged for how
// much. Also of one that a server is using. Threads: any.
#pragma once

#include "server/storage/sqlite_store.h"

namespace obhut::storage {

// OwnedBytes is what the spaces of one owner hold. The organisation has no id.
struct OwnedBytes {
    std::optional<UserId> user;
    std::uint64_t spaces = 0;
    Usage usage;
};

struct Inspection {
    std::uint64_t incarnation = 0;
    std::vector<OwnedBytes> charges;  // the largest first
};

// inspect reads the database at one moment. Errors: storage_io, those of opening. Cost: O(spaces).
Result<Inspection> inspect(const SqliteOptions& options);

}  // namespace obhut::storage
