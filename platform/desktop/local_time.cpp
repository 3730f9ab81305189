#include "platform/desktop/local_time.h"

#include <clocale>
#include <ctime>
#include <cwchar>

#include <locale.h>

namespace obhut::platform {

namespace {

CivilTime civil(const std::tm& parts) {
    return {parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
            parts.tm_hour,        parts.tm_min,     parts.tm_sec};
}

// whole_seconds rounds down, before 1970 too.
std::time_t whole_seconds(Moment time) {
    constexpr Moment kMillis = 1000;
    return static_cast<std::time_t>(time / kMillis - (time % kMillis < 0 ? 1 : 0));
}

std::tm broken_down(const CivilTime& time) {
    std::tm parts{};
    parts.tm_year = time.year - 1900;
    parts.tm_mon = time.month - 1;
    parts.tm_mday = time.day;
    parts.tm_hour = time.hour;
    parts.tm_min = time.minute;
    parts.tm_sec = time.second;
    parts.tm_isdst = -1;
    return parts;
}

// mktime and timegm carry a 31st of April over into May; what they changed did not exist.
std::optional<Millis> checked(std::time_t seconds, const std::tm& after, const CivilTime& asked) {
    if (seconds < 0 || after.tm_mday != asked.day || after.tm_mon + 1 != asked.month) return {};
    if (asked.hour > 23 || asked.minute > 59 || asked.second > 59) return {};
    return static_cast<Millis>(seconds) * kSecond;
}

}  // namespace

CivilTime to_local(Moment time) {
    const std::time_t seconds = whole_seconds(time);
    std::tm parts{};
    localtime_r(&seconds, &parts);
    return civil(parts);
}

CivilTime to_utc(Moment time) {
    const std::time_t seconds = whole_seconds(time);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return civil(parts);
}

std::optional<Millis> from_local(const CivilTime& time) {
    std::tm parts = broken_down(time);
    return checked(std::mktime(&parts), parts, time);
}

std::optional<Millis> from_utc(const CivilTime& time) {
    std::tm parts = broken_down(time);
    return checked(timegm(&parts), parts, time);
}

int columns_of(char32_t character) {
    // wcwidth asks the thread's locale; that of the environment may be plain ASCII.
    static const locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (unicode == nullptr) return character < 0x20 ? -1 : 1;
    const locale_t before = uselocale(unicode);
    const int columns = wcwidth(static_cast<wchar_t>(character));
    uselocale(before);
    return columns;
}

}  // namespace obhut::platform
