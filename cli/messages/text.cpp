#include "cli/messages/text.h"

#include "cli/output/format.h"
#include "core/base/check.h"

namespace obhut::cli {

std::string fill(std::string_view text, std::initializer_list<std::string_view> values) {
    std::string out;
    out.reserve(text.size() + 32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '{') {
            out += text[i];
            continue;
        }
        const std::size_t index = static_cast<std::size_t>(text[i + 1] - '0');
        CHECK(index < values.size());
        out += values.begin()[index];
        i += 2;
    }
    return out;
}

std::string say(const Counted& counted, Language language, std::uint64_t count) {
    const std::string number = format_count(count, language);
    return fill((count == 1 ? counted.one : counted.many).in(language), {number});
}

Language language_of(const char* lc_all, const char* lc_messages, const char* lang) {
    for (const char* value : {lc_all, lc_messages, lang}) {
        if (value == nullptr || *value == '\0') continue;
        const std::string_view locale(value);
        const bool german = locale == "de" || locale.starts_with("de_") ||
                            locale.starts_with("de.") || locale.starts_with("de@");
        return german ? Language::german : Language::english;
    }
    return Language::english;
}

}  // namespace obhut::cli
