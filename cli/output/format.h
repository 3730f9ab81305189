// Numbers, sizes, times and names as people read them; pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/messages/text.h"
#include "core/base/clock.h"
#include "platform/desktop/local_time.h"

namespace obhut::cli {

// format_count groups thousands: 25,000 or 25.000.
std::string format_count(std::uint64_t count, Language language);

// format_size writes bytes with three digits and a decimal unit, as file managers and disks count:
// "1.25 MB", "812 B".
std::string format_size(std::uint64_t bytes, Language language);
// parse_size reads what a person types for a size: digits, and B, kB, MB, GB or TB in any case,
// with or without a space; decimal units. Nothing if it is none, or no 63-bit number.
std::optional<std::uint64_t> parse_size(std::string_view text);

// format_rate writes bytes a second.
std::string format_rate(std::uint64_t bytes, Millis elapsed, Language language);

// format_duration writes a time span in its two largest units: "850 ms", "4.2 s", "3 min 05 s", "2
// h 10 min".
std::string format_duration(Millis span, Language language);

// format_time writes a moment in the local time zone: "2024-03-09 14:05" (ISO 8601 in both
// languages, so that columns align and sort). format_time_exact is UTC with milliseconds, for JSON:
// "2024-03-09T13:05:00.000Z".
std::string format_time(platform::Moment time);
std::string format_time_exact(platform::Moment time);

// parse_time reads a moment in the local time zone: "2024-03-09", "2024-03-09 14:05",
// "2024-03-09T14:05:30", or in UTC with a final Z; a date alone is its end (23:59:59). Also spans
// back from `now`: "90m", "12h", "3d", "2w". False if it is none of them.
bool parse_time(std::string_view text, Millis now, Millis& out);

// display_width counts terminal columns: combining marks 0, East Asian wide characters and emoji 2.
std::size_t display_width(std::string_view utf8);

// printable makes a name safe to show: control characters (escape sequences a name could carry),
// bidirectional overrides and bytes that are not UTF-8 are written as \xNN or \u{NNNN}.
std::string printable(std::string_view name);

// fit cuts a text to `width` columns with an ellipsis in the middle.
std::string fit(std::string_view utf8, std::size_t width);

// pad appends spaces up to `width` columns (or puts them in front).
std::string pad_right(std::string_view utf8, std::size_t width);
std::string pad_left(std::string_view utf8, std::size_t width);

// wrap breaks a paragraph at spaces into lines of `width` columns, each after `indent` spaces but
// the first.
std::string wrap(std::string_view paragraph, std::size_t width, std::size_t indent);

}  // namespace obhut::cli
