// What the smallest things cost, in an unlocked program, with a real obhutd beside it on the same
// machine: a commit of one 1-kB file from the call to the durable acknowledgement, listing a large
// folder, moving one; and how that grows with the number of files.
//
// Starts build/…/bin/obhutd beside itself on a free port, in a temporary folder.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/files/space_files.h"
#include "bench/must.h"
#include "client/engine.h"
#include "core/crypto/hash.h"
#include "platform/curl_transport.h"
#include "platform/sqlite_store.h"
#include "platform/system_clock.h"
#include "platform/system_entropy.h"
#include "platform/thread_pool.h"
#include "tests/support/temporary_folder.h"

namespace obhut {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kFilesPerCommit = 4000;
constexpr int kRounds = 100;

double milliseconds_since(SteadyClock::time_point began) {
    return std::chrono::duration<double, std::milli>(SteadyClock::now() - began).count();
}

// Server is obhutd in a process of its own; its first line of output has the URL.
class Server {
public:
    Server(const std::string& program, const std::string& data) {
        int ends[2];
        if (::pipe(ends) != 0) std::exit(1);
        process_ = ::fork();
        if (process_ == 0) {
            ::dup2(ends[1], 1);
            ::close(ends[0]);
            ::execl(program.c_str(), program.c_str(), "--data", data.c_str(), "--listen",
                    "127.0.0.1:0", "--log-level", "off", "--burst-device", "1000000000",
                    static_cast<char*>(nullptr));
            ::_exit(127);
        }
        ::close(ends[1]);
        for (char letter = 0; ::read(ends[0], &letter, 1) == 1 && letter != '\n';) url_ += letter;
        url_ = url_.substr(std::min(url_.size(), url_.find("http")));
    }
    ~Server() {
        ::kill(process_, SIGTERM);
        int status = 0;
        ::waitpid(process_, &status, 0);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    const std::string& url() const { return url_; }

private:
    pid_t process_ = -1;
    std::string url_;
};

// Office is one person, unlocked, with one space.
class Office {
public:
    Office(const std::string& url, const std::string& folder)
        : transport_(must(platform::CurlTransport::create(url), "connect")),
          store_(must(platform::SqliteStore::open(folder + "/profile.db"), "profile")),
          engine_(must(client::Engine::open({*transport_, *store_, clock_, entropy_, pool_}),
                       "engine")) {
        client::NewOrganisation request;
        request.host = url;
        request.name = "Bench";
        request.email = "a@example.org";
        request.password = SecretBytes(as_bytes("bench"));
        request.protection = client::Protection::by_passphrase(as_bytes("bench"));
        (void)must(engine_->create_organisation(request), "create the organisation");
        space_ = must(engine_->space(must(engine_->create_space("Bench"), "create a space")),
                      "open the space");
    }

    client::Space& space() { return *space_; }

    void change(const std::function<Result<>(files::Editor&)>& edit) {
        const files::Author author{engine_->status().device, clock_.now(), entropy_};
        (void)must(files::change_files(*space_, author,
                                       [&](files::Editor& editor, client::Summary& summary) {
                                           summary.add(client::Verb::added, "bench");
                                           return edit(editor);
                                       }),
                   "commit");
    }

    // add puts files of `size` bytes into a folder.
    void add(const std::string& folder, std::size_t from, std::size_t count, std::size_t size) {
        change([&](files::Editor& editor) -> Result<> {
            const FileId id = TRY(editor.make_folders(files::kRoot, folder));
            for (std::size_t i = from; i < from + count; ++i) {
                files::NewFile file;
                file.inline_bytes = Bytes(size, static_cast<std::uint8_t>(i));
                file.content.size = size;
                file.content.hash = sha256(file.inline_bytes);
                TRY(editor.put_file(id, "file-" + std::to_string(10'000'000 + i), std::move(file)));
            }
            return {};
        });
    }

private:
    platform::SystemClock clock_;
    platform::SystemEntropy entropy_;
    platform::ThreadPool pool_;
    std::unique_ptr<client::Transport> transport_;
    std::unique_ptr<client::LocalStore> store_;
    std::unique_ptr<client::Engine> engine_;
    client::Space* space_ = nullptr;
};

struct Times {
    double median = 0;
    double worst = 0;  // of a hundred
};

Times repeat(int rounds, const std::function<void(int)>& work) {
    std::vector<double> all;
    for (int i = 0; i < rounds; ++i) {
        const auto began = SteadyClock::now();
        work(i);
        all.push_back(milliseconds_since(began));
    }
    std::ranges::sort(all);
    return {all[all.size() / 2], all[all.size() * 99 / 100]};
}

double list_all(client::Space& space, const std::string& folder, std::size_t expected) {
    const auto began = SteadyClock::now();
    const files::SpaceView view = must(files::SpaceView::newest(space), "newest");
    const FileId id = must(view.files().folder(folder), "folder");
    std::size_t seen = 0;
    for (std::string after;;) {
        const auto page = must(view.files().list(id, after, 1000), "list");
        seen += page.size();
        if (page.size() < 1000) break;
        after = page.back().name;
    }
    if (seen != expected) std::exit(1);
    return milliseconds_since(began);
}

void measure(Office& office) {
    std::printf(
        "| files in the folder | commit of a 1-kB file, ms (p99) | list all, warm, ms | move the "
        "folder, ms |\n|---:|---:|---:|---:|\n");
    std::size_t there = 0;
    std::size_t extra = 0;
    std::string folder = "/all";
    for (const std::size_t count : {1000U, 10'000U, 100'000U}) {
        while (there < count) {
            const std::size_t some = std::min(kFilesPerCommit, count - there);
            office.add(folder, there, some, 100);
            there += some;
        }
        const Times commit = repeat(kRounds, [&](int) { office.add("/other", extra++, 1, 1000); });
        (void)list_all(office.space(), folder, count);
        const double list = list_all(office.space(), folder, count);
        const Times moved = repeat(10, [&](int) {
            const std::string to = folder == "/all" ? "moved" : "all";
            office.change([&](files::Editor& editor) -> Result<> {
                TRY(editor.move(files::kRoot, folder.substr(1), files::kRoot, to,
                                files::Clash::refuse));
                return {};
            });
            folder = "/" + to;
        });
        std::printf("| %zu | %.1f (%.1f) | %.1f | %.1f |\n", count, commit.median, commit.worst,
                    list, moved.median);
        std::fflush(stdout);
    }
}

}  // namespace
}  // namespace obhut

int main(int, char** argv) {
    namespace fs = std::filesystem;
    const obhut::test::TemporaryFolder folder;
    const fs::path program = fs::absolute(argv[0]).parent_path() / "obhutd";
    obhut::Server server(program, folder / "server");
    obhut::Office office(server.url(), folder.path());
    obhut::measure(office);
    return 0;
}
