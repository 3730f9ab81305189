#include "platform/past_cache.h"

#include <cerrno>

#include <unistd.h>

namespace obhut::platform {

namespace {

constexpr int kDontCache = 0x80;  // RWF_DONTCACHE, newer than the C library's headers

bool is_unknown(ssize_t outcome) {
    return outcome < 0 && (errno == EOPNOTSUPP || errno == EINVAL || errno == ENOSYS);
}

}  // namespace

ssize_t read_past_cache(int descriptor, const iovec* places, int count, std::size_t size,
                        off_t offset) {
    if (size >= kBulkTransfer) {
        const ssize_t got = ::preadv2(descriptor, places, count, offset, kDontCache);
        if (!is_unknown(got)) return got;
    }
    return ::preadv(descriptor, places, count, offset);
}

ssize_t read_past_cache(int descriptor, void* out, std::size_t size, off_t offset) {
    const iovec place{out, size};
    return read_past_cache(descriptor, &place, 1, size, offset);
}

ssize_t write_past_cache(int descriptor, const void* bytes, std::size_t size, off_t offset) {
    if (size >= kBulkTransfer) {
        const iovec piece{const_cast<void*>(bytes), size};
        const ssize_t wrote = ::pwritev2(descriptor, &piece, 1, offset, kDontCache);
        if (!is_unknown(wrote)) return wrote;
    }
    return ::pwrite(descriptor, bytes, size, offset);
}

}  // namespace obhut::platform
