// Counters for GET /metrics, in the text format of Prometheus. Nothing in them names a person, a
// device or an address.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <string>

#include "server/services/route.h"

namespace obhut::front {

class Metrics {
public:
    struct Served {
        std::optional<services::Route> route;  // absent: no such path, or not HTTP
        int status = 0;
        std::chrono::microseconds duration{0};
        std::size_t bytes_in = 0;
        std::size_t bytes_out = 0;
    };
    void served(const Served& request);

    // Gauge is a number that the caller knows at the moment of rendering.
    struct Gauge {
        std::string_view name;
        std::string_view help;
        double value = 0;
        bool counter = false;  // only grows
    };
    std::string render(std::span<const Gauge> gauges) const;

    std::atomic<std::uint64_t> connections_accepted = 0;
    std::atomic<std::uint64_t> connections_refused = 0;

private:
    static constexpr std::size_t kStatusClasses = 4;  // 2xx, 3xx (none), 4xx, 5xx
    static constexpr std::array<double, 10> kBuckets = {0.001, 0.0025, 0.005, 0.01, 0.025,
                                                        0.05,  0.1,    0.25,  1,    5};
    struct RouteCounters {
        std::array<std::atomic<std::uint64_t>, kStatusClasses> by_status{};
        std::array<std::atomic<std::uint64_t>, kBuckets.size() + 1> by_duration{};
        std::atomic<std::uint64_t> microseconds = 0;
    };
    std::array<RouteCounters, services::kRoutes + 1> routes_;  // the last one: no route
    std::atomic<std::uint64_t> bytes_in_ = 0;
    std::atomic<std::uint64_t> bytes_out_ = 0;
};

}  // namespace obhut::front
