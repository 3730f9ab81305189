#include "server/front/metrics.h"

#include <algorithm>

#include <fmt/format.h>

namespace obhut::front {

namespace {

std::string_view route_name(std::size_t index) {
    if (index >= services::kRoutes) return "none";
    return services::info_of(static_cast<services::Route>(index)).name;
}

}  // namespace

void Metrics::served(const Served& request) {
    const std::size_t index =
        request.route ? static_cast<std::size_t>(*request.route) : services::kRoutes;
    RouteCounters& counters = routes_[index];
    const int status_class = std::clamp(request.status / 100, 2, 5) - 2;
    ++counters.by_status[static_cast<std::size_t>(status_class)];
    const double seconds = std::chrono::duration<double>(request.duration).count();
    const auto bucket = std::lower_bound(kBuckets.begin(), kBuckets.end(), seconds);
    ++counters.by_duration[static_cast<std::size_t>(bucket - kBuckets.begin())];
    counters.microseconds += static_cast<std::uint64_t>(request.duration.count());
    bytes_in_ += request.bytes_in;
    bytes_out_ += request.bytes_out;
}

std::string Metrics::render(std::span<const Gauge> gauges) const {
    std::string text =
        "# HELP obhut_requests_total Requests answered.\n# TYPE obhut_requests_total counter\n";
    for (std::size_t i = 0; i < routes_.size(); ++i)
        for (std::size_t status = 0; status < kStatusClasses; ++status)
            if (const auto count = routes_[i].by_status[status].load(); count > 0)
                text += fmt::format("obhut_requests_total{{route=\"{}\",status=\"{}xx\"}} {}\n",
                                    route_name(i), status + 2, count);
    text +=
        "# HELP obhut_request_seconds Time from request to answer.\n"
        "# TYPE obhut_request_seconds histogram\n";
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        std::uint64_t sum = 0;
        std::string lines;
        for (std::size_t bucket = 0; bucket <= kBuckets.size(); ++bucket) {
            sum += routes_[i].by_duration[bucket].load();
            const std::string limit =
                bucket < kBuckets.size() ? fmt::format("{}", kBuckets[bucket]) : "+Inf";
            lines += fmt::format("obhut_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n",
                                 route_name(i), limit, sum);
        }
        if (sum == 0) continue;
        text += lines + fmt::format(
                            "obhut_request_seconds_sum{{route=\"{0}\"}} {1}\n"
                            "obhut_request_seconds_count{{route=\"{0}\"}} {2}\n",
                            route_name(i),
                            static_cast<double>(routes_[i].microseconds.load()) / 1e6, sum);
    }
    const auto number = [&](std::string_view name, std::string_view help, bool counter,
                            double value) {
        text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n{0} {3}\n", name, help,
                            counter ? "counter" : "gauge", value);
    };
    number("obhut_received_bytes_total", "Bytes of request bodies.", true,
           static_cast<double>(bytes_in_.load()));
    number("obhut_sent_bytes_total", "Bytes of answers.", true,
           static_cast<double>(bytes_out_.load()));
    number("obhut_connections_accepted_total", "Connections taken.", true,
           static_cast<double>(connections_accepted.load()));
    number("obhut_connections_refused_total", "Connections over a limit.", true,
           static_cast<double>(connections_refused.load()));
    for (const Gauge& gauge : gauges) number(gauge.name, gauge.help, gauge.counter, gauge.value);
    return text;
}

}  // namespace obhut::front
