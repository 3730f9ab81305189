// Makes the index of objects again from the segments, for a data directory that no server is using.
//
// When the database is damaged or an older copy than the segments (index_behind), what the segments
// hold is entered again: an object that the database does not know comes back pinned for
// kTrashTime, in the space its record names, charged to nobody. If the database does not know the
// space either, the space waits without a chain until one is created under its id: members offer
// chain, boxes and directory again (docs/protocol/space.md §3), and the
// lists of their commits count the objects as before. Chains, the log and its materials cannot be
// made from segments. Threads: one call at a time per directory; it holds the directory's lock.
#pragma once

#include "server/storage/sqlite_store.h"

namespace obhut::storage {

struct RebuildReport {
    std::uint64_t segments = 0;
    std::uint64_t known = 0;     // objects that the database had at the right place
    std::uint64_t moved = 0;     // that it had elsewhere, where nothing is
    std::uint64_t restored = 0;  // that it did not have
    std::uint64_t lost = 0;      // that it has and no segment: removed, members must give them back
    std::uint64_t damaged = 0;   // records whose bytes are not what their id says: left out
};

// rebuild_index reads all segments and corrects the database, which is made if it is missing: to
// begin from nothing, move index.db, index.db-wal and index.db-shm away. All changes are one
// transaction. Errors: data_in_use, index_corrupt (the file is no database: move it away),
// disk_full, storage_io. Cost: reads and hashes every byte stored.
Result<RebuildReport> rebuild_index(const SqliteOptions& options, FileSystem& files, Millis now);

}  // namespace obhut::storage
