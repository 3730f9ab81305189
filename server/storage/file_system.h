// Port: the files of a store. Adapters: POSIX, simulated (tests: loses what was not synced,
// crashes, fills up).
//
// Contract of all methods
//   Threads     any; a File is used by one writer and any number of readers, which never read what
//   the writer has not
//               finished writing.
//   Outcome     errors: disk_full when there is no room (or quota), storage_io with errno
//   otherwise, not_stored where a
//               file does not exist. After a failed write the bytes of the range are undefined,
//               nothing else.
//   Retry       never by the adapter, except interrupted and short calls, which it continues.
//   Durability  nothing before sync() of the file and, for a name made, removed or renamed,
//   sync_directory(). After a
//               failed sync everything not synced before may be lost although it can still be read:
//               the caller stops.
//   Ordering    without a sync none: a crash may keep a later write and lose an earlier one.
// Paths are absolute or relative to the working directory, "/" between the parts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/bytes.h"

namespace obhut::storage {

class File {
public:
    virtual ~File() = default;
    // read fills `out` from `offset` on; fewer bytes only where the file ends. Returns how many.
    virtual Result<std::size_t> read(std::uint64_t offset, MutableByteView out) = 0;
    // read_scattered fills the places one behind the other with what lies from `offset` on; returns
    // how many bytes, fewer than they hold only where the file ends. As read() otherwise.
    virtual Result<std::size_t> read_scattered(std::uint64_t offset,
                                               std::span<const MutableByteView> places) {
        std::size_t done = 0;
        for (const MutableByteView place : places) {
            if (place.empty()) continue;
            const std::size_t got = TRY(read(offset + done, place));
            done += got;
            if (got < place.size()) break;
        }
        return done;
    }
    // write puts all bytes there; the file grows as needed, a gap reads as zeros.
    virtual Result<> write(std::uint64_t offset, ByteView bytes) = 0;
    virtual Result<> truncate(std::uint64_t size) = 0;
    // sync makes contents and size durable.
    virtual Result<> sync() = 0;
    virtual Result<std::uint64_t> size() = 0;
};

// FileLock is held as long as it lives and goes with the process.
class FileLock {
public:
    virtual ~FileLock() = default;
};

enum class OpenMode : std::uint8_t {
    read,    // must exist
    write,   // read and write, must exist
    create,  // read and write, must not exist
};

class FileSystem {
public:
    virtual ~FileSystem() = default;
    virtual Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) = 0;
    virtual Result<> remove(const std::string& path) = 0;
    // rename replaces what has the name `to`.
    virtual Result<> rename(const std::string& from, const std::string& to) = 0;
    virtual Result<bool> exists(const std::string& path) = 0;
    // make_directory does nothing if it is there; its parent must be.
    virtual Result<> make_directory(const std::string& path) = 0;
    virtual Result<> sync_directory(const std::string& path) = 0;
    // list gives the names in a directory, sorted, without "." and "..".
    virtual Result<std::vector<std::string>> list(const std::string& path) = 0;
    // lock makes the file if need be. Errors: data_in_use if somebody holds it, this process
    // included.
    virtual Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;
    // share makes the file if need be and holds it together with all who share it. It waits while
    // somebody has it by lock(); a simulated one answers data_in_use then.
    virtual Result<std::unique_ptr<FileLock>> share(const std::string& path) = 0;
};

}  // namespace obhut::storage
