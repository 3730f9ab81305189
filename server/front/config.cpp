#include "server/front/config.h"

#include <charconv>

#include <CLI/CLI.hpp>

#include "server/front/exit_status.h"
#include "server/front/log.h"
#include "server/services/errors.h"

namespace obhut::front {

namespace {

constexpr const char* kVersion = "obhutd 0.1.0 (protocol 1)";

void add_basics(CLI::App& app, Config& config, std::string& listen) {
    app.add_option("--data", config.data,
                   "Directory that holds everything; made if it is not there")
        ->envname("OBHUTD_DATA")
        ->type_name("DIR");
    app.add_option("--listen", listen, "Address and port; port 0 takes any free one")
        ->envname("OBHUTD_LISTEN")
        ->type_name("HOST:PORT")
        ->capture_default_str();
    app.add_option("--log-level", config.log_level, "debug, info, warning, error or off")
        ->envname("OBHUTD_LOG_LEVEL")
        ->capture_default_str();
    app.add_flag("--memory", config.memory,
                 "Keep everything in memory and nothing on disk: for trials");
}

// What is done with the data directory, and then obhutd ends.
void add_tasks(CLI::App& app, Config& config) {
    const auto directory = [&config](Task task) {
        return [&config, task](const std::string& value) {
            config.task = task;
            config.backup = value;
        };
    };
    auto* backup = app.add_option_function<std::string>(
        "--backup", directory(Task::backup),
        "Make or renew a backup in this directory and end; also while obhutd is running");
    auto* restore = app.add_option_function<std::string>(
        "--restore", directory(Task::restore),
        "Fill an empty data directory from this backup and end");
    const auto flag = [&](const char* name, Task task, const char* help) {
        auto* option = app.add_flag_callback(name, [&config, task] { config.task = task; }, help);
        return option->configurable(false);
    };
    auto* scrub = flag("--scrub", Task::scrub,
                       "Check every byte that is stored and end; also while obhutd is running, and "
                       "of a backup");
    auto* shown =
        flag("--incarnation", Task::incarnation, "Say which restore of the data this is, and end");
    auto* renewed = flag("--new-incarnation", Task::new_incarnation,
                         "After putting the data directory back by other means than --restore: "
                         "mark it as restored, and end");
    auto* quota = flag("--quota", Task::quota, "Say who is charged for how many bytes, and end");
    for (auto* option : {backup, restore}) option->type_name("DIR")->configurable(false);
    const std::initializer_list<CLI::Option*> all{backup, restore, scrub, shown, renewed, quota};
    for (auto* one : all)
        for (auto* other : all)
            if (one < other) one->excludes(other);
    app.add_flag("--json", config.json, "What is said of these, as JSON")->configurable(false);
}

void add_front(CLI::App& app, FrontSettings& front) {
    app.add_option("--certificate", front.certificate,
                   "PEM file with the certificate chain: HTTPS instead of HTTP")
        ->envname("OBHUTD_CERTIFICATE")
        ->type_name("FILE");
    app.add_option("--private-key", front.private_key,
                   "PEM file with its key, if it is not in the same file")
        ->envname("OBHUTD_PRIVATE_KEY")
        ->type_name("FILE");
    app.add_option("--proxy", front.proxies,
                   "Address of a proxy whose x-forwarded-for is believed; repeatable")
        ->envname("OBHUTD_PROXY")
        ->type_name("ADDRESS");
    app.add_flag("--metrics-everywhere", front.metrics_everywhere,
                 "Show /metrics to all, not to loopback alone");
    app.add_option("--max-connections", front.max_connections, "Connections in all")
        ->capture_default_str();
    app.add_option("--max-connections-per-address", front.max_connections_per_address,
                   "Connections of one address; loopback is not counted")
        ->capture_default_str();
    app.add_option("--body-memory", front.body_memory, "Bytes of large bodies in memory at once")
        ->transform(CLI::AsSizeValue(false))
        ->capture_default_str();
    app.add_option("--worker-threads", front.worker_threads, "Threads for requests")
        ->check(CLI::Range(1, 1024))
        ->capture_default_str();
    app.add_option("--io-threads", front.io_threads, "Threads for connections")
        ->check(CLI::Range(1, 64))
        ->capture_default_str();
}

void add_rate(CLI::App& app, const std::string& name, services::Rate& rate,
              const std::string& what) {
    app.add_option("--rate-" + name, rate.per_second, what + " a second")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--burst-" + name, rate.burst, what + " at once")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
}

void add_limits(CLI::App& app, services::Settings& settings) {
    add_rate(app, "open", settings.open, "Unsigned requests of one address");
    add_rate(app, "device", settings.device, "Signed requests of one device");
    add_rate(app, "sign-in", settings.sign_in_address, "Sign-ins of one address");
    add_rate(app, "account", settings.sign_in_account, "Sign-ins to one account");
    const auto size = [&](const char* name, std::uint64_t& value, const char* help) {
        app.add_option(name, value, help)
            ->transform(CLI::AsSizeValue(false))
            ->capture_default_str();
    };
    size("--user-quota", settings.user_quota,
         "Bytes in all spaces that one user owns; 0 = no limit");
    size("--space-quota", settings.space_quota, "Bytes in one space; 0 = no limit");
    size("--upload-quota", settings.upload_quota,
         "Bytes uploaded by a device and not yet in a commit; 0 = no limit");
    app.add_option_function<unsigned>(
           "--restore-wait",
           [&settings](unsigned minutes) { settings.restore_wait = minutes * kMinute; },
           "Minutes (10) after a restore in which the directory takes only what devices bring back")
        ->check(CLI::Range(0, 24 * 60));
}

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

ParsedConfig parse_config(int argc, char** argv) {
    ParsedConfig result;
    std::string listen = "127.0.0.1:8080";
    CLI::App app("obhutd, the server of Obhut: keeps what it cannot read.\n");
    app.set_version_flag("--version", kVersion);
    app.set_config("--config", "",
                   "Configuration file (TOML): option names without dashes in front")
        ->envname("OBHUTD_CONFIG");
    app.footer(
        "Signals: TERM and INT stop after the requests under way; HUP reads the configuration "
        "again\n"
        "(limits, log level, certificate). Exit status: 0 stopped, 2 usage, 3 cannot listen,\n"
        "4 data directory in use, 5 data directory not usable, 6 data damaged or too new, 1 "
        "anything else.");
    add_basics(app, result.config, listen);
    add_tasks(app, result.config);
    add_front(app, result.config.front);
    add_limits(app, result.config.services);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return {{}, status == 0 ? 0 : kExitUsage};
    }
    if (!parse_listen(listen, result.config.front))
        return mistake("--listen takes an address and a port, as in 127.0.0.1:8080 or [::1]:8080");
    if (result.config.data.empty() && !result.config.memory) return mistake("--data DIR is needed");
    return result;
}

}  // namespace obhut::front
