// A year of one space's work, in minutes: commits that put new versions of files, add, remove,
// restore; a server that takes its room back; the space's policy, which clients keep. Disk use has
// to follow what is retained: the space has about as many files all the time.
//
//     soak [COMMITS [DAYS]]     100,000 without an argument; a line for every twentieth of them
//
// DAYS is how long the policy keeps one version a month; without, for ever. Server and client are
// in one process, on virtual time; the server's store is the real one, on disk, with its syncs.
// Every commit is 5 minutes after the one before, every day the server tends its store and the
// client does its duties. Each line counts what the newest tree names and what the server counts
// as named by it: the soak ends with an error if they differ.
#include <chrono>
#include <cstdio>
#include <cstdlib>

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
#include "server/storage/object_life.h"
#include "server/storage/posix_files.h"
#include "server/storage/schema.h"
#include "server/storage/sqlite_store.h"
#include "tests/support/entropy.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/world.h"

namespace obhut {
namespace {

constexpr Millis kStep = 5 * kMinute;
constexpr std::size_t kFiles = 60;
constexpr std::size_t kNotes = 400;  // about so many besides
constexpr std::size_t kFileSize = 8000;

// What a tree names: entries with content, and its nodes.
struct Named {
    std::uint64_t files = 0;
    std::uint64_t versions = 0;
    std::uint64_t removed = 0;
    std::uint64_t nodes = 0;
};

// Objects of one kind in the server's index.
struct Stored {
    std::uint64_t objects = 0;
    double megabytes = 0;
};

double mb(std::uint64_t bytes) { return static_cast<double>(bytes) / 1e6; }

std::uint64_t first_number(storage::Database& index, const char* sql) {
    storage::Query row = must(index.query(sql), "count");
    must(row.step(), "count");
    return row.number(0);
}

// Objects by stage and kind, as the index has them: stage in the low four bits, kind above.
Stored stored(storage::Database& index, storage::LifeStage stage, storage::ObjectKind kind) {
    const auto life = static_cast<std::int64_t>(stage) | static_cast<std::int64_t>(kind) << 4;
    storage::Query row = must(
        index.query("SELECT count(*), coalesce(sum(length), 0) FROM objects WHERE life = ?", life),
        "objects");
    must(row.step(), "objects");
    return {row.number(0), mb(row.number(1))};
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
    Soak(const std::string& folder, std::optional<std::uint32_t> monthly)
        : data_(folder + "/data") {
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
        must(engine_->set_space_policy(id, {7, 30, 7, false, monthly}), "the policy");
        space_ = must(engine_->space(id), "the space");
    }

    void commit(std::uint64_t number) {
        clock_.advance(kStep);
        const std::uint64_t what = entropy_.below(100);
        if (what < 60) {
            put("plan" + std::to_string(entropy_.below(kFiles)));
        } else if (what < 80) {
            put("note" + std::to_string(number));
            ++notes_;
        } else {
            remove(what < 85);
        }
        if (number % (kDay / kStep) == 0) a_day_passes();
    }

    void report(std::uint64_t number, double seconds) {
        using storage::LifeStage, storage::ObjectKind;
        const auto statistics = store_->statistics();
        const Named named = this->named();
        storage::Database index =
            must(storage::open_reader(data_ + "/index.db", nullptr), "the index");
        // A file, an older version, something removed: each names one object of content.
        const Stored content = stored(index, LifeStage::counted, ObjectKind::content);
        const Stored nodes = nodes_of_space(index);
        const Stored old_content = stored(index, LifeStage::dying, ObjectKind::content);
        const Stored old_nodes = stored(index, LifeStage::dying, ObjectKind::node);
        const auto trash = must(store_->space_usage(space_->id()), "usage").trash;
        std::printf(
            "| %llu | %llu | %llu | %llu | %llu | %.1f | %llu | %.1f | %llu | %.1f | %.1f | %.0f "
            "| %.0f | %llu | %.0f |\n",
            as_printed(number), as_printed(number * kStep / kDay), as_printed(named.files),
            as_printed(named.versions), as_printed(named.removed), content.megabytes,
            as_printed(named.nodes), nodes.megabytes,
            as_printed(first_number(index, "SELECT count(*) FROM roots")), old_content.megabytes,
            old_nodes.megabytes, mb(trash), mb(statistics.segment_bytes),
            as_printed(index_bytes(index) / number), seconds);
        std::fflush(stdout);
        expect_equal("content", content.objects, named.files + named.versions + named.removed);
        expect_equal("nodes", nodes.objects, named.nodes);
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
    static unsigned long long as_printed(std::uint64_t number) { return number; }

    static void expect_equal(const char* what, std::uint64_t stored, std::uint64_t named) {
        if (stored == named) return;
        std::fprintf(stderr, "%s: %llu objects counted as named, %llu are\n", what,
                     as_printed(stored), as_printed(named));
        std::exit(1);
    }

    // The nodes of this space's newest tree; two more spaces have a few.
    Stored nodes_of_space(storage::Database& index) {
        storage::Query row =
            must(index.query("SELECT count(*), coalesce(sum(o.length), 0) FROM objects o "
                             "JOIN spaces s ON s.number = o.space WHERE o.life = 18 AND s.id = ?",
                             space_->id()),
                 "nodes");
        must(row.step(), "nodes");
        return {row.number(0), mb(row.number(1))};
    }

    static std::uint64_t index_bytes(storage::Database& index) {
        return first_number(index, "PRAGMA page_count") * first_number(index, "PRAGMA page_size");
    }

    Named named() {
        const auto view = must(files::SpaceView::newest(*space_), "the files");
        Named named;
        const auto count = [&](std::string_view prefix, std::uint64_t& sum) {
            must(view.files().reading().each(as_bytes(prefix), {},
                                             [&](ByteView, ByteView) -> Result<bool> {
                                                 ++sum;
                                                 return true;
                                             }),
                 "keys");
        };
        count("f/", named.files);
        count("v/", named.versions);
        count("t/", named.removed);
        must(must(space_->snapshot(), "the tree")
                 ->tree.each_node([&](const ObjectId&, unsigned) -> Result<> {
                     ++named.nodes;
                     return {};
                 }),
             "nodes");
        return named;
    }

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

    // Removes a note, two when there are many; now and then one comes back.
    void remove(bool restores) {
        std::size_t notes = 0;
        (void)must(files::change_files(
                       *space_, author(),
                       [&](files::Editor& editor, client::Summary&) -> Result<> {
                           const auto found = TRY(editor.files().list(files::kRoot, "note", 2));
                           notes = notes_;
                           const std::size_t most = notes_ > kNotes ? 2 : 1;
                           for (std::size_t i = 0; i < std::min(found.size(), most); ++i) {
                               if (!found[i].name.starts_with("note")) break;
                               TRY(editor.remove(files::kRoot, found[i].name));
                               --notes;
                           }
                           if (!restores) return {};
                           const auto oldest = TRY(editor.files().trash(0, 1));
                           if (oldest.empty()) return {};
                           TRY(editor.restore(oldest[0].time, oldest[0].entry.id));
                           ++notes;
                           return {};
                       }),
                   "remove");
        notes_ = notes;
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
    std::size_t notes_ = 0;
};

}  // namespace
}  // namespace obhut

int main(int argc, char** argv) {
    const std::uint64_t commits = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
    std::optional<std::uint32_t> monthly;
    if (argc > 2) monthly = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
    const obhut::test::TemporaryFolder folder;
    obhut::Soak soak(folder.path(), monthly);
    std::printf(
        "| commits | days | files | older versions | in the trash | their content MB | nodes "
        "| MB | older roots kept | content of theirs MB | nodes of theirs MB | server's trash MB "
        "| segments MB | index, bytes a commit | s |\n"
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
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
