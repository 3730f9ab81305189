#include "server/front/config.h"

#include <charconv>

#include <CLI/CLI.hpp>

#include "server/front/exit_status.h"
#include "server/front/log.h"
#include "server/front/manual.h"
#include "server/services/errors.h"

namespace obhut::front {

namespace {

constexpr const char* kVersion = "obhutd 0.1.0 (protocol 1)";

CLI::Option* described(CLI::Option* option, std::string_view name) {
    return option->type_name(option_text(name).value.english);
}

// add makes an option for a value of its own.
template <class Value>
CLI::Option* add(CLI::App& app, std::string_view name, Value& value) {
    return described(
        app.add_option("--" + std::string(name), value, option_text(name).help.english), name);
}

CLI::Option* add_flag(CLI::App& app, std::string_view name, bool& value) {
    return app.add_flag("--" + std::string(name), value, option_text(name).help.english);
}

void add_basics(CLI::App& app, Config& config, std::string& listen) {
    add(app, "data", config.data)->envname("OBHUTD_DATA");
    add(app, "listen", listen)->envname("OBHUTD_LISTEN")->capture_default_str();
    add(app, "log-level", config.log_level)->envname("OBHUTD_LOG_LEVEL")->capture_default_str();
    add_flag(app, "memory", config.memory);
}

// What is done with the data directory, and then obhutd ends.
void add_tasks(CLI::App& app, Config& config) {
    const auto directory = [&](const char* name, Task task) {
        const auto take = [&config, task](const std::string& value) {
            config.task = task;
            config.backup = value;
        };
        auto* option = app.add_option_function<std::string>("--" + std::string(name), take,
                                                            option_text(name).help.english);
        return described(option, name)->configurable(false);
    };
    const auto flag = [&](const char* name, Task task) {
        auto* option = app.add_flag_callback(
            "--" + std::string(name), [&config, task] { config.task = task; },
            option_text(name).help.english);
        return option->configurable(false);
    };
    const std::initializer_list<CLI::Option*> all{directory("backup", Task::backup),
                                                  directory("restore", Task::restore),
                                                  flag("scrub", Task::scrub),
                                                  flag("incarnation", Task::incarnation),
                                                  flag("new-incarnation", Task::new_incarnation),
                                                  flag("quota", Task::quota)};
    for (auto* one : all)
        for (auto* other : all)
            if (one < other) one->excludes(other);
    add_flag(app, "json", config.json)->configurable(false);
}

void add_front(CLI::App& app, FrontSettings& front) {
    add(app, "certificate", front.certificate)->envname("OBHUTD_CERTIFICATE");
    add(app, "private-key", front.private_key)->envname("OBHUTD_PRIVATE_KEY");
    add(app, "proxy", front.proxies)->envname("OBHUTD_PROXY");
    add_flag(app, "metrics-everywhere", front.metrics_everywhere);
    add(app, "max-connections", front.max_connections)->capture_default_str();
    add(app, "max-connections-per-address", front.max_connections_per_address)
        ->capture_default_str();
    add(app, "body-memory", front.body_memory)
        ->transform(CLI::AsSizeValue(true))
        ->capture_default_str();
    add(app, "worker-threads", front.worker_threads)
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    add(app, "io-threads", front.io_threads)->check(CLI::Range(1, 64))->capture_default_str();
}

void add_rate(CLI::App& app, const std::string& name, services::Rate& rate) {
    add(app, "rate-" + name, rate.per_second)->check(CLI::PositiveNumber)->capture_default_str();
    add(app, "burst-" + name, rate.burst)->check(CLI::PositiveNumber)->capture_default_str();
}

void add_limits(CLI::App& app, services::Settings& settings) {
    add_rate(app, "open", settings.open);
    add_rate(app, "device", settings.device);
    add_rate(app, "sign-in", settings.sign_in_address);
    add_rate(app, "account", settings.sign_in_account);
    const auto size = [&](const char* name, std::uint64_t& value) {
        add(app, name, value)->transform(CLI::AsSizeValue(true))->capture_default_str();
    };
    size("user-quota", settings.user_quota);
    size("space-quota", settings.space_quota);
    size("upload-quota", settings.upload_quota);
    auto* wait = app.add_option_function<unsigned>(
        "--restore-wait",
        [&settings](unsigned minutes) { settings.restore_wait = minutes * kMinute; },
        option_text("restore-wait").help.english);
    described(wait, "restore-wait")->check(CLI::Range(0, 24 * 60));
}

// Everything on the command line, but what only packagers need.
void add_options(CLI::App& app, Config& config, std::string& listen) {
    app.set_help_flag("-h,--help", option_text("help").help.english);
    app.set_version_flag("--version", kVersion, option_text("version").help.english);
    described(app.set_config("--config", "", option_text("config").help.english), "config")
        ->envname("OBHUTD_CONFIG");
    add_basics(app, config, listen);
    add_tasks(app, config);
    add_front(app, config.front);
    add_limits(app, config.services);
}

constexpr std::string_view kDefaultListen = "127.0.0.1:8080";

ParsedConfig mistake(std::string_view text) {
    std::fprintf(stderr, "obhutd: %.*s\n", static_cast<int>(text.size()), text.data());
    return {{}, kExitUsage};
}

}  // namespace

Result<> parse_listen(const std::string& text, FrontSettings& settings) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) return fail(errors::config_invalid);
    std::string host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    const char* begin = text.data() + colon + 1;
    const char* end = text.data() + text.size();
    std::uint16_t port = 0;
    const auto [rest, error] = std::from_chars(begin, end, port);
    if (host.empty() || error != std::errc{} || rest != end) return fail(errors::config_invalid);
    settings.address = host;
    settings.port = port;
    return {};
}

std::vector<OptionRow> option_rows() {
    Config config;
    std::string listen(kDefaultListen);
    CLI::App app;
    add_options(app, config, listen);
    std::vector<OptionRow> rows;
    for (const CLI::Option* option : std::as_const(app).get_options())
        rows.push_back(
            {option->get_lnames().front(), option->get_default_str(), option->get_envname()});
    return rows;
}

ParsedConfig parse_config(int argc, char** argv) {
    ParsedConfig result;
    std::string listen(kDefaultListen);
    std::string manual_language;
    CLI::App app("obhutd, the server of Obhut: keeps what it cannot read.\n");
    app.footer(
        "Signals: TERM and INT stop after the requests under way; HUP reads the configuration "
        "again\n"
        "(limits, log level, certificate). Exit status: 0 stopped, 2 usage, 3 cannot listen,\n"
        "4 data directory in use, 5 data directory not usable, 6 data damaged or too new, 1 "
        "anything else.");
    add_options(app, result.config, listen);
    app.add_option("--man-page", manual_language)
        ->check(CLI::IsMember({"en", "de"}))
        ->configurable(false)
        ->group("");  // not shown: for packaging
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return {{}, status == 0 ? 0 : kExitUsage};
    }
    if (!manual_language.empty()) {
        const auto language = manual_language == "de" ? Language::german : Language::english;
        return {{}, std::fputs(man_page(language).c_str(), stdout) < 0 ? kExitFailure : 0};
    }
    if (!parse_listen(listen, result.config.front))
        return mistake("--listen takes an address and a port, as in 127.0.0.1:8080 or [::1]:8080");
    if (result.config.data.empty() && !result.config.memory) return mistake("--data DIR is needed");
    return result;
}

}  // namespace obhut::front
