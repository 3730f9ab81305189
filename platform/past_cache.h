// Reading and writing of bulk that will not be needed again soon: what is not in the page cache
// already does not stay there, so that one large file does not push everything else out.
//
// Like pread and pwrite in every other respect, and the same where the kernel (before 6.14) or the
// file system does not know how. Small transfers always use the cache. Threads: any.
#pragma once

#include <cstddef>

#include <sys/types.h>
#include <sys/uio.h>

namespace obhut::platform {

// From so many bytes in one call on it is worth it.
inline constexpr std::size_t kBulkTransfer = 256U << 10;

ssize_t read_past_cache(int descriptor, void* out, std::size_t size, off_t offset);
// The same into several places, at most IOV_MAX, `size` bytes in all.
ssize_t read_past_cache(int descriptor, const iovec* places, int count, std::size_t size,
                        off_t offset);
ssize_t write_past_cache(int descriptor, const void* bytes, std::size_t size, off_t offset);

}  // namespace obhut::platform
