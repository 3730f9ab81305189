// The calendar and the time zone of this machine, and how wide a character is on a terminal.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/clock.h"

namespace obhut::platform {

struct CivilTime {
    int year = 1970;
    int month = 1;  // 1 to 12
    int day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
};

// Moment is a Unix time in milliseconds that may lie before 1970, as a file's own may.
using Moment = std::int64_t;

CivilTime to_local(Moment time);
CivilTime to_utc(Moment time);
// from_local / from_utc: nothing for dates that do not exist or lie before 1970.
std::optional<Millis> from_local(const CivilTime& time);
std::optional<Millis> from_utc(const CivilTime& time);

// columns_of is 0 for combining marks, 2 for wide characters, 1 else; -1 for control characters.
int columns_of(char32_t character);

}  // namespace obhut::platform
