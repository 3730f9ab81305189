#include "platform/file.h"

#include <cerrno>
#include <cstdio>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/errors.h"

namespace obhut::platform {

namespace {

std::unexpected<Error> last_failure() { return std::unexpected<Error>(file_error(errno)); }

// Descriptor closes what it holds.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return number_; }
    bool valid() const { return number_ >= 0; }

private:
    int number_;
};

std::string folder_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

Result<> write_all(int descriptor, ByteView content) {
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            return last_failure();
        }
        content = content.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

// Writes and syncs a new file; removes it again if that fails.
Result<> write_new(const std::string& path, ByteView content) {
    const Descriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file.valid()) return last_failure();
    Result<> written = write_all(file.get(), content);
    if (written && ::fsync(file.get()) != 0) written = last_failure();
    if (!written) ::unlink(path.c_str());
    return written;
}

Result<std::string> temporary_name(const std::string& path) {
    std::array<std::uint8_t, 8> random{};
    if (getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
        return last_failure();
    return path + "." + to_hex(random) + ".tmp";
}

}  // namespace

Error file_error(int number) {
    switch (number) {
    case ENOENT:
    case ENOTDIR: return Error(errors::file_missing, number);
    case EEXIST: return Error(errors::file_exists, number);
    case EACCES:
    case EPERM:
    case EROFS: return Error(errors::file_refused, number);
    case ENOSPC:
    case EDQUOT: return Error(errors::file_disk_full, number);
    default: return Error(errors::file_failed, number);
    }
}

Result<Bytes> read_file(const std::string& path, std::size_t max) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.valid()) return last_failure();
    struct stat info{};
    if (::fstat(file.get(), &info) != 0) return last_failure();
    if (!S_ISREG(info.st_mode)) return std::unexpected<Error>(file_error(EISDIR));
    if (static_cast<std::uint64_t>(info.st_size) > max) return fail(errors::file_too_large);
    Bytes content(static_cast<std::size_t>(info.st_size));
    std::size_t filled = 0;
    while (filled < content.size()) {
        const ssize_t got = ::read(file.get(), content.data() + filled, content.size() - filled);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return last_failure();
        if (got == 0) break;
        filled += static_cast<std::size_t>(got);
    }
    content.resize(filled);
    return content;
}

Result<> write_file(const std::string& path, ByteView content) {
    const std::string temporary = TRY(temporary_name(path));
    TRY(write_new(temporary, content));
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        const auto failure = last_failure();
        ::unlink(temporary.c_str());
        return failure;
    }
    return sync_directory(folder_of(path));
}

Result<> create_file(const std::string& path, ByteView content) {
    TRY(write_new(path, content));
    return sync_directory(folder_of(path));
}

Result<> make_private_directory(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) == 0) return sync_directory(folder_of(path));
    if (errno != EEXIST) return last_failure();
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return last_failure();
    if (!S_ISDIR(info.st_mode)) return std::unexpected<Error>(file_error(ENOTDIR));
    return {};
}

Result<> remove_file(const std::string& path) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return last_failure();
    return {};
}

Result<> sync_directory(const std::string& path) {
    const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.valid() || ::fsync(folder.get()) != 0) return last_failure();
    return {};
}

Result<FileLock> FileLock::acquire(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return last_failure();
    FileLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno == EWOULDBLOCK) return fail(errors::directory_locked);
    return last_failure();
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

FileLock::~FileLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace obhut::platform
