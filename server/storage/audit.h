// Checks of a data directory that no server is using: the database, its sums, and the objects at
// rest. Threads: one call at a time per directory; it holds the directory's lock.
#pragma once

#include "server/storage/sqlite_store.h"

namespace obhut::storage {

struct AuditReport {
    std::uint64_t objects = 0;
    std::uint64_t bytes = 0;  // of objects
    std::uint64_t damaged =
        0;  // objects whose record is not there, not whole, or not what its id says
};

enum class AuditDepth : std::uint8_t {
    index,    // the database alone: its pages, and every sum counted again
    records,  // and the header of every record
    bytes,    // and the SHA-256 of every object
};

// audit looks and changes nothing. Errors: index_corrupt (pages or sums), data_in_use, storage_io,
// those of opening. Cost: reads the database once; with `bytes` all segments.
Result<AuditReport> audit(const SqliteOptions& options, FileSystem& files, AuditDepth depth);

}  // namespace obhut::storage
