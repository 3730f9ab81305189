#include "cli/output/format.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>
#include <utility>

#include "core/base/bytes.h"
#include "platform/desktop/local_time.h"

namespace obhut::cli {

namespace {

// Character is one code point at the beginning of a text; length 1 and no value for a byte that is
// not UTF-8.
struct Character {
    char32_t value = 0xFFFD;
    std::size_t length = 1;
    bool valid = false;
};

Character first_character(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0x80) return {lead, 1, true};
    if (length > text.size() || !is_utf8(as_bytes(text.substr(0, length)))) return {};
    char32_t value = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i)
        value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
    return {value, length, true};
}

// Characters that turn the direction of text around or that nobody sees: a name could pose as
// another with them.
bool misleads(char32_t c) {
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x2064) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }

std::string decimal(double value, int digits, Language language) {
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*f", digits, value);
    std::string text = buffer.data();
    if (language == Language::german)
        for (char& c : text)
            if (c == '.') c = ',';
    return text;
}

std::string two_digits(std::uint64_t value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
}

std::string civil_text(const platform::CivilTime& time) {
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02d %02d:%02d", time.year, time.month,
                  time.day, time.hour, time.minute);
    return buffer.data();
}

// Reads a span back from now: "90m", "12h", "3d", "2w".
bool parse_span(std::string_view text, Millis& span) {
    if (text.size() < 2 || text.size() > 7) return false;
    Millis amount = 0;
    for (const char c : text.substr(0, text.size() - 1)) {
        if (c < '0' || c > '9') return false;
        amount = amount * 10 + static_cast<Millis>(c - '0');
    }
    switch (text.back()) {
    case 'm': span = amount * kMinute; return true;
    case 'h': span = amount * kHour; return true;
    case 'd': span = amount * kDay; return true;
    case 'w': span = amount * 7 * kDay; return true;
    default: return false;
    }
}

}  // namespace

std::string format_count(std::uint64_t count, Language language) {
    const std::string digits = std::to_string(count);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) out += language == Language::german ? '.' : ',';
        out += digits[i];
    }
    return out;
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, std::uint64_t>, 6> kFactors{
        {{"", 1},
         {"B", 1},
         {"KB", 1000},
         {"MB", 1'000'000},
         {"GB", 1'000'000'000},
         {"TB", 1'000'000'000'000}}};
    constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    std::string unit(end, text.data() + text.size());
    if (unit.starts_with(' ')) unit.erase(0, 1);
    for (char& c : unit) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    for (const auto& [name, factor] : kFactors)
        if (unit == name && number <= kMost / factor) return number * factor;
    return std::nullopt;
}

std::string format_size(std::uint64_t bytes, Language language) {
    if (bytes < 1000) return std::to_string(bytes) + " B";
    static constexpr std::array<const char*, 6> kUnits{"kB", "MB", "GB", "TB", "PB", "EB"};
    double value = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    // 999.5 would be shown as 1000 of this unit
    while (value >= 999.5 && unit + 1 < kUnits.size()) {
        value /= 1000;
        ++unit;
    }
    const int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return decimal(value, digits, language) + " " + kUnits[unit];
}

std::string format_rate(std::uint64_t bytes, Millis elapsed, Language language) {
    if (elapsed == 0) elapsed = 1;
    const double rate = static_cast<double>(bytes) * 1000 / static_cast<double>(elapsed);
    return format_size(static_cast<std::uint64_t>(rate), language) + "/s";
}

std::string format_duration(Millis span, Language language) {
    if (span < kSecond) return std::to_string(span) + " ms";
    if (span < 10 * kSecond) return decimal(static_cast<double>(span) / 1000, 1, language) + " s";
    const std::uint64_t seconds = span / kSecond;
    if (seconds < 60) return std::to_string(seconds) + " s";
    if (seconds < 3600)
        return std::to_string(seconds / 60) + " min " + two_digits(seconds % 60) + " s";
    if (seconds < 86400)
        return std::to_string(seconds / 3600) + " h " + two_digits(seconds / 60 % 60) + " min";
    return std::to_string(seconds / 86400) + " d " + std::to_string(seconds / 3600 % 24) + " h";
}

std::string format_time(platform::Moment time) { return civil_text(platform::to_local(time)); }

std::string format_time_exact(platform::Moment time) {
    const platform::CivilTime utc = platform::to_utc(time);
    std::string text = civil_text(utc);
    text[10] = 'T';
    std::array<char, 16> rest{};
    std::snprintf(rest.data(), rest.size(), ":%02d.%03dZ", utc.second,
                  static_cast<int>((time % 1000 + 1000) % 1000));
    return text + rest.data();
}

bool parse_time(std::string_view text, Millis now, Millis& out) {
    Millis span = 0;
    if (parse_span(text, span)) {
        out = span < now ? now - span : 0;
        return true;
    }
    const bool utc = text.ends_with('Z');
    if (utc) text.remove_suffix(1);
    if (const std::size_t dot = text.rfind('.'); dot != text.npos && dot >= 19)
        text = text.substr(0, dot);
    // Positions of digits and of what stands between them.
    static constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
    if (text.size() != 10 && text.size() != 16 && text.size() != 19) return false;
    std::array<int, 6> parts{0, 0, 0, 23, 59, 59};
    if (text.size() > 10) parts[5] = 0;
    std::size_t part = 0;
    for (std::size_t i = 0, value = 0; i < text.size(); ++i) {
        if (kForm[i] == 'd') {
            if (text[i] < '0' || text[i] > '9') return false;
            value = value * 10 + static_cast<std::size_t>(text[i] - '0');
            parts[part] = static_cast<int>(value);
            continue;
        }
        if (text[i] != kForm[i] && !(kForm[i] == 'T' && text[i] == ' ')) return false;
        value = 0;
        ++part;
    }
    const platform::CivilTime civil{parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]};
    const auto time = utc ? platform::from_utc(civil) : platform::from_local(civil);
    if (time) out = *time + (text.size() == 10 ? kSecond - 1 : 0);
    return time.has_value();
}

std::size_t display_width(std::string_view utf8) {
    std::size_t width = 0;
    while (!utf8.empty()) {
        const Character c = first_character(utf8);
        const int columns = platform::columns_of(c.value);
        width += columns > 0 ? static_cast<std::size_t>(columns) : 0;
        utf8.remove_prefix(c.length);
    }
    return width;
}

std::string printable(std::string_view name) {
    std::string out;
    out.reserve(name.size());
    while (!name.empty()) {
        const Character c = first_character(name);
        std::array<char, 16> escaped{};
        if (!c.valid || is_control(c.value)) {
            const unsigned shown =
                c.valid ? static_cast<unsigned>(c.value) : static_cast<unsigned char>(name[0]);
            std::snprintf(escaped.data(), escaped.size(), "\\x%02X", shown);
            out += escaped.data();
        } else if (misleads(c.value)) {
            std::snprintf(escaped.data(), escaped.size(), "\\u{%X}",
                          static_cast<unsigned>(c.value));
            out += escaped.data();
        } else {
            out += name.substr(0, c.length);
        }
        name.remove_prefix(c.length);
    }
    return out;
}

std::string fit(std::string_view utf8, std::size_t width) {
    if (display_width(utf8) <= width || width < 2) return std::string(utf8);
    const std::size_t front = (width - 1) / 2;
    const std::size_t back = width - 1 - front;
    std::string head;
    std::string_view rest = utf8;
    while (!rest.empty()) {
        const std::size_t length = first_character(rest).length;
        if (display_width(head) + display_width(rest.substr(0, length)) > front) break;
        head += rest.substr(0, length);
        rest.remove_prefix(length);
    }
    while (!rest.empty() && display_width(rest) > back)
        rest.remove_prefix(first_character(rest).length);
    return head + "…" + std::string(rest);
}

std::string pad_right(std::string_view utf8, std::size_t width) {
    const std::size_t used = display_width(utf8);
    return std::string(utf8) + std::string(used < width ? width - used : 0, ' ');
}

std::string pad_left(std::string_view utf8, std::size_t width) {
    const std::size_t used = display_width(utf8);
    return std::string(used < width ? width - used : 0, ' ') + std::string(utf8);
}

std::string wrap(std::string_view paragraph, std::size_t width, std::size_t indent) {
    std::string out;
    std::size_t column = indent;
    while (!paragraph.empty()) {
        const std::size_t end = std::min(paragraph.find(' '), paragraph.size());
        const std::string_view word = paragraph.substr(0, end);
        paragraph.remove_prefix(std::min(end + 1, paragraph.size()));
        const std::size_t needed = display_width(word);
        if (column > indent && column + 1 + needed > width) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (column > indent) {
            out += ' ';
            ++column;
        }
        out += word;
        column += needed;
    }
    return out;
}

}  // namespace obhut::cli
