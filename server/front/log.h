// Structured logs: one JSON object per line on standard error. Events have a fixed name and numbers
// or fixed words; never a path, an address, an id, a header or anything else that a person sent.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace obhut::front {

// setup_log sets level ("debug", "info", "warning", "error") for the whole process. Errors:
// config_invalid.
Result<> setup_log(std::string_view level);

// Fields are appended as they come: "\"port\":8080". field() makes one.
std::string field(std::string_view name, std::int64_t value);
std::string field(std::string_view name, std::string_view fixed_word);

void log_info(std::string_view event, std::string_view fields = {});
void log_warning(std::string_view event, std::string_view fields = {});
void log_error(std::string_view event, Error error);

}  // namespace obhut::front
