// obhutd: the server of Obhut. It keeps what it cannot read: builds store, service and front, and
// runs until a signal.
//
// Links nothing that can hold a key which opens content (tests/architecture). Exit statuses:
// server/front/exit_status.h.
#include <csignal>
#include <cstdio>
#include <thread>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include "platform/system_clock.h"
#include "platform/system_entropy.h"
#include "server/front/config.h"
#include "server/front/exit_status.h"
#include "server/front/front.h"
#include "server/front/log.h"
#include "server/services/errors.h"
#include "server/storage/memory_store.h"
#include "server/storage/posix_files.h"
#include "server/storage/sqlite_store.h"
#include "server/tasks.h"

namespace obhut::front {

namespace {

// What went wrong, in words for an operator, and the status to end with.
struct Ending {
    int status = kExitFailure;
    std::string text;
};

Ending ending_of(Error error, const Config& config) {
    const std::string data = "the data directory " + config.data;
    const std::string place = config.front.address + ":" + std::to_string(config.front.port);
    if (error.is(errors::address_in_use))
        return {kExitListen, place + " is in use by another program; choose another with --listen"};
    if (error.is(errors::address_refused))
        return {kExitListen,
                "cannot listen on " + place + ": not an address of this machine, or not allowed"};
    if (error.is(errors::certificate_invalid))
        return {kExitListen,
                "certificate or private key cannot be read, or do not belong together"};
    if (error.is(errors::data_in_use)) return {kExitInUse, data + " is in use by another obhutd"};
    if (error.is(errors::data_too_new))
        return {kExitDamaged, data + " was written by a later version of obhutd"};
    if (error.is(errors::not_empty))
        return {kExitStorage, data + " holds a server's data already; restore into an empty one"};
    if (error.is(errors::no_backup)) return {kExitStorage, config.backup + " holds no backup"};
    if (error.is(errors::disk_full)) return {kExitStorage, "no room left for " + data};
    if (error.kind() == Kind::corrupt)
        return {kExitDamaged, data + " is damaged; nothing was changed, restore it from a backup"};
    return {kExitStorage,
            data + " cannot be made, read or written; do its parent and its permissions allow it?"};
}

int end_with(const Ending& ending, Error error) {
    std::fprintf(stderr, "obhutd: %s (E-0%d, %d)\n", ending.text.c_str(), error.code.number,
                 error.detail);
    return ending.status;
}

// Every connection is a descriptor: take as many as we may.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// Bodies are kept for the next ones, since fresh pages cost as much as the work on them; threads
// share few arenas, so that memory follows use.
void bound_memory() {
    mallopt(M_MMAP_THRESHOLD, 16 << 20);
    mallopt(M_TRIM_THRESHOLD, 32 << 20);
    mallopt(M_ARENA_MAX, 2);
}

class Server {
public:
    explicit Server(Config config) : config_(std::move(config)) {}

    Result<> open() {
        if (config_.memory) {
            store_ = std::make_unique<storage::MemoryStore>();
        } else {
            storage::SqliteOptions options;
            options.directory = config_.data;
            store_ = TRY(storage::SqliteStore::create(options, files_));
        }
        service_ = TRY(services::Service::open(*store_, clock_, entropy_, config_.services));
        front_ = TRY(Front::listen(*service_, config_.front));
        Hall& hall = front_->hall();
        hall.health = [this] { return store_->healthy(); };
        hall.gauges = [this] { return gauges(); };
        return {};
    }

    void announce() const {
        const char* scheme = config_.front.certificate.empty() ? "http" : "https";
        const bool v6 = config_.front.address.find(':') != std::string::npos;
        std::printf("obhutd: listening on %s://%s%s%s:%u\n", scheme, v6 ? "[" : "",
                    config_.front.address.c_str(), v6 ? "]" : "", front_->port());
        if (const std::string token = service_->creation_token(); !token.empty())
            std::printf(
                "obhutd: no organisation yet; creating one from another machine takes the token "
                "%s\n",
                token.c_str());
        std::fflush(stdout);
        log_info("listening", field("port", front_->port()));
    }

    void run() {
        std::jthread upkeep([this](const std::stop_token& stop) { tend(stop); });
        front_->run();
    }

    void stop() {
        log_info("stopping");
        front_->stop();
    }

    void reload(int argc, char** argv) {
        const ParsedConfig fresh = parse_config(argc, argv);
        if (fresh.exit_status || !setup_log(fresh.config.log_level))
            return log_warning("reload-refused");
        service_->apply(fresh.config.services);
        const Result<> certificate = front_->reload_certificate();
        if (!certificate) return log_error("certificate-kept", certificate.error());
        log_info("reloaded");
    }

private:
    void tend(const std::stop_token& stop) {
        constexpr std::chrono::milliseconds kNap{200};
        constexpr int kNapsBetween = 300;
        while (!stop.stop_requested()) {
            const Result<bool> more = service_->tend();
            if (!more) log_error("upkeep-failed", more.error());
            const int naps = more && *more ? 1 : kNapsBetween;
            for (int i = 0; i < naps && !stop.stop_requested(); ++i)
                std::this_thread::sleep_for(kNap);
        }
    }

    std::vector<Metrics::Gauge> gauges() {
        const storage::StoreStatistics numbers = store_->statistics();
        const auto count = [](std::uint64_t number) { return static_cast<double>(number); };
        return {
            {"obhut_batches_total", "Writes acknowledged.", count(numbers.batches), true},
            {"obhut_batches_refused_total", "Writes refused.", count(numbers.refused), true},
            {"obhut_write_groups_total", "Syncs that writes shared.", count(numbers.groups), true},
            {"obhut_writes_waiting", "Writes that wait now.", count(numbers.queued)},
            {"obhut_segments", "Segment files.", count(numbers.segments)},
            {"obhut_segment_bytes", "Bytes in segment files.", count(numbers.segment_bytes)},
            {"obhut_live_bytes", "Bytes in them that are needed.", count(numbers.live_bytes)},
        };
    }

    const Config config_;
    platform::SystemClock clock_;
    platform::SystemEntropy entropy_;
    storage::PosixFiles files_;
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<services::Service> service_;
    std::unique_ptr<Front> front_;
};

sigset_t handled_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, number);
    return signals;
}

int run(int argc, char** argv) {
    ParsedConfig parsed = parse_config(argc, argv);
    if (parsed.exit_status) return *parsed.exit_status;
    if (!setup_log(parsed.config.log_level)) {
        std::fprintf(stderr, "obhutd: --log-level takes debug, info, warning, error or off\n");
        return kExitUsage;
    }
    // Signals are taken by one thread; all others, made below, inherit that they are blocked.
    const sigset_t signals = handled_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    bound_memory();
    umask(0077);

    if (parsed.config.task != Task::serve) {
        const auto done = do_task(parsed.config);
        return done ? *done : end_with(ending_of(done.error(), parsed.config), done.error());
    }
    Server server(parsed.config);
    const Result<> opened = server.open();
    if (!opened) return end_with(ending_of(opened.error(), parsed.config), opened.error());
    server.announce();
    std::thread listener([&] {
        int number = 0;
        while (sigwait(&signals, &number) == 0 && number == SIGHUP) server.reload(argc, argv);
        server.stop();
    });
    server.run();
    listener.join();
    log_info("stopped");
    return 0;
}

}  // namespace

}  // namespace obhut::front

int main(int argc, char** argv) { return obhut::front::run(argc, argv); }
