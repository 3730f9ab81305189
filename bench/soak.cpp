// A year of one space's work, in minutes: commits that put new versions of files, add, remove,
// restore; a server that takes its room back; the space's policy, which clients keep. Disk use has
// to follow what is retained and to stop growing.
//
//     soak [COMMITS]        100,000 without an argument; a line for every twentieth of them
//
// Server and client are in one process, on virtual time; the server's store is the real one, on
// disk, with its syncs. Every commit is 5 minutes after the one before, every day the server tends
// its store and the client does its duties.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "apps/files/content_checker.h"
#include "apps/files/space_files.h"
#include "apps/files/upload.h"
#include "bench/must.h"
#include "client/engine.h"
#include "client/ports/memory_store.h"
#include "client/spaces/charge.h"
#include "core/base/executor.h"
#include "core/content/memory_ports.h"
#include "server/services/service.h"
#include "server/storage/audit.h"
#include "server/storage/posix_files.h"
#include "server/storage/sqlite_store.h"
#include "tests/support/entropy.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/world.h"

namespace obhut {
namespace {

constexpr Millis kStep = 5 * kMinute;
constexpr std::size_t kFiles = 60;
constexpr std::size_t kFileSize = 8000;

std::uint64_t bytes_on_disk(const std::string& folder) {
    std::uint64_t sum = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) sum += entry.file_size();
    return sum;
}

// Direct is the way to a service in this process.
class Direct final : public client::Transport {
public:
    explicit Direct(services::Service& service) : service_(service) {}
    Result<http::Response> send(const http::Request& request, const client::CallOptions&) override {
        return service_.answer(request, services::Peer{"127.0.0.1", true}).response;
    }
    client::Ticket submit(http::Request request, const client::CallOptions& options) override {
        answers_.emplace(next_, send(request, options));
        return next_++;
    }
    Result<http::Response> collect(client::Ticket ticket) override {
        auto found = answers_.extract(ticket);
        return std::move(found.mapped());
    }
    Result<http::Response> listen(const http::Request&, client::EventSink&,
                                  const client::CallOptions&) override {
        return fail(errors::unreachable);
    }

private:
    services::Service& service_;
    client::Ticket next_ = 1;
    std::map<client::Ticket, Result<http::Response>> answers_;
};

class Quiet final : public files::UploadObserver {
public:
    void read_bytes(std::uint64_t) override {}
    Result<> stored(std::span<const Stored>) override { return {}; }
    void skipped(std::uint64_t, Error error) override {
        must(Result<>(std::unexpected(error)), "put");
    }
};

class Soak {
public:
    explicit Soak(const std::string& folder) : data_(folder + "/data") {
        options_.directory = data_;
        store_ = must(storage::SqliteStore::create(options_, disk_), "the store");
        services::Settings settings;
        settings.device = {1e9, 1e9};  // all of it happens at a few moments of virtual time
        service_ =
            must(services::Service::open(*store_, clock_, entropy_, settings), "the service");
        transport_ = std::make_unique<Direct>(*service_);
        profile_ = std::make_unique<client::MemoryStore>(profile_disk_);
        engine_ = must(client::Engine::open({*transport_, *profile_, clock_, entropy_, executor_}),
                       "the engine");
        client::NewOrganisation request;
        request.host = "http://obhut.test";
        request.name = "Soak";
        request.email = "a@example.org";
        request.password = SecretBytes(as_bytes("soak"));
        request.protection = client::Protection::by_passphrase(as_bytes("soak"));
        (void)must(engine_->create_organisation(request), "the organisation");
        const SpaceId id = must(engine_->create_space("Soak"), "the space");
        must(engine_->set_space_policy(id, {7, 30, 7, false}), "the policy");
        space_ = must(engine_->space(id), "the space");
    }

    void commit(std::uint64_t number) {
        clock_.advance(kStep);
        const std::uint64_t what = entropy_.below(100);
        if (what < 60)
            put("plan" + std::to_string(entropy_.below(kFiles)));
        else if (what < 80)
            put("note" + std::to_string(number));
        else
            remove(what < 85);
        if (number % (kDay / kStep) == 0) a_day_passes();
    }

    void report(std::uint64_t number, double seconds) {
        const auto statistics = store_->statistics();
        const auto usage = must(store_->space_usage(space_->id()), "usage");
        const auto mb = [](std::uint64_t bytes) { return static_cast<double>(bytes) / 1e6; };
        const auto view = must(files::SpaceView::newest(*space_), "the files");
        std::uint64_t versions = 0;
        must(view.files().reading().each(as_bytes("v/"), {},
                                         [&](ByteView, ByteView) -> Result<bool> {
                                             ++versions;
                                             return true;
                                         }),
             "versions");
        std::printf("| %llu | %llu | %llu | %zu | %.0f | %.0f | %.0f | %.0f | %llu | %.1f |\n",
                    static_cast<unsigned long long>(number),
                    static_cast<unsigned long long>(number * kStep / kDay),
                    static_cast<unsigned long long>(versions),
                    must(view.files().trash(0, 1'000'000), "the trash").size(), mb(usage.live),
                    mb(usage.trash), mb(statistics.segment_bytes), mb(bytes_on_disk(data_)),
                    static_cast<unsigned long long>(statistics.segments), seconds);
        std::fflush(stdout);
    }

    // verify has the client read every byte, and the server count every sum again.
    void verify() {
        files::FilesChecker checker(executor_);
        const auto report = must(engine_->verify(space_->id(), &checker, nullptr), "verify");
        space_ = nullptr;
        engine_.reset();
        service_.reset();
        store_.reset();
        const auto audit =
            must(storage::audit(options_, disk_, storage::AuditDepth::bytes), "scrub");
        std::printf(
            "\nverified: %llu commits, %llu objects of files, %zu problems; "
            "scrubbed: %llu objects, %llu damaged\n",
            static_cast<unsigned long long>(report.commits),
            static_cast<unsigned long long>(report.objects), report.problems.size(),
            static_cast<unsigned long long>(audit.objects),
            static_cast<unsigned long long>(audit.damaged));
        if (!report.problems.empty() || audit.damaged > 0) std::exit(1);
    }

private:
    files::Author author() { return {engine_->status().device, clock_.now(), entropy_}; }

    void put(const std::string& name) {
        Quiet quiet;
        files::Upload upload(*space_, author(), {executor_, clock_}, quiet, name);
        Bytes bytes(kFileSize);
        entropy_.fill(bytes);
        content::MemorySource source(std::move(bytes));
        files::UploadFile file;
        file.folder = "/";
        file.name = name;
        must(upload.put(source, std::move(file)), "put");
        must(upload.finish(), "put");
    }

    // Removes a note, if there is one; now and then one comes back.
    void remove(bool restores) {
        (void)must(files::change_files(
                       *space_, author(),
                       [&](files::Editor& editor, client::Summary&) -> Result<> {
                           const auto notes = TRY(editor.files().list(files::kRoot, "note", 1));
                           if (!notes.empty() && notes[0].name.starts_with("note"))
                               TRY(editor.remove(files::kRoot, notes[0].name));
                           if (!restores) return {};
                           const auto oldest = TRY(editor.files().trash(0, 1));
                           if (!oldest.empty())
                               TRY(editor.restore(oldest[0].time, oldest[0].entry.id));
                           return {};
                       }),
                   "remove");
    }

    void a_day_passes() {
        const auto duties = must(engine_->run_duties(), "duties");
        if (duties.first_error) must(Result<>(std::unexpected(*duties.first_error)), "duties");
        (void)must(files::tidy(*space_, author()), "tidy");
        while (must(service_->tend(), "tend")) {
        }
    }

    std::string data_;
    test::VirtualClock clock_;
    test::TestEntropy entropy_{4711};
    InlineExecutor executor_;
    storage::PosixFiles disk_;
    storage::SqliteOptions options_;
    std::unique_ptr<storage::SqliteStore> store_;
    std::unique_ptr<services::Service> service_;
    std::unique_ptr<Direct> transport_;
    client::MemoryDisk profile_disk_;
    std::unique_ptr<client::MemoryStore> profile_;
    std::unique_ptr<client::Engine> engine_;
    client::Space* space_ = nullptr;
};

}  // namespace
}  // namespace obhut

int main(int argc, char** argv) {
    const std::uint64_t commits = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
    const obhut::test::TemporaryFolder folder;
    obhut::Soak soak(folder.path());
    std::printf(
        "| commits | days | versions | in trash | live MB | server's trash MB | segments MB "
        "| disk MB | segments | s |\n|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    const auto began = std::chrono::steady_clock::now();
    for (std::uint64_t number = 1; number <= commits; ++number) {
        soak.commit(number);
        if (number % std::max<std::uint64_t>(commits / 20, 1) != 0) continue;
        const auto span = std::chrono::steady_clock::now() - began;
        soak.report(number, std::chrono::duration<double>(span).count());
    }
    soak.verify();
    return 0;
}
