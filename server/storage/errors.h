// Error codes of the server's storage: E-0750 to E-0789.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

// What the caller of the server did or asked.
inline constexpr Code not_stored{750, Kind::missing};       // no such record, space, tile, entry
inline constexpr Code sequence_moved{751, Kind::conflict};  // chain or log is at another number
inline constexpr Code version_moved{752, Kind::conflict};   // a record is at another version
inline constexpr Code already_stored{753, Kind::conflict};  // is made once, and there already
inline constexpr Code objects_missing{754, Kind::missing};
inline constexpr Code not_referenced{755, Kind::refused};  // a list takes away what is not counted
inline constexpr Code referenced_twice{756, Kind::refused};  // a list creates a node that is alive
inline constexpr Code quota_exceeded{757, Kind::refused};    // a limit of the batch would be passed
inline constexpr Code chain_ended{758, Kind::refused};       // the space is closed
inline constexpr Code over_store_limit{759, Kind::usage};    // over a limit of store.h

// The state of this server.
inline constexpr Code store_busy{765, Kind::retry};     // the queue of writes is full
inline constexpr Code disk_full{766, Kind::local};      // nothing was written: later again
inline constexpr Code store_stopped{767, Kind::local};  // a sync failed: no writes until a restart
inline constexpr Code storage_io{768, Kind::local};     // the file system refused; detail is errno
inline constexpr Code database_failed{769, Kind::local};  // SQLite refused; detail is its code
inline constexpr Code data_in_use{770, Kind::local};     // another process holds the data directory
inline constexpr Code data_too_new{771, Kind::upgrade};  // written by a later version
inline constexpr Code not_empty{772, Kind::local};       // the directory to restore into is in use
inline constexpr Code no_backup{773, Kind::local};       // no backup is where one should be

// Damage found on disk.
inline constexpr Code segment_corrupt{775, Kind::corrupt};  // header, record or footer is wrong
inline constexpr Code segment_lost{776, Kind::corrupt};     // in the index, but gone or too short
inline constexpr Code index_behind{777, Kind::corrupt};     // the index is older than the segments
inline constexpr Code index_corrupt{778, Kind::corrupt};    // the database fails its own checks

}  // namespace obhut::errors
