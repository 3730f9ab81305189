#include "platform/desktop/local_socket.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "core/base/secret.h"
#include "platform/desktop/local_files.h"

namespace obhut::platform {

namespace {

constexpr int kBacklog = 16;

std::unexpected<Error> socket_error() { return fail(errors::socket_failed, errno); }

// Address of a socket file. A path is at most 107 bytes there, so a long one goes through a handle
// of its folder, which `folder` keeps open.
Result<sockaddr_un> address_of(const std::string& path, Descriptor& folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string used = path;
    if (used.size() >= sizeof address.sun_path) {
        const SplitPath parts = split_path(path);
        folder = Descriptor(::open(parts.folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!folder) return socket_error();
        used = "/proc/self/fd/" + std::to_string(folder.number()) + "/" + parts.name;
    }
    if (used.size() >= sizeof address.sun_path) return fail(errors::path_too_long);
    std::memcpy(address.sun_path, used.data(), used.size());
    return address;
}

Result<Descriptor> connect_to(const std::string& path) {
    Descriptor folder;
    const sockaddr_un address = TRY(address_of(path, folder));
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) return socket_error();
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
        0)
        return socket_error();
    return socket;
}

Result<> read_all(int socket, MutableByteView out) {
    while (!out.empty()) {
        const ssize_t got = ::recv(socket, out.data(), out.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return socket_error();
        if (got == 0) return fail(errors::socket_failed, ECONNRESET);
        out = out.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

}  // namespace

Result<LocalConnection> LocalConnection::adopt(Descriptor socket, Millis timeout) {
    const timeval limit{static_cast<time_t>(timeout / 1000),
                        static_cast<suseconds_t>(timeout % 1000 * 1000)};
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO})
        if (::setsockopt(socket.number(), SOL_SOCKET, option, &limit, sizeof limit) != 0)
            return socket_error();
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket.number(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return socket_error();
    if (peer.uid != ::geteuid()) return fail(errors::foreign_peer);
    return LocalConnection(std::move(socket));
}

Result<LocalConnection> LocalConnection::connect(const std::string& path, Millis timeout) {
    return adopt(TRY(connect_to(path)), timeout);
}

Result<> LocalConnection::send(ByteView message) {
    if (message.size() > kMaxLocalMessage) return fail(errors::message_too_long);
    Bytes framed;
    append_be32(framed, static_cast<std::uint32_t>(message.size()));
    append(framed, message);
    ByteView rest = framed;
    Result<> outcome;
    while (!rest.empty()) {
        const ssize_t sent = ::send(socket_.number(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) {
            outcome = socket_error();
            break;
        }
        rest = rest.subspan(static_cast<std::size_t>(sent));
    }
    wipe(framed);  // messages carry keys
    return outcome;
}

Result<Bytes> LocalConnection::receive() {
    std::array<std::uint8_t, 4> head{};
    TRY(read_all(socket_.number(), head));
    const std::uint32_t length = read_be32(head);
    if (length > kMaxLocalMessage) return fail(errors::message_too_long);
    Bytes message(length);
    TRY(read_all(socket_.number(), message));
    return message;
}

Result<LocalListener> LocalListener::listen(const std::string& path) {
    if (connect_to(path)) return fail(errors::socket_failed, EADDRINUSE);
    struct stat found{};
    if (::lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) (void)::unlink(path.c_str());
    Descriptor folder;
    const sockaddr_un address = TRY(address_of(path, folder));
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) return socket_error();
    const mode_t before = ::umask(0177);
    const int bound =
        ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::umask(before);
    if (bound != 0 || ::listen(socket.number(), kBacklog) != 0) return socket_error();
    return LocalListener(std::move(socket), path);
}

LocalListener::~LocalListener() {
    if (socket_) (void)::unlink(path_.c_str());
}

Result<std::optional<LocalConnection>> LocalListener::accept(Millis wait, Millis timeout) {
    pollfd waiting{socket_.number(), POLLIN, 0};
    const int limit = wait > 1'000'000 ? 1'000'000 : static_cast<int>(wait);
    if (::poll(&waiting, 1, limit) <= 0) return std::nullopt;
    Descriptor accepted(::accept4(socket_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!accepted) return std::nullopt;
    auto connection = LocalConnection::adopt(std::move(accepted), timeout);
    if (!connection) return std::nullopt;
    return std::optional<LocalConnection>(std::move(*connection));
}

}  // namespace obhut::platform
