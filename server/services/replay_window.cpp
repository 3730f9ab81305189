#include "server/services/replay_window.h"

#include "core/base/verify.h"
#include "core/crypto/hash.h"
#include "protocols/api/errors.h"

namespace obhut::services {

namespace {

constexpr std::uint64_t kWindowSeconds = 10;
constexpr std::uint64_t kReachSeconds = ReplayWindow::kReach / kSecond;

std::uint64_t name_of(const http::SignatureInput& input) {
    Bytes text = to_bytes(input.device.view());
    append(text, input.nonce.view());
    return read_be64(sha256(text).view().first(8));
}

}  // namespace

Result<> ReplayWindow::check_time(const http::SignatureInput& input, Millis now) const {
    const std::uint64_t created = input.created;
    const std::uint64_t now_seconds = now / kSecond;
    // The first comparison keeps the sums of the second from overflowing.
    const bool near_enough =
        created <= now_seconds + kReachSeconds && created + kReachSeconds >= now_seconds;
    const bool since_start = created >= started_ / kSecond;
    VERIFY("SR-27/request-created", near_enough && since_start, errors::clock_skew);
    return {};
}

Result<> ReplayWindow::take(const http::SignatureInput& input, Millis now) {
    const std::uint64_t name = name_of(input);
    const std::scoped_lock lock(mutex_);
    forget(now / kSecond);
    if (remembered_ >= kMaxRemembered) return fail(errors::server_busy);
    // One signature has one `created`: looking into its window is enough.
    const bool fresh = windows_[input.created / kWindowSeconds].insert(name).second;
    VERIFY("SR-27/request-nonce", fresh, errors::nonce_used);
    ++remembered_;
    return {};
}

void ReplayWindow::forget(std::uint64_t now_seconds) {
    while (!windows_.empty()) {
        const auto oldest = windows_.begin();
        if ((oldest->first + 1) * kWindowSeconds + kReachSeconds >= now_seconds) break;
        remembered_ -= oldest->second.size();
        windows_.erase(oldest);
    }
}

}  // namespace obhut::services
