// Texts that people read, in both languages side by side.
//
// A Text cannot be made without German, with other placeholders in one language than in the other,
// or addressing people with "du": the compiler refuses it. Placeholders are {0} to {9}, since word
// order differs. No catalogue files are installed, and a missing translation cannot happen at run
// time (docs/decisions/0031-texts-in-the-source.md).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace obhut::cli {

enum class Language : std::uint8_t { english, german };

namespace text_detail {

// placeholders is the set of {n} in a text, one bit each; -1 if a brace belongs to none.
consteval int placeholders(std::string_view text) {
    int found = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '}') return -1;
        if (text[i] != '{') continue;
        if (i + 2 >= text.size() || text[i + 1] < '0' || text[i + 1] > '9' || text[i + 2] != '}')
            return -1;
        found |= 1 << (text[i + 1] - '0');
        i += 2;
    }
    return found;
}

constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80) != 0;
}

// is_familiar finds "du" and its forms as words of their own.
consteval bool is_familiar(std::string_view german) {
    for (std::size_t i = 0; i < german.size(); ++i) {
        if ((german[i] != 'd' && german[i] != 'D') || (i > 0 && is_letter(german[i - 1]))) continue;
        std::size_t end = i + 1;
        while (end < german.size() && is_letter(german[end])) ++end;
        const std::string_view rest = german.substr(i + 1, end - i - 1);
        if (rest == "u" || rest == "ir" || rest == "ich" || rest.starts_with("ein")) return true;
    }
    return false;
}

}  // namespace text_detail

class Text {
public:
    consteval Text(const char* english, const char* german) : english_(english), german_(german) {
        if (english_.empty() || german_.empty()) throw "a text needs both languages";
        const int wanted = text_detail::placeholders(english_);
        if (wanted < 0) throw "braces are placeholders: {0} to {9}";
        if (wanted != text_detail::placeholders(german_))
            throw "the languages differ in their placeholders";
        if (text_detail::is_familiar(german_)) throw "German addresses people with Sie";
    }

    constexpr std::string_view in(Language language) const {
        return language == Language::german ? german_ : english_;
    }

private:
    std::string_view english_;
    std::string_view german_;
};

// fill puts values into the placeholders of a text: {0} is the first. Values are not searched
// again.
std::string fill(std::string_view text, std::initializer_list<std::string_view> values);

inline std::string say(const Text& text, Language language,
                       std::initializer_list<std::string_view> values = {}) {
    return fill(text.in(language), values);
}

// Counted is a text for one and one for any other number; {0} is the number.
struct Counted {
    Text one;
    Text many;
};
std::string say(const Counted& counted, Language language, std::uint64_t count);

// language_of reads a locale as POSIX orders it: LC_ALL, LC_MESSAGES, LANG, the first one that is
// set and not empty. German for de…, English for all else. Null stands for not set.
Language language_of(const char* lc_all, const char* lc_messages, const char* lang);

}  // namespace obhut::cli
