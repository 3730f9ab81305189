#include "server/services/replay_window.h"

#include "core/base/verify.h"
#include "core/crypto/hash.h"
#include "protocols/api/errors.h"

namespace obhut::services {

Result<> ReplayWindow::check_time(const http::SignatureInput& input, Millis now) const {
    // Seconds are compared in the order that cannot overflow.
    const std::uint64_t created = input.created;
    const std::uint64_t reach = kReach / kSecond;
    const std::uint64_t now_seconds = now / kSecond;
    const bool near_enough = created <= now_seconds + reach && created + reach >= now_seconds &&
                             created <= now_seconds + kDay;
    VERIFY("SR-27/request-created", near_enough && created >= started_ / kSecond,
           errors::clock_skew);
    return {};
}

Result<> ReplayWindow::take(const http::SignatureInput& input, Millis now) {
    Bytes text = to_bytes(input.device.view());
    append(text, input.nonce.view());
    const Key key = Key::truncated(sha256(text).view());
    const std::scoped_lock lock(mutex_);
    forget(now);
    if (seen_.size() >= kMaxRemembered) return fail(errors::server_busy);
    const bool fresh = seen_.insert(key).second;
    VERIFY("SR-27/request-nonce", fresh, errors::nonce_used);
    by_time_.emplace_back(now, key);
    return {};
}

void ReplayWindow::forget(Millis now) {
    // A signature may be from kReach ahead, and is then good for twice that.
    while (!by_time_.empty() && by_time_.front().first + 2 * kReach + kSecond < now) {
        seen_.erase(by_time_.front().second);
        by_time_.pop_front();
    }
}

}  // namespace obhut::services
