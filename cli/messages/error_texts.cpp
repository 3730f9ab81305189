#include "cli/messages/error_texts.h"

#include <algorithm>
#include <array>

#include "cli/messages/error_advice.h"

namespace obhut::cli {

namespace {

constexpr ErrorText kUnknown{0,
                             {"an error that this version has no text for",
                              "ein Fehler, zu dem diese Version keinen Text hat"},
                             kNewer,
                             kUpdate};

}  // namespace

std::span<const std::span<const ErrorText>> all_error_texts() {
    static const std::array<std::span<const ErrorText>, 11> areas{
        core_error_texts(),   directory_error_texts(), space_error_texts(),  content_error_texts(),
        client_error_texts(), http_error_texts(),      server_error_texts(), platform_error_texts(),
        cli_error_texts(),    engine_error_texts(),    groups_error_texts()};
    return areas;
}

const ErrorText* find_error_text(std::uint16_t number) {
    for (const auto& area : all_error_texts())
        for (const ErrorText& text : area)
            if (text.number == number) return &text;
    return nullptr;
}

const ErrorText& error_text(Error error) {
    const ErrorText* text = find_error_text(error.code.number);
    return text != nullptr ? *text : kUnknown;
}

std::string error_number(Error error) {
    const std::string digits = std::to_string(error.code.number);
    return "E-" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

std::uint16_t parse_error_number(std::string_view text) {
    if (text.starts_with('E') || text.starts_with('e')) text.remove_prefix(1);
    if (text.starts_with('-')) text.remove_prefix(1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.empty() || text.size() > 4 || !std::all_of(text.begin(), text.end(), is_digit))
        return 0;
    unsigned number = 0;
    for (const char c : text) number = number * 10 + static_cast<unsigned>(c - '0');
    return static_cast<std::uint16_t>(number);
}

}  // namespace obhut::cli
