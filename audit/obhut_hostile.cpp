// obhut-hostile: for auditors. It stands between clients and a real obhutd and lies to them in one
// named way; what a client makes of it is the proof. Not part of the server's package.
//
//     obhut-hostile --server http://127.0.0.1:8080 --strategy flip-objects
//                   [--listen 127.0.0.1:0] [--after N] [--second URL]
//
// Honest at first: the lying begins after N requests, or with SIGUSR1. docs/auditing.md.
#include <csignal>
#include <cstdio>
#include <thread>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "audit/proxy.h"
#include "platform/curl_transport.h"
#include "server/front/front.h"
#include "server/front/log.h"

namespace obhut::audit {

namespace {

constexpr int kExitUsage = 2;
constexpr int kExitListen = 3;
constexpr unsigned kNever = ~0U;

struct Options {
    std::string server;
    std::string second;
    std::string strategy = "honest";
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;
    unsigned after = kNever;
};

std::string strategy_help() {
    std::string help = "Strategies (what the client is expected to do):\n";
    for (const StrategyInfo& info : strategies())
        help += "  " + std::string(info.name) + ": " + std::string(info.what) + " (" +
                std::string(info.expect) + ")\n";
    return help;
}

// Reads the options; an exit status if that was all.
std::optional<int> read_options(int argc, char** argv, Options& options) {
    CLI::App app("obhut-hostile: a server that lies, for auditors.\n");
    std::string listen;
    app.footer(strategy_help());
    app.add_option("--server", options.server, "the honest server behind it")->required();
    app.add_option("--second", options.second, "another server, for the strategy split");
    app.add_option("--strategy", options.strategy, "what it does; see below");
    app.add_option("--listen", listen, "ADDRESS:PORT; 127.0.0.1 and any free port if not given");
    app.add_option("--after", options.after, "requests before it lies; else SIGUSR1 begins it");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : kExitUsage;
    }
    if (listen.empty()) return std::nullopt;
    const std::size_t colon = listen.rfind(':');
    const int port = colon == std::string::npos ? -1 : std::atoi(listen.c_str() + colon + 1);
    if (port < 0 || port > 65535) {
        std::fprintf(stderr, "obhut-hostile: --listen takes ADDRESS:PORT\n");
        return kExitUsage;
    }
    options.address = listen.substr(0, colon);
    options.port = static_cast<std::uint16_t>(port);
    return std::nullopt;
}

Result<Upstream> upstream_of(const std::string& url) {
    std::shared_ptr<platform::CurlTransport> transport = TRY(platform::CurlTransport::create(url));
    return Upstream([transport](const http::Request& request) { return transport->send(request); });
}

int fail_with(const char* what, Error error) {
    std::fprintf(stderr, "obhut-hostile: %s (E-0%d)\n", what, error.code.number);
    return kExitListen;
}

void tell(std::string_view what) {
    std::printf("obhut-hostile: %.*s\n", static_cast<int>(what.size()), what.data());
    std::fflush(stdout);
}

int run(int argc, char** argv) {
    Options options;
    if (const auto status = read_options(argc, argv, options)) return *status;
    // Blocked before any thread is made: they all inherit it, and one takes the signals.
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&signals, number);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    const auto server = upstream_of(options.server);
    if (!server) return fail_with("--server is no server's URL", server.error());
    Upstream second;
    if (!options.second.empty()) {
        const auto other = upstream_of(options.second);
        if (!other) return fail_with("--second is no server's URL", other.error());
        second = *other;
    }
    auto strategy = make_strategy(options.strategy, std::move(second));
    if (!strategy) {
        std::fprintf(stderr, "obhut-hostile: no such strategy (split needs --second)\n%s",
                     strategy_help().c_str());
        return kExitUsage;
    }
    (void)front::setup_log("off");

    Proxy proxy(std::move(strategy), *server, options.after, tell);
    front::FrontSettings settings;
    settings.address = options.address;
    settings.port = options.port;
    auto front = front::Front::listen(proxy, settings);
    if (!front) return fail_with("cannot listen there", front.error());
    tell("listening on http://" + options.address + ":" + std::to_string((*front)->port()));
    std::thread listener([&] {
        int number = 0;
        while (sigwait(&signals, &number) == 0 && number == SIGUSR1) proxy.begin();
        (*front)->stop();
    });
    (*front)->run();
    listener.join();
    return 0;
}

}  // namespace

}  // namespace obhut::audit

int main(int argc, char** argv) { return obhut::audit::run(argc, argv); }
