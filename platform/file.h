// Files, written so that they are there whole or not at all, and readable by their owner alone.
//
// Paths are used as given; symbolic links in the last component are followed only by the read
// functions. Errors of all functions: file_missing, file_refused, file_disk_full, file_failed, and
// those named. Threads: any.
#pragma once

#include <string>

#include "core/base/bytes.h"

namespace obhut::platform {

// read_file reads a whole regular file of at most `max` bytes. Errors: file_too_large.
Result<Bytes> read_file(const std::string& path, std::size_t max);

// write_file replaces a file: temporary file in the same folder (mode 0600), fsync, rename, fsync
// of the folder. After an error the old content is still there; after success the new one survives
// loss of power.
Result<> write_file(const std::string& path, ByteView content);

// create_file makes a new file (mode 0600) and syncs it and its folder. Errors: file_exists.
Result<> create_file(const std::string& path, ByteView content);

// make_private_directory makes a folder (mode 0700) unless it is there. Parents must exist.
Result<> make_private_directory(const std::string& path);

// remove_file removes a file; success if there is none.
Result<> remove_file(const std::string& path);

// sync_directory makes renames and removals in a folder durable.
Result<> sync_directory(const std::string& path);

// file_error is the error that goes with an errno.
Error file_error(int number);

// FileLock holds an exclusive lock on a file (created if need be) until it goes out of scope or the
// process ends.
class FileLock {
public:
    // acquire does not wait. Errors: directory_locked.
    static Result<FileLock> acquire(const std::string& path);
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    ~FileLock();

private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_ = -1;
};

}  // namespace obhut::platform
