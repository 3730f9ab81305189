// Thinning: which older versions and removed things a space's policy lets go. Rules of time only;
// the editor acts on them.
//
// Versions: all of `all_versions` days; then, up to `daily_versions` days, the last of each day;
// then the last of each month, up to `monthly_versions` days, or for ever. Days and months are
// those of the calendar (UTC), so a month's last is also a day's last: to thin twice is to thin
// once, later. The version that was replaced last always stays.
//
// `certain` is a time that has passed for certain. What is not older than it says is kept, also
// what claims to be of the future. Source: docs/protocol/keys.md §2,
// docs/decisions/0014-thinning.md.
#pragma once

#include <span>
#include <vector>

#include "client/spaces/space_info.h"
#include "core/base/clock.h"

namespace obhut::files {

// VersionTime is an older version of a file: its number, and when its content was put.
struct VersionTime {
    std::uint32_t number = 0;
    Millis changed = 0;
};

// is_older tells whether `time` lies `days` or more before `certain`.
bool is_older(Millis time, std::uint32_t days, Millis certain);

// versions_that_go gives the numbers of the versions that go. `versions` are all of one file's, or
// its oldest ones, by number; the newest one's number is `last`. O(n log n).
std::vector<std::uint32_t> versions_that_go(std::span<const VersionTime> versions,
                                            std::uint32_t last, const client::KeepPolicy& policy,
                                            Millis certain);

}  // namespace obhut::files
