// The tables of the SQLite adapter and how a connection is set up.
//
// Keys are integers where there are many rows: a space has a number, and a link's row id is its
// space's number and its sequence, so that the links of a space are neighbours. Source:
// docs/storage.md §3.
#pragma once

#include "server/storage/sqlite.h"

namespace obhut::storage {

inline constexpr std::int64_t kSchemaVersion = 1;

// Row ids of links, lists and roots: number of the space ‖ sequence (40 bits).
inline constexpr int kSequenceBits = 40;
constexpr std::int64_t link_key(std::int64_t space, std::uint64_t sequence) {
    return (space << kSequenceBits) | static_cast<std::int64_t>(sequence);
}
constexpr std::uint64_t sequence_of(std::int64_t key) {
    return static_cast<std::uint64_t>(key) & ((std::uint64_t{1} << kSequenceBits) - 1);
}

// The column `state` of a segment.
enum class SegmentState : std::uint8_t {
    open = 1,     // the write-ahead segment is appended to
    sealed = 2,   // complete
    writing = 3,  // an output of compaction that nothing refers to yet
};

// open_writer opens the database for the one connection that writes, and makes the tables the first
// time. Commits are durable when they return. Errors: index_corrupt (not ours, or damaged),
// data_too_new, those of sqlite_error.
Result<Database> open_writer(const std::string& path, const char* vfs);
// open_reader opens a connection that only reads.
Result<Database> open_reader(const std::string& path, const char* vfs);

}  // namespace obhut::storage
