// For tests of the front: a socket that sends what it is told and reads what comes. Test programs
// only.
#pragma once

#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/check.h"

namespace obhut::front::testing {

class RawClient {
public:
    explicit RawClient(std::uint16_t port)
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        CHECK(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    }
    ~RawClient() { ::close(socket_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    // send_text sends all of it; false if the server has closed.
    bool send_text(std::string_view text) {
        while (!text.empty()) {
            const ssize_t sent = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    // read_until reads until `end` has come, the server closes, or nothing comes for
    // `milliseconds`; everything read since the last call.
    std::string read_until(std::string_view end, int milliseconds = 5000) {
        std::string text;
        char buffer[4096];
        while (text.find(end) == std::string::npos) {
            pollfd waiting{socket_, POLLIN, 0};
            if (::poll(&waiting, 1, milliseconds) <= 0) break;
            const ssize_t got = ::recv(socket_, buffer, sizeof buffer, 0);
            closed_ = got <= 0;
            if (closed_) break;
            text.append(buffer, static_cast<std::size_t>(got));
        }
        return text;
    }
    // read_to_end reads until the server closes.
    std::string read_to_end(int milliseconds = 5000) {
        return read_until("\n never \n", milliseconds);
    }
    // closed: whether the server has closed the connection, as far as was read.
    bool closed() const { return closed_; }

private:
    int socket_;
    bool closed_ = false;
};

}  // namespace obhut::front::testing
