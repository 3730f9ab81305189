#include "platform/desktop/errno_error.h"

namespace obhut::platform {

Error errno_error(int number) {
    switch (number) {
    case ENOENT: return Error(errors::file_missing, number);
    case EACCES:
    case EPERM:
    case EROFS: return Error(errors::file_refused, number);
    case EEXIST:
    case EISDIR:
    case ENOTDIR:
    case ENOTEMPTY: return Error(errors::file_in_the_way, number);
    case ENOSPC:
    case EDQUOT: return Error(errors::file_disk_full, number);
    case EMFILE:
    case ENFILE: return Error(errors::too_many_open_files, number);
    case ENAMETOOLONG: return Error(errors::path_too_long, number);
    case EFBIG: return Error(errors::file_too_large, number);
    // O_NOFOLLOW: a link, or a chain of them, where a file or folder was expected.
    case ELOOP: return Error(errors::file_in_the_way, number);
    case ENXIO: return Error(errors::unusual_file, number);
    default: return Error(errors::file_failed, number);
    }
}

}  // namespace obhut::platform
