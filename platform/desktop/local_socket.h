// Sockets between programs of one person on one machine: whole messages, and nobody else at the
// other end.
//
// A message is length(4, big-endian) ‖ bytes, at most kMaxLocalMessage. The socket file has mode
// 0600, and both sides ask the kernel for the other's user id (SO_PEERCRED) before the first byte.
// Blocking, with deadlines. One thread per object.
#pragma once

#include <optional>
#include <string>

#include "core/base/bytes.h"
#include "core/base/clock.h"
#include "platform/desktop/descriptor.h"
#include "platform/desktop/errors.h"

namespace obhut::platform {

inline constexpr std::size_t kMaxLocalMessage = 16 << 10;

class LocalConnection {
public:
    // connect waits at most `timeout` here and in each later call. Errors: socket_failed (nobody
    // listens there), foreign_peer.
    static Result<LocalConnection> connect(const std::string& path, Millis timeout);

    Result<> send(ByteView message);
    // Errors: message_too_long; socket_failed when the other side has closed or the time is up.
    Result<Bytes> receive();

private:
    friend class LocalListener;
    explicit LocalConnection(Descriptor socket) : socket_(std::move(socket)) {}
    // adopt checks who is at the other end.
    static Result<LocalConnection> adopt(Descriptor socket, Millis timeout);

    Descriptor socket_;
};

class LocalListener {
public:
    // listen makes the socket file; one that nobody listens at any more is replaced. Errors:
    // socket_failed (detail EADDRINUSE: somebody does listen).
    static Result<LocalListener> listen(const std::string& path);
    LocalListener(LocalListener&& other) noexcept = default;
    LocalListener& operator=(LocalListener&&) = delete;
    ~LocalListener();  // removes the file

    // accept waits at most `wait` for a connection (nothing then); foreign ones are closed and not
    // shown.
    Result<std::optional<LocalConnection>> accept(Millis wait, Millis timeout);

private:
    LocalListener(Descriptor socket, std::string path)
        : socket_(std::move(socket)), path_(std::move(path)) {}

    Descriptor socket_;
    std::string path_;
};

}  // namespace obhut::platform
