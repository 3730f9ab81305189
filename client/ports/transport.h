// Port: carries requests to the server. Adapters: libcurl (platform/), the server's services called
// directly (tests, simulation), a failing one (tests), XMLHttpRequest and fetch (web).
//
// Contract of every adapter:
// * send() blocks until the answer is complete. A Response of any status is success; an Error is
// one of
//     unreachable      nothing reached the server: safe to send again;
//     outcome_unknown  the connection, the deadline or the server failed after bytes went out: the
//     request may have been
//                      carried out. The caller looks (log, chain, stored ids) before it does
//                      anything again;
//     foreign_answer   the answer is not HTTP: as outcome_unknown;
//     cancelled        as outcome_unknown;
//     not_trusted      TLS failed: do not go on;
//     http_too_large   the answer is over the limits.
//   An adapter never repeats a request by itself once a byte of it went out, and follows no
//   redirect.
// * submit()/collect() are send() in two halves, so that bulk transfers overlap with the caller's
// work: at most
//   kMaxInFlight are under way, a further submit() blocks. Requests submitted together reach the
//   server in any order. Each ticket is collected exactly once; destroying the transport cancels
//   what is left.
// * Memory: an adapter holds the bodies of what is in flight and nothing else; answers end at
// api::kMaxBodyBytes.
// * Threads: all calls are safe from several threads (web: from the one thread there is).
// * Ordering and durability are the server's: an answered request has happened, before anything
// sent afterwards.
#pragma once

#include <atomic>

#include "core/base/clock.h"
#include "protocols/api/errors.h"
#include "protocols/http/message.h"

namespace obhut::client {

// Cancel is asked for from any thread and seen by the call within a second.
class Cancel {
public:
    void request() { requested_.store(true, std::memory_order_relaxed); }
    bool requested() const { return requested_.load(std::memory_order_relaxed); }

private:
    std::atomic<bool> requested_ = false;
};

struct CallOptions {
    Millis timeout = 60 * kSecond;   // without progress in either direction
    const Cancel* cancel = nullptr;  // outlives the call
};

// EventSink takes what a stream brings, on the thread that called listen().
class EventSink {
public:
    virtual ~EventSink() = default;
    // on_open is called once the server has accepted the stream.
    virtual void on_open() = 0;
    // on_event gets the name and data of one event (text/event-stream; ≤ 64 KiB). False ends the
    // stream.
    virtual bool on_event(std::string_view name, std::string_view data) = 0;
};

using Ticket = std::uint64_t;
inline constexpr int kMaxInFlight = 4;

class Transport {
public:
    virtual ~Transport() = default;

    virtual Result<http::Response> send(const http::Request& request,
                                        const CallOptions& options = {}) = 0;

    virtual Ticket submit(http::Request request, const CallOptions& options = {}) = 0;
    virtual Result<http::Response> collect(Ticket ticket) = 0;

    // listen reads the event stream until the sink or the caller ends it (success) or it breaks
    // (unreachable, outcome_unknown). A refusal by the server is a Response with the problem; on a
    // stream that ended it has status 200 and no body. The server sends a comment every 25 s;
    // options.timeout below that breaks idle streams.
    virtual Result<http::Response> listen(const http::Request& request, EventSink& sink,
                                          const CallOptions& options = {}) = 0;
};

}  // namespace obhut::client
