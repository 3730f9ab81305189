// obhut-hostile: for auditors. It stands between clients and a real obhutd and lies to them in one
// named way; what a client makes of it is the proof. Not part of the server's package.
//
//     obhut-hostile --server http://127.0.0.1:8080 --strategy flip-objects
//                   [--listen 127.0.0.1:0] [--after N] [--second URL] [--record FILE]
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
    std::string record;
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
    app.add_option("--record", options.record,
                   "file that gets every request and answer, as they are without TLS");
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

// Writes down what passes: who searches it for something secret sees what the server sees.
Upstream recorded(Upstream server, std::shared_ptr<std::FILE> file) {
    return [server = std::move(server),
            file = std::move(file)](const http::Request& request) -> Result<http::Response> {
        const auto write = [&](std::string_view text) {
            (void)std::fwrite(text.data(), 1, text.size(), file.get());
        };
        const auto write_headers = [&](const http::Headers& headers) {
            for (const auto& [name, value] : headers.all()) write(name + ": " + value + "\n");
            write("\n");
        };
        write("> " + std::string(http::name_of(request.method)) + " " + request.target() + "\n");
        write_headers(request.headers);
        write(as_text(request.body));
        auto response = server(request);
        write("\n< " + (response ? std::to_string(response->status) : std::string("-")) + "\n");
        if (response) {
            write_headers(response->headers);
            write(as_text(response->body));
        }
        write("\n");
        std::fflush(file.get());
        return response;
    };
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
    auto server = upstream_of(options.server);
    if (!server) return fail_with("--server is no server's URL", server.error());
    if (!options.record.empty()) {
        const std::shared_ptr<std::FILE> file(std::fopen(options.record.c_str(), "wb"),
                                              [](std::FILE* open) {
                                                  if (open) std::fclose(open);
                                              });
        if (!file) {
            std::fprintf(stderr, "obhut-hostile: cannot write %s\n", options.record.c_str());
            return kExitUsage;
        }
        server = recorded(std::move(*server), file);
    }
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
