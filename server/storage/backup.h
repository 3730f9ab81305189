// Backups of a data directory, made while a server is using it, and without any key.
//
//     TARGET/index.db      the database as it was at one moment
//     TARGET/segments/*    every segment that it names; sealed ones are copied once
//
// A backup is always the earlier one or the new one, whatever happens while it is made: new
// segments come first, then the database in one rename, then what it does not name any more goes.
// Compaction holds still meanwhile, so no segment goes that the database names. Threads: any; two
// backups to one target exclude each other. Source:
// docs/server.md, "Backup and restore".
#pragma once

#include <functional>

#include "server/storage/sqlite_store.h"

namespace obhut::storage {

struct BackupReport {
    std::uint64_t segments = 0;  // in the backup
    std::uint64_t copied = 0;    // of them now
    std::uint64_t bytes = 0;     // copied, the database included
    std::uint64_t removed = 0;   // that the backup does not need any more
};

// BackupProgress is told when the copy of the database is made and after each segment, by the
// thread that backs up.
struct BackupProgress {
    std::uint64_t segments = 0;  // done, those that were there too
    std::uint64_t all = 0;       // of; 0: the database is being copied
    std::uint64_t bytes = 0;     // copied
};
using BackupWatch = std::function<void(const BackupProgress&)>;

// back_up makes or renews the backup in a directory whose parent exists. Errors: data_in_use
// (another backup to the same place), segment_lost, disk_full, storage_io, those of SQLite.
// Cost: the database and the segments that are new.
Result<BackupReport> back_up(const SqliteOptions& options, FileSystem& files,
                             const std::string& target, const BackupWatch& watch = {});

struct RestoreReport {
    std::uint64_t segments = 0;
    std::uint64_t bytes = 0;
    std::uint64_t incarnation = 0;  // the new one
};

// restore fills an empty data directory from a backup and gives it a new incarnation: greater than
// the one of the backup and, by the clock, than that of any earlier restore. A directory is usable
// when restore has succeeded; interrupted, it is called again. Errors: not_empty, no_backup,
// segment_lost (of the backup), disk_full, storage_io, those of SQLite.
Result<RestoreReport> restore(const std::string& backup, const SqliteOptions& options,
                              FileSystem& files, Millis now);

// renew_incarnation is for a data directory that was put back by other means: a snapshot of its
// disk or machine. It gives it a new incarnation, as restore does. Errors: data_in_use, no_backup
// (there is no data), those of SQLite.
Result<std::uint64_t> renew_incarnation(const SqliteOptions& options, FileSystem& files,
                                        Millis now);

}  // namespace obhut::storage
