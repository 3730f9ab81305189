#include "server/front/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "server/services/errors.h"

namespace obhut::front {

namespace {

std::string body(std::string_view event, std::string_view fields) {
    std::string text = "\"event\":\"" + std::string(event) + "\"";
    if (!fields.empty()) text += "," + std::string(fields);
    return text;
}

}  // namespace

Result<> setup_log(std::string_view level) {
    const auto chosen = spdlog::level::from_str(std::string(level));
    if (chosen == spdlog::level::off && level != "off") return fail(errors::config_invalid);
    if (!spdlog::get("obhutd")) spdlog::set_default_logger(spdlog::stderr_logger_mt("obhutd"));
    spdlog::set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                        spdlog::pattern_time_type::utc);
    spdlog::set_level(chosen);
    return {};
}

std::string field(std::string_view name, std::int64_t value) {
    return "\"" + std::string(name) + "\":" + std::to_string(value);
}

std::string field(std::string_view name, std::string_view fixed_word) {
    return "\"" + std::string(name) + "\":\"" + std::string(fixed_word) + "\"";
}

void log_info(std::string_view event, std::string_view fields) {
    spdlog::info(body(event, fields));
}

void log_warning(std::string_view event, std::string_view fields) {
    spdlog::warn(body(event, fields));
}

void log_error(std::string_view event, Error error) {
    const std::string fields =
        field("error", error.code.number) + "," + field("detail", error.detail);
    spdlog::error(body(event, fields));
}

}  // namespace obhut::front
