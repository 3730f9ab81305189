// One connection: requests one after the other, or a stream of events at the end.
#pragma once

#include <memory>

#include "server/front/front.h"

namespace obhut::front {

class Connection {
public:
    virtual ~Connection() = default;
    // begin_stop ends an idle connection or stream now, a busy one after its answer. Any thread.
    virtual void begin_stop() = 0;
};

// serve_plain / serve_tls run a connection to its end. They hold nothing when they return.
asio::awaitable<void> serve_plain(Hall& hall, tcp::socket socket);
asio::awaitable<void> serve_tls(Hall& hall, tcp::socket socket,
                                std::shared_ptr<asio::ssl::context> tls);

}  // namespace obhut::front
