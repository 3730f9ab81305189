// The HTTP/1.1 front of obhutd: connections on Boost.Asio, requests to the Service on worker
// threads.
//
// What a stranger can use up has a limit: connections (in all and by address), header and body
// bytes, time for a header, a body and an answer, memory for large bodies. Bodies over kUncounted
// are read only after the Service has admitted their head. Decision:
// docs/decisions/0040-http-front-on-beast.md. Threads: as each method says.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "server/front/body_budget.h"
#include "server/front/metrics.h"
#include "server/services/service.h"

namespace obhut::front {

inline constexpr std::size_t kMaxHeaderBytes = 16U << 10;
inline constexpr std::size_t kUncounted = 256U
                                          << 10;  // bodies up to here need no place in the budget

struct FrontSettings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;  // 0 = any free one
    std::string certificate;    // PEM files; empty = plain HTTP
    std::string private_key;
    std::vector<std::string> proxies;  // addresses whose x-forwarded-for is believed
    bool metrics_everywhere = false;   // else /metrics is for loopback
    unsigned io_threads = 2;
    unsigned worker_threads = 32;
    std::size_t max_connections = 16384;
    std::size_t max_connections_per_address = 256;  // loopback is not counted
    std::size_t body_memory = 48U << 20;
    std::size_t strangers_memory = 8U << 20;  // of it beside: answers to open requests
    std::chrono::seconds idle_timeout{75};    // between requests
    std::chrono::seconds header_timeout{10};  // for a header, from its first byte
    std::chrono::seconds body_timeout{30};    // without progress in a body or an answer
    std::chrono::seconds keep_alive{25};      // between comments on an idle stream
    std::chrono::seconds stop_timeout{20};    // for requests under way when stopping
};

class Connection;

// Hall is what all connections share.
class Hall {
public:
    Hall(services::Service& service, FrontSettings settings);

    services::Service& service;
    const FrontSettings settings;
    Workers workers;
    BodyBudget budget;            // of those who signed
    BodyBudget strangers_budget;  // of open requests
    Metrics metrics;
    std::function<std::vector<Metrics::Gauge>()> gauges;  // of the store, for /metrics
    std::function<Result<>()> health;
    std::atomic<bool> stopping = false;

    // enter registers a connection; false if there are too many.
    bool enter(Connection& connection, const std::string& address, bool loopback);
    void leave(Connection& connection, const std::string& address);
    std::size_t connections() const;
    // stop_all asks every connection to end after what it is doing.
    void stop_all();

private:
    mutable std::mutex mutex_;
    std::set<Connection*> all_;
    std::map<std::string, std::size_t> by_address_;
};

class Front {
public:
    // listen opens the port. Errors: address_in_use, address_refused, certificate_invalid.
    static Result<std::unique_ptr<Front>> listen(services::Service& service,
                                                 FrontSettings settings);
    ~Front();

    std::uint16_t port() const;
    Hall& hall() { return hall_; }

    // run serves until stop() and returns when all connections are closed.
    void run();
    // stop ends run(): no new connections, requests under way are finished. Any thread.
    void stop();
    // reload_certificate reads the files again, for connections from now on. Any thread. Errors:
    // certificate_invalid.
    Result<> reload_certificate();

private:
    Front(services::Service& service, FrontSettings settings);
    Result<> open();
    asio::awaitable<void> accept();
    asio::awaitable<void> end_connections();
    std::shared_ptr<asio::ssl::context> tls() const;

    Hall hall_;
    asio::io_context io_;
    tcp::acceptor acceptor_{io_};
    mutable std::mutex tls_mutex_;
    std::shared_ptr<asio::ssl::context> tls_;
};

}  // namespace obhut::front
