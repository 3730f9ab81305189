// Checks of a data directory: the database, its sums, and the objects at rest; also of one that a
// server is using, as it is at one moment. Compaction holds still meanwhile. Memory is bounded:
// every table is gone through in its own order, and objects are looked at a million at a time, each
// time in the order in which they lie in the segments. Threads: any.
#pragma once

#include <functional>

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

// AuditProgress is told now and then, by the thread that audits.
struct AuditProgress {
    enum class Phase : std::uint8_t { pages, sums, objects };
    Phase phase = Phase::pages;
    std::uint64_t objects = 0;  // done in this phase
    std::uint64_t all = 0;      // of; 0: not known yet
};
using AuditWatch = std::function<void(const AuditProgress&)>;

// audit looks and changes nothing. Errors: index_corrupt (pages or sums), storage_io, those of
// opening. Cost: reads the database three times; with `bytes` all segments. A server's database
// keeps what is written meanwhile beside it until the audit ends.
Result<AuditReport> audit(const SqliteOptions& options, FileSystem& files, AuditDepth depth,
                          const AuditWatch& watch = {});

}  // namespace obhut::storage
