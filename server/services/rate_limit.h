// Token buckets by key: so many at once, so many a second, after that "too many requests".
//
// Keys are addresses, devices or hashes of e-mail addresses. When kMaxKeys are known, full buckets
// are forgotten first; if none is full, new keys share one bucket, so that inventing keys gains
// nothing. Thread-safe.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "core/base/bytes.h"
#include "core/base/clock.h"

namespace obhut::services {

struct Rate {
    double per_second = 10;
    double burst = 30;
};

class RateLimit {
public:
    static constexpr std::size_t kMaxKeys = 50000;

    explicit RateLimit(Rate rate) : rate_(rate) {}

    void set_rate(Rate rate);
    // take uses up `cost` tokens of the key. Errors: rate_limited (detail: seconds until it makes
    // sense to try again).
    Result<> take(std::string_view key, Millis now, double cost = 1);

private:
    struct Bucket {
        double tokens = 0;
        Millis refilled = 0;
    };
    void refill(Bucket& bucket, Millis now);
    Bucket& bucket_of(std::string_view key, Millis now);
    void forget_full(Millis now);

    std::mutex mutex_;
    Rate rate_;
    std::unordered_map<std::string, Bucket> buckets_;
    Bucket shared_;
    Millis next_sweep_ = 0;
};

}  // namespace obhut::services
