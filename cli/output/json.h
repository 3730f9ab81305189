// JSON lines: one object a line, keys in the order they are given, which is stable for each
// command.
//
// Names are valid UTF-8 by the time they get here; what is not is written with U+FFFD, so that
// every line is valid JSON. 64-bit numbers are written as numbers: consumers that round them
// (JavaScript) lose digits above 2^53.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/desktop/local_time.h"

namespace obhut::cli {

class JsonObject {
public:
    JsonObject& text(std::string_view key, std::string_view value);
    JsonObject& number(std::string_view key, std::uint64_t value);
    JsonObject& integer(std::string_view key, std::int64_t value);
    JsonObject& flag(std::string_view key, bool value);
    // time writes ISO 8601 in UTC; null for 0.
    JsonObject& time(std::string_view key, platform::Moment value);
    JsonObject& null(std::string_view key);
    JsonObject& object(std::string_view key, const JsonObject& value);
    JsonObject& objects(std::string_view key, const std::vector<JsonObject>& values);
    JsonObject& texts(std::string_view key, const std::vector<std::string>& values);

    std::string line() const { return "{" + members_ + "}"; }

private:
    JsonObject& member(std::string_view key, std::string_view encoded);

    std::string members_;
};

// json_string quotes and escapes a text.
std::string json_string(std::string_view text);

}  // namespace obhut::cli
