// Service: what obhutd does with a request, without any connection. Tests and the simulation call
// it directly.
//
//     admit(head)          by the request line and headers alone: route, limits, signature     →
//     Admitted handle(admitted, …)  with the body: everything else → Answer
//
// A front reads a large body only after admit(), so strangers cannot fill memory. Calls block on
// disk: run them on worker threads. Thread-safe. The server verifies all that can be verified
// without keys that open anything, and links no type that could hold one.
#pragma once

#include <memory>

#include "core/base/entropy.h"
#include "server/services/caller.h"
#include "server/services/event_hub.h"
#include "server/services/settings.h"
#include "server/storage/store.h"

namespace obhut::services {

// Peer is who is at the other end of the connection.
struct Peer {
    std::string address;    // as text, without port; the key of limits
    bool loopback = false;  // may create the organisation without the token
};

struct Admitted {
    Target target;
    Peer peer;
    std::optional<Caller> caller;                // absent where the route is open
    std::optional<http::SignedInput> signature;  // verified but for the digest of the body
};

struct Answer {
    http::Response response;
    Millis delay = 0;  // the answer leaves so long after the request came, not before
    std::unique_ptr<Subscription> events;  // the answer goes on as a stream of these
};

class Service {
public:
    // open reads the store, making a log key and name if it is new. Errors: those of the store;
    // log_damaged.
    static Result<std::unique_ptr<Service>> open(storage::Store& store, Clock& clock,
                                                 Entropy& entropy, const Settings& settings);
    virtual ~Service() = default;

    // admit judges a request without its body. Errors: those that the caller should see.
    virtual Result<Admitted> admit(const http::Request& head, const Peer& peer) = 0;
    virtual Answer handle(const Admitted& admitted, const http::Request& request) = 0;
    // refusal is the answer to an error, with what helps the caller on.
    virtual http::Response refusal(Error error) = 0;

    // answer is admit and handle in one.
    Answer answer(const http::Request& request, const Peer& peer);
    // handle answers a request of the same machine.
    http::Response handle(const http::Request& request);

    // apply changes limits while running.
    virtual void apply(const Settings& settings) = 0;
    // tend does upkeep for a moment; call it every minute and again at once while it says so.
    virtual Result<bool> tend() = 0;

    virtual const EventHub& hub() const = 0;
    // token that creates the organisation from another machine; empty when there is one.
    virtual std::string creation_token() const = 0;
};

}  // namespace obhut::services
