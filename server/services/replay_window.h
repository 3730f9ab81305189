// Every signed request counts once: nonces are remembered as long as their signatures could be used
// again.
//
// A signature is good within kReach of the server's clock, either way, and not if it was created
// before the server started: what was seen before that is forgotten. Nonces are kept by the moment
// at which their signature expires, in windows that are dropped whole. Memory: some 40 bytes a
// request, at most kMaxRemembered. Thread-safe. Format: docs/protocol/http.md §4.
#pragma once

#include <map>
#include <mutex>
#include <unordered_set>

#include "core/base/clock.h"
#include "protocols/http/signature.h"

namespace obhut::services {

class ReplayWindow {
public:
    static constexpr Millis kReach = 2 * kMinute;
    static constexpr std::size_t kMaxRemembered = 1000000;

    explicit ReplayWindow(Millis started) : started_(started) {}

    // check_time tells whether `created` is near enough. Errors: clock_skew.
    Result<> check_time(const http::SignatureInput& input, Millis now) const;
    // take remembers a verified signature, whose time was checked. Errors: nonce_used; server_busy
    // when the memory is full.
    Result<> take(const http::SignatureInput& input, Millis now);

private:
    void forget(std::uint64_t now_seconds);

    const Millis started_;
    std::mutex mutex_;
    // By `created` in units of kWindowSeconds; first eight bytes of SHA-256 of device and nonce.
    std::map<std::uint64_t, std::unordered_set<std::uint64_t>> windows_;
    std::size_t remembered_ = 0;
};

}  // namespace obhut::services
