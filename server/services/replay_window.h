// Every signed request counts once: nonces are remembered as long as their signatures could be used
// again.
//
// A signature is good within kReach of the server's clock, either way, and not if it was created
// before the server started: what was seen before that is forgotten. Memory: 32 bytes a request, at
// most kMaxRemembered. Thread-safe. Format: docs/protocol/http.md §4.
#pragma once

#include <deque>
#include <mutex>
#include <unordered_set>

#include "core/base/clock.h"
#include "protocols/http/signature.h"

namespace obhut::services {

class ReplayWindow {
public:
    static constexpr Millis kReach = 2 * kMinute;
    static constexpr std::size_t kMaxRemembered = 500000;

    explicit ReplayWindow(Millis started) : started_(started) {}

    // check_time tells whether `created` is near enough. Errors: clock_skew.
    Result<> check_time(const http::SignatureInput& input, Millis now) const;
    // take remembers a verified signature. Errors: nonce_used; server_busy when the memory is full.
    Result<> take(const http::SignatureInput& input, Millis now);

private:
    using Key = FixedBytes<struct ReplayKeyTag, 16>;
    void forget(Millis now);

    const Millis started_;
    std::mutex mutex_;
    std::unordered_set<Key, FixedHash> seen_;
    std::deque<std::pair<Millis, Key>> by_time_;  // in the order of arrival
};

}  // namespace obhut::services
