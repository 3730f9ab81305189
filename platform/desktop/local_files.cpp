#include "platform/desktop/local_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "core/base/verify.h"
#include "platform/desktop/errno_error.h"
#include "platform/past_cache.h"

namespace obhut::platform {

namespace {

constexpr std::size_t kMaxAttributeNames = 64 << 10;
constexpr std::size_t kMaxAttributeValue = 64 << 10;
constexpr std::uint32_t kPermissions = 01777;  // without set-user-id and set-group-id

// Nanoseconds in 64 bits reach from 1677 to 2262; what is beyond becomes the nearest of these.
FileTime nanoseconds(const timespec& time) {
    constexpr FileTime kSecond = 1'000'000'000;
    constexpr FileTime kLast = std::numeric_limits<FileTime>::max() / kSecond - 1;
    const FileTime seconds = std::clamp<FileTime>(time.tv_sec, -kLast, kLast);
    return seconds * kSecond + (seconds == time.tv_sec ? time.tv_nsec : 0);
}

timespec to_timespec(FileTime time) {
    FileTime seconds = time / 1'000'000'000;
    FileTime rest = time % 1'000'000'000;
    if (rest < 0) {
        rest += 1'000'000'000;
        --seconds;
    }
    return {static_cast<time_t>(seconds), static_cast<long>(rest)};
}

FileType type_of(mode_t mode) {
    if (S_ISREG(mode)) return FileType::file;
    if (S_ISDIR(mode)) return FileType::folder;
    if (S_ISLNK(mode)) return FileType::link;
    return FileType::other;
}

FileStatus status_from(const struct stat& from) {
    FileStatus status;
    status.type = type_of(from.st_mode);
    status.mode = from.st_mode & 07777;
    status.size = static_cast<std::uint64_t>(from.st_size);
    status.blocks = static_cast<std::uint64_t>(from.st_blocks) * 512;
    status.modified = nanoseconds(from.st_mtim);
    status.changed = nanoseconds(from.st_ctim);
    status.device = from.st_dev;
    status.inode = from.st_ino;
    return status;
}

Result<FileStatus> status_of(int descriptor) {
    struct stat found{};
    if (fstat(descriptor, &found) != 0) return fail_errno();
    return status_from(found);
}

Result<> check_name(std::string_view name) {
    const bool safe = !name.empty() && name != "." && name != ".." && name.find('/') == name.npos &&
                      name.find('\0') == name.npos;
    VERIFY("SR-07/local-name", safe, errors::unsafe_name);
    return {};
}

Result<Bytes> attribute_value(int descriptor, const char* name) {
    Bytes value(256);
    for (;;) {
        const ssize_t got = fgetxattr(descriptor, name, value.data(), value.size());
        if (got >= 0) {
            value.resize(static_cast<std::size_t>(got));
            return value;
        }
        if (errno != ERANGE || value.size() >= kMaxAttributeValue) return fail_errno();
        value.resize(kMaxAttributeValue);
    }
}

// Attributes of an open file; none where the file system has none.
Result<std::vector<Attribute>> attributes_of(int descriptor) {
    std::vector<Attribute> attributes;
    std::array<char, 1024> small{};
    std::string names(small.data(), 0);
    ssize_t length = flistxattr(descriptor, small.data(), small.size());
    if (length > 0) {
        names.assign(small.data(), static_cast<std::size_t>(length));
    } else if (length < 0 && errno == ERANGE) {
        names.resize(kMaxAttributeNames);
        length = flistxattr(descriptor, names.data(), names.size());
        if (length > 0) names.resize(static_cast<std::size_t>(length));
    }
    if (length < 0 && errno == ENOTSUP) return attributes;
    if (length < 0) return fail_errno();
    for (std::size_t at = 0; at < names.size();) {
        const std::string name(names.c_str() + at);
        at += name.size() + 1;
        if (!name.starts_with("user.")) continue;
        auto value = attribute_value(descriptor, name.c_str());
        if (value) attributes.push_back({name, std::move(*value)});
    }
    std::sort(attributes.begin(), attributes.end(),
              [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
    return attributes;
}

// Sets attributes; false when one was refused.
bool apply_attributes(int descriptor, const std::vector<Attribute>& attributes) {
    bool all = true;
    for (const Attribute& attribute : attributes) {
        const bool users =
            attribute.name.starts_with("user.") && attribute.name.find('\0') == std::string::npos;
        all = users &&
              fsetxattr(descriptor, attribute.name.c_str(), attribute.value.data(),
                        attribute.value.size(), 0) == 0 &&
              all;
    }
    return all;
}

Result<> apply_times(int descriptor, FileTime modified) {
    const std::array<timespec, 2> times{timespec{0, UTIME_NOW}, to_timespec(modified)};
    if (futimens(descriptor, times.data()) != 0) return fail_errno();
    return {};
}

// A name for a file that is not finished: hidden, and of this process.
std::string temporary_name() {
    static thread_local unsigned counter = 0;
    return ".obhut-" + std::to_string(::getpid()) + "-" + std::to_string(++counter) + ".part";
}

FileType type_of_entry(const dirent& entry) {
    switch (entry.d_type) {
    case DT_REG: return FileType::file;
    case DT_DIR: return FileType::folder;
    case DT_LNK: return FileType::link;
    default: return FileType::other;
    }
}

}  // namespace

bool FileStatus::same_state(const FileStatus& other) const {
    return type == other.type && size == other.size && modified == other.modified &&
           changed == other.changed && device == other.device && inode == other.inode;
}

Result<FileStatus> InputFile::status() const { return status_of(descriptor_.number()); }

Result<std::size_t> InputFile::read(std::uint64_t offset, MutableByteView out) const {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = read_past_cache(descriptor_.number(), out.data() + done,
                                            out.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_errno();
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

Result<std::uint64_t> InputFile::next_data(std::uint64_t offset) const {
    const off_t found = ::lseek(descriptor_.number(), static_cast<off_t>(offset), SEEK_DATA);
    if (found >= 0) return static_cast<std::uint64_t>(found);
    if (errno == ENXIO) return TRY(status()).size;
    if (errno == EINVAL || errno == ENOTSUP) return offset;
    return fail_errno();
}

Result<std::vector<Attribute>> InputFile::attributes() const {
    return attributes_of(descriptor_.number());
}

void InputFile::read_soon() const {
    (void)::posix_fadvise(descriptor_.number(), 0, 0, POSIX_FADV_WILLNEED);
}

Result<Folder> Folder::open(const std::string& path) {
    Descriptor opened(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened) return fail_errno();
    return Folder(std::move(opened));
}

Result<FileStatus> Folder::status() const { return status_of(descriptor_.number()); }

Result<FileStatus> Folder::status(const std::string& name) const {
    TRY(check_name(name));
    struct stat found{};
    if (fstatat(descriptor_.number(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0)
        return fail_errno();
    return status_from(found);
}

Result<std::vector<DirectoryEntry>> Folder::list() const {
    // fdopendir takes the descriptor over and its position with it, so it gets one of its own.
    Descriptor copy(::openat(descriptor_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!copy) return fail_errno();
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(copy.number()), closedir);
    if (!stream) return fail_errno();
    copy.release();
    std::vector<DirectoryEntry> entries;
    for (errno = 0; const dirent* entry = readdir(stream.get()); errno = 0) {
        const std::string_view name = entry->d_name;
        if (name == "." || name == "..") continue;
        entries.push_back({std::string(name), type_of_entry(*entry)});
        if (entry->d_type != DT_UNKNOWN) continue;
        if (const auto found = status(entries.back().name)) entries.back().type = found->type;
    }
    if (errno != 0) return fail_errno();
    std::sort(entries.begin(), entries.end(),
              [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
    return entries;
}

Result<Folder> Folder::open_folder(const std::string& name) const {
    TRY(check_name(name));
    Descriptor opened(::openat(descriptor_.number(), name.c_str(),
                               O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!opened) return fail_errno();
    return Folder(std::move(opened));
}

Result<InputFile> Folder::open_file(const std::string& name) const {
    TRY(check_name(name));
    // O_NONBLOCK: a named pipe in the folder must not hold us up; it does nothing for a regular
    // file.
    Descriptor opened(::openat(descriptor_.number(), name.c_str(),
                               O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!opened) return fail_errno();
    if (TRY(status_of(opened.number())).type != FileType::file) return fail(errors::unusual_file);
    return InputFile(std::move(opened));
}

Result<std::string> Folder::read_link(const std::string& name) const {
    TRY(check_name(name));
    std::string target(4096, '\0');
    const ssize_t length =
        ::readlinkat(descriptor_.number(), name.c_str(), target.data(), target.size());
    if (length < 0) return fail_errno();
    target.resize(static_cast<std::size_t>(length));
    return target;
}

Result<std::vector<Attribute>> Folder::attributes() const {
    return attributes_of(descriptor_.number());
}

Result<Folder> Folder::make_folder(const std::string& name) const {
    TRY(check_name(name));
    if (::mkdirat(descriptor_.number(), name.c_str(), 0700) != 0 && errno != EEXIST)
        return fail_errno();
    return open_folder(name);
}

Result<> Folder::make_link(const std::string& name, const std::string& target,
                           FileTime modified) const {
    TRY(check_name(name));
    const std::string temporary = temporary_name();
    if (::symlinkat(target.c_str(), descriptor_.number(), temporary.c_str()) != 0)
        return fail_errno();
    const std::array<timespec, 2> times{timespec{0, UTIME_NOW}, to_timespec(modified)};
    (void)::utimensat(descriptor_.number(), temporary.c_str(), times.data(), AT_SYMLINK_NOFOLLOW);
    if (::renameat(descriptor_.number(), temporary.c_str(), descriptor_.number(), name.c_str()) ==
        0)
        return {};
    const Error error = errno_error(errno);
    (void)::unlinkat(descriptor_.number(), temporary.c_str(), 0);
    return std::unexpected(error);
}

Result<OutputFile> Folder::create_file(const std::string& name) const {
    TRY(check_name(name));
    std::string temporary = temporary_name();
    Descriptor opened(::openat(descriptor_.number(), temporary.c_str(),
                               O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!opened) return fail_errno();
    return OutputFile(descriptor_.number(), std::move(temporary), name, std::move(opened));
}

Result<> Folder::set_times(FileTime modified) const {
    return apply_times(descriptor_.number(), modified);
}

Result<> Folder::set_mode(std::uint32_t mode) const {
    if (::fchmod(descriptor_.number(), mode & kPermissions) != 0) return fail_errno();
    return {};
}

Result<> Folder::set_attributes(const std::vector<Attribute>& attributes) const {
    apply_attributes(descriptor_.number(), attributes);
    return {};
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : folder_(other.folder_),
      temporary_(std::exchange(other.temporary_, {})),
      name_(std::move(other.name_)),
      descriptor_(std::move(other.descriptor_)) {}

OutputFile::~OutputFile() {
    if (!temporary_.empty()) (void)::unlinkat(folder_, temporary_.c_str(), 0);
}

Result<> OutputFile::write(std::uint64_t offset, ByteView bytes) {
    while (!bytes.empty()) {
        const ssize_t wrote = write_past_cache(descriptor_.number(), bytes.data(), bytes.size(),
                                               static_cast<off_t>(offset));
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote < 0) return fail_errno();
        bytes = bytes.subspan(static_cast<std::size_t>(wrote));
        offset += static_cast<std::uint64_t>(wrote);
    }
    return {};
}

Result<bool> OutputFile::finish(std::uint64_t size, std::uint32_t mode, FileTime modified,
                                const std::vector<Attribute>& attributes) {
    if (::ftruncate(descriptor_.number(), static_cast<off_t>(size)) != 0) return fail_errno();
    const bool all = apply_attributes(descriptor_.number(), attributes);
    if (::fchmod(descriptor_.number(), mode & kPermissions) != 0) return fail_errno();
    TRY(apply_times(descriptor_.number(), modified));
    if (::renameat(folder_, temporary_.c_str(), folder_, name_.c_str()) != 0) return fail_errno();
    temporary_.clear();
    return all;
}

SplitPath split_path(const std::string& path) {
    std::string rest = path;
    while (rest.size() > 1 && rest.ends_with('/')) rest.pop_back();
    const std::size_t slash = rest.rfind('/');
    const std::string name = slash == rest.npos ? rest : rest.substr(slash + 1);
    if (name.empty() || name == "." || name == "..") return {rest.empty() ? "." : rest, "."};
    if (slash == rest.npos) return {".", name};
    return {slash == 0 ? "/" : rest.substr(0, slash), name};
}

}  // namespace obhut::platform
