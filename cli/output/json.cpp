#include "cli/output/json.h"

#include <array>
#include <cstdio>

#include "cli/output/format.h"
#include "core/base/bytes.h"

namespace obhut::cli {

namespace {

// The length of the valid character that `text` begins with, 0 if there is none.
std::size_t valid_length(std::string_view text) {
    for (std::size_t length = 1; length <= 4 && length <= text.size(); ++length)
        if (is_utf8(as_bytes(text.substr(0, length)))) return length;
    return 0;
}

}  // namespace

std::string json_string(std::string_view text) {
    std::string out = "\"";
    while (!text.empty()) {
        const char c = text[0];
        const std::size_t length = valid_length(text);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
            std::array<char, 8> escaped{};
            std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
            out += escaped.data();
        } else if (length == 0) {
            out += "\xEF\xBF\xBD";
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return out + "\"";
}

JsonObject& JsonObject::member(std::string_view key, std::string_view encoded) {
    if (!members_.empty()) members_ += ',';
    members_ += json_string(key);
    members_ += ':';
    members_ += encoded;
    return *this;
}

JsonObject& JsonObject::text(std::string_view key, std::string_view value) {
    return member(key, json_string(value));
}

JsonObject& JsonObject::number(std::string_view key, std::uint64_t value) {
    return member(key, std::to_string(value));
}

JsonObject& JsonObject::integer(std::string_view key, std::int64_t value) {
    return member(key, std::to_string(value));
}

JsonObject& JsonObject::flag(std::string_view key, bool value) {
    return member(key, value ? "true" : "false");
}

JsonObject& JsonObject::time(std::string_view key, platform::Moment value) {
    return value == 0 ? null(key) : text(key, format_time_exact(value));
}

JsonObject& JsonObject::null(std::string_view key) { return member(key, "null"); }

JsonObject& JsonObject::object(std::string_view key, const JsonObject& value) {
    return member(key, value.line());
}

JsonObject& JsonObject::objects(std::string_view key, const std::vector<JsonObject>& values) {
    std::string list = "[";
    for (const JsonObject& value : values) list += (list.size() > 1 ? "," : "") + value.line();
    return member(key, list + "]");
}

JsonObject& JsonObject::texts(std::string_view key, const std::vector<std::string>& values) {
    std::string list = "[";
    for (const std::string& value : values)
        list += (list.size() > 1 ? "," : "") + json_string(value);
    return member(key, list + "]");
}

}  // namespace obhut::cli
