#include "server/storage/posix_files.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/past_cache.h"
#include "server/storage/errors.h"

namespace obhut::storage {
namespace {

std::unexpected<Error> failed() {
    const int reason = errno;
    if (reason == ENOSPC || reason == EDQUOT) return fail(errors::disk_full, reason);
    if (reason == ENOENT) return fail(errors::not_stored, reason);
    return fail(errors::storage_io, reason);
}

// Descriptor closes itself. Errors of close are of no interest: what matters was synced before.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    int number() const { return number_; }

private:
    int number_;
};

Result<Descriptor> open_descriptor(const std::string& path, int flags) {
    for (;;) {
        const int number = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
        if (number >= 0) return Descriptor(number);
        if (errno != EINTR) return failed();
    }
}

class PosixFile final : public File {
public:
    explicit PosixFile(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

    Result<std::size_t> read(std::uint64_t offset, MutableByteView out) override {
        std::size_t done = 0;
        while (done < out.size()) {
            const ssize_t count =
                platform::read_past_cache(descriptor_.number(), out.data() + done,
                                          out.size() - done, static_cast<off_t>(offset + done));
            if (count == 0) break;
            if (count > 0)
                done += static_cast<std::size_t>(count);
            else if (errno != EINTR)
                return failed();
        }
        return done;
    }

    Result<std::size_t> read_scattered(std::uint64_t offset,
                                       std::span<const MutableByteView> places) override {
        std::vector<iovec> rest;
        std::size_t left = 0;
        for (const MutableByteView place : places) {
            if (!place.empty()) rest.push_back({place.data(), place.size()});
            left += place.size();
        }
        const std::size_t all = left;
        for (std::size_t next = 0; next < rest.size();) {
            const int count = static_cast<int>(std::min<std::size_t>(rest.size() - next, IOV_MAX));
            const ssize_t got =
                platform::read_past_cache(descriptor_.number(), &rest[next], count, left,
                                          static_cast<off_t>(offset + (all - left)));
            if (got == 0) break;
            if (got < 0 && errno != EINTR) return failed();
            auto taken = got < 0 ? std::size_t{0} : static_cast<std::size_t>(got);
            left -= taken;
            for (; next < rest.size() && taken >= rest[next].iov_len; ++next)
                taken -= rest[next].iov_len;
            if (taken == 0) continue;
            rest[next].iov_base = static_cast<std::uint8_t*>(rest[next].iov_base) + taken;
            rest[next].iov_len -= taken;
        }
        return all - left;
    }

    Result<> write(std::uint64_t offset, ByteView bytes) override {
        std::size_t done = 0;
        while (done < bytes.size()) {
            const ssize_t count =
                platform::write_past_cache(descriptor_.number(), bytes.data() + done,
                                           bytes.size() - done, static_cast<off_t>(offset + done));
            if (count >= 0)
                done += static_cast<std::size_t>(count);
            else if (errno != EINTR)
                return failed();
        }
        return {};
    }

    Result<> truncate(std::uint64_t size) override {
        if (::ftruncate(descriptor_.number(), static_cast<off_t>(size)) != 0) return failed();
        return {};
    }

    Result<> sync() override {
        // never again after an error: the kernel may have dropped the pages and would report
        // success
        if (::fdatasync(descriptor_.number()) != 0) return fail(errors::storage_io, errno);
        return {};
    }

    Result<std::uint64_t> size() override {
        struct stat status{};
        if (::fstat(descriptor_.number(), &status) != 0) return failed();
        return static_cast<std::uint64_t>(status.st_size);
    }

private:
    Descriptor descriptor_;
};

class PosixLock final : public FileLock {
public:
    explicit PosixLock(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

private:
    Descriptor descriptor_;  // the lock goes with it
};

}  // namespace

Result<std::unique_ptr<File>> PosixFiles::open(const std::string& path, OpenMode mode) {
    int flags = O_RDONLY;
    if (mode == OpenMode::write) flags = O_RDWR;
    if (mode == OpenMode::create) flags = O_RDWR | O_CREAT | O_EXCL;
    return std::make_unique<PosixFile>(TRY(open_descriptor(path, flags)));
}

Result<> PosixFiles::remove(const std::string& path) {
    if (::unlink(path.c_str()) != 0) return failed();
    return {};
}

Result<> PosixFiles::rename(const std::string& from, const std::string& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0) return failed();
    return {};
}

Result<bool> PosixFiles::exists(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0) return true;
    if (errno == ENOENT) return false;
    return failed();
}

Result<> PosixFiles::make_directory(const std::string& path) {
    if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return failed();
    return {};
}

Result<> PosixFiles::sync_directory(const std::string& path) {
    const Descriptor directory = TRY(open_descriptor(path, O_RDONLY | O_DIRECTORY));
    if (::fsync(directory.number()) != 0) return fail(errors::storage_io, errno);
    return {};
}

Result<std::vector<std::string>> PosixFiles::list(const std::string& path) {
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    if (!directory) return failed();
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(directory.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    if (errno != 0) return failed();
    std::ranges::sort(names);
    return names;
}

Result<std::unique_ptr<FileLock>> PosixFiles::lock(const std::string& path) {
    Descriptor descriptor = TRY(open_descriptor(path, O_RDWR | O_CREAT));
    if (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return fail(errors::data_in_use);
        return failed();
    }
    return std::make_unique<PosixLock>(std::move(descriptor));
}

Result<std::unique_ptr<FileLock>> PosixFiles::share(const std::string& path) {
    // Who may only read the directory of another user's server shares what that server has made.
    const int flags = TRY(exists(path)) ? O_RDONLY : O_RDWR | O_CREAT;
    Descriptor descriptor = TRY(open_descriptor(path, flags));
    while (::flock(descriptor.number(), LOCK_SH) != 0)
        if (errno != EINTR) return failed();
    return std::make_unique<PosixLock>(std::move(descriptor));
}

}  // namespace obhut::storage
