// What happens to the segments when a store is opened: the index and the files are brought into
// line.
//
//     row, state    file                           then
//     writing       any                            file and row removed: nothing refers to it yet
//     sealed        whole                          kept
//     open          longer than the row says       whole records stay (nobody refers to them), a
//     torn tail is cut off;
//                                                  gets its footer and is sealed
//     open          nothing acknowledged in it     file and row removed
//     sealed, open  missing or too short           segment_lost: the store does not open
//     none          there                          index_behind: the database is an older copy
//     (rebuild.h)
//
// Threads: before the store has any.
#pragma once

#include "server/storage/schema.h"
#include "server/storage/segments.h"

namespace obhut::storage {

// recover returns the first free number of a segment. Errors: as above, segment_corrupt,
// storage_io, those of SQLite.
Result<std::uint64_t> recover(Database& database, Segments& segments);

}  // namespace obhut::storage
