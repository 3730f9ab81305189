#include "apps/files/thinning.h"

#include <chrono>
#include <map>

namespace obhut::files {

namespace {

constexpr std::uint64_t kLastDay = 3'000'000;  // beyond it all days are one: year 10,000

std::uint64_t day_of(Millis time) { return std::min<std::uint64_t>(time / kDay, kLastDay); }

// A number for each month of the calendar.
std::uint64_t month_of(Millis time) {
    const std::chrono::sys_days day{std::chrono::days(static_cast<int>(day_of(time)))};
    const std::chrono::year_month_day date(day);
    return static_cast<std::uint64_t>(static_cast<int>(date.year())) * 12 +
           static_cast<unsigned>(date.month());
}

// Without a number of days it is for ever.
bool is_within(const std::optional<std::uint32_t>& days, Millis time, Millis certain) {
    return !days || !is_older(time, *days, certain);
}

// The last version of each day, or of each month.
class Lasts {
public:
    void add(std::uint64_t when, const VersionTime& version) {
        const auto [at, is_new] = lasts_.try_emplace(when, version);
        if (!is_new && is_before(at->second, version)) at->second = version;
    }
    bool has(std::uint64_t when, const VersionTime& version) const {
        return lasts_.at(when).number == version.number;
    }

private:
    static bool is_before(const VersionTime& a, const VersionTime& b) {
        return a.changed != b.changed ? a.changed < b.changed : a.number < b.number;
    }
    std::map<std::uint64_t, VersionTime> lasts_;
};

}  // namespace

bool is_older(Millis time, std::uint32_t days, Millis certain) {
    const Millis span = days * kDay;
    return certain >= span && time <= certain - span;
}

std::vector<std::uint32_t> versions_that_go(std::span<const VersionTime> versions,
                                            std::uint32_t last, const client::KeepPolicy& policy,
                                            Millis certain) {
    Lasts of_days;
    Lasts of_months;
    for (const VersionTime& version : versions) {
        of_days.add(day_of(version.changed), version);
        of_months.add(month_of(version.changed), version);
    }
    std::vector<std::uint32_t> going;
    for (const VersionTime& version : versions) {
        const bool stays = version.number == last ||
                           !is_older(version.changed, policy.all_versions, certain) ||
                           (is_within(policy.monthly_versions, version.changed, certain) &&
                            of_months.has(month_of(version.changed), version)) ||
                           (!is_older(version.changed, policy.daily_versions, certain) &&
                            of_days.has(day_of(version.changed), version));
        if (!stays) going.push_back(version.number);
    }
    return going;
}

}  // namespace obhut::files
