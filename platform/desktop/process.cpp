#include "platform/desktop/process.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <ctime>

#include <fcntl.h>
#include <malloc.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "platform/desktop/descriptor.h"
#include "platform/desktop/errno_error.h"

namespace obhut::platform {

namespace {

constexpr std::size_t kMaxSecretFile = 4096;
constexpr std::size_t kMaxOutput = 1U << 20;

// Reads up to out.size() bytes; the number.
Result<std::size_t> read_up_to(int descriptor, MutableByteView out) {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = ::read(descriptor, out.data() + done, out.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_errno();
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

}  // namespace

std::optional<std::string> environment(const char* name) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') return std::nullopt;
    return std::string(value);
}

std::string home_folder() {
    if (auto home = environment("HOME")) return *home;
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> buffer{};
    if (getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 &&
        found != nullptr)
        return found->pw_dir;
    return "/";
}

std::string absolute_path(const std::string& path) {
    std::array<char, PATH_MAX> resolved{};
    if (::realpath(path.c_str(), resolved.data()) != nullptr) return resolved.data();
    if (path.starts_with('/')) return path;
    if (::getcwd(resolved.data(), resolved.size()) == nullptr) return path;
    return std::string(resolved.data()) + "/" + path;
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<> make_private_folders(const std::string& path) {
    for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
        const std::string part = path.substr(0, end);
        if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return fail_errno();
        if (end == path.npos) break;
    }
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0) return fail_errno();
    if (!S_ISDIR(found.st_mode)) return fail(errors::file_in_the_way);
    return {};
}

Result<SecretFile> read_secret_file(const std::string& path) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file) return fail_errno();
    struct stat found{};
    if (::fstat(file.number(), &found) != 0) return fail_errno();
    if (S_ISDIR(found.st_mode)) return fail(errors::file_in_the_way);
    Secret<kMaxSecretFile + 1> content;
    std::size_t length = TRY(read_up_to(file.number(), content.expose_mutable()));
    if (length > kMaxSecretFile) return fail(errors::file_too_large);
    if (length > 0 && content.expose()[length - 1] == '\n') --length;
    if (length > 0 && content.expose()[length - 1] == '\r') --length;
    const bool open = S_ISREG(found.st_mode) && (found.st_mode & (S_IRGRP | S_IROTH)) != 0;
    return SecretFile{SecretBytes(content.expose().first(length)), open};
}

Result<Bytes> read_standard_input(std::size_t max) {
    Bytes content(max + 1);
    content.resize(TRY(read_up_to(STDIN_FILENO, content)));
    if (content.size() > max) return fail(errors::file_too_large);
    return content;
}

void pause(Millis time) {
    const timespec span{static_cast<time_t>(time / 1000),
                        static_cast<long>(time % 1000 * 1'000'000)};
    ::nanosleep(&span, nullptr);
}

void keep_freed_memory() {
    ::mallopt(M_MMAP_THRESHOLD, 16 << 20);
    ::mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

void protect_memory() {
    (void)::prctl(PR_SET_DUMPABLE, 0);
    const rlimit none{0, 0};
    (void)::setrlimit(RLIMIT_CORE, &none);
}

Result<> run_in_background(const std::function<int()>& run) {
    const pid_t child = ::fork();
    if (child < 0) return fail_errno();
    if (child > 0) {
        int status = 0;
        while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
        }
        return {};
    }
    // The child leaves the session and its own child carries on, which init inherits.
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    (void)::chdir("/");
    const Descriptor null(::open("/dev/null", O_RDWR));
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::dup2(null.number(), stream);
    ::_exit(run());
}

Result<Ran> run_beside(const std::string& program, const std::vector<std::string>& arguments) {
    std::array<char, PATH_MAX> own{};
    const ssize_t length = ::readlink("/proc/self/exe", own.data(), own.size());
    std::string path(own.data(), length < 0 ? 0 : static_cast<std::size_t>(length));
    path = path.substr(0, path.rfind('/') + 1) + program;
    if (::access(path.c_str(), X_OK) != 0) path = program;

    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);

    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return fail_errno();
    Descriptor from(ends[0]);
    Descriptor to(ends[1]);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, to.number(), STDOUT_FILENO);
    pid_t child = 0;
    const int failed =
        ::posix_spawnp(&child, path.c_str(), &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return std::unexpected(errno_error(failed));
    to.reset();

    Bytes out(kMaxOutput);
    const auto size = read_up_to(from.number(), out);
    from.reset();  // who says more than that is ended by it
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return fail_errno();
    const std::size_t taken = TRY(size);
    return Ran{WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
               std::string(as_text(ByteView(out).first(taken)))};
}

}  // namespace obhut::platform
