// Configuration of obhutd: command line over environment (OBHUTD_…) over configuration file over
// defaults.
#pragma once

#include "server/front/front.h"
#include "server/services/settings.h"

namespace obhut::front {

// Task is what obhutd does instead of serving.
enum class Task : std::uint8_t {
    serve,
    backup,
    restore,
    scrub,
    incarnation,
    new_incarnation,
    quota,
};

struct Config {
    std::string data;  // directory
    Task task = Task::serve;
    std::string backup;  // directory, of the tasks backup and restore
    bool json = false;   // what a task says is for programs
    std::string log_level = "info";
    bool memory = false;  // keep nothing: for trials and tests
    FrontSettings front;
    services::Settings services;
};

// ParsedConfig is what to do: go on with `config`, or end with this status after the text was
// printed (--help,
// --version, mistakes).
struct ParsedConfig {
    Config config;
    std::optional<int> exit_status;
};

// parse_config reads everything. Prints help, version and mistakes.
ParsedConfig parse_config(int argc, char** argv);

// parse_listen splits "host:port" and "[v6]:port". Errors: config_invalid.
Result<> parse_listen(const std::string& text, FrontSettings& settings);

}  // namespace obhut::front
