#include "server/services/rate_limit.h"

#include <algorithm>
#include <cmath>

#include "protocols/api/errors.h"

namespace obhut::services {

namespace {
constexpr Millis kSweepEvery = 10 * kSecond;
}

void RateLimit::set_rate(Rate rate) {
    const std::scoped_lock lock(mutex_);
    rate_ = rate;
}

Result<> RateLimit::take(std::string_view key, Millis now, double cost) {
    const std::scoped_lock lock(mutex_);
    Bucket& bucket = bucket_of(key, now);
    refill(bucket, now);
    if (bucket.tokens < cost) {
        const double wait = (cost - bucket.tokens) / std::max(rate_.per_second, 1e-3);
        return fail(errors::rate_limited,
                    static_cast<std::int32_t>(std::ceil(std::min(wait, 3600.0))));
    }
    bucket.tokens -= cost;
    return {};
}

void RateLimit::refill(Bucket& bucket, Millis now) {
    if (now > bucket.refilled)
        bucket.tokens += static_cast<double>(now - bucket.refilled) / kSecond * rate_.per_second;
    bucket.tokens = std::min(bucket.tokens, rate_.burst);
    bucket.refilled = now;
}

RateLimit::Bucket& RateLimit::bucket_of(std::string_view key, Millis now) {
    const auto known = buckets_.find(std::string(key));
    if (known != buckets_.end()) return known->second;
    if (buckets_.size() >= kMaxKeys && now >= next_sweep_) forget_full(now);
    if (buckets_.size() >= kMaxKeys) return shared_;
    return buckets_.emplace(key, Bucket{rate_.burst, now}).first->second;
}

void RateLimit::forget_full(Millis now) {
    next_sweep_ = now + kSweepEvery;
    for (auto entry = buckets_.begin(); entry != buckets_.end();) {
        refill(entry->second, now);
        entry = entry->second.tokens >= rate_.burst ? buckets_.erase(entry) : std::next(entry);
    }
}

}  // namespace obhut::services
