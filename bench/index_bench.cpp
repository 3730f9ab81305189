// The server's index of objects as it grows: writing batches of small objects, looking up random
// ones, small commits, starting; all through the store as obhutd uses it.
//
//     index_bench [ROWS]                  grows a store to that size (1,000,000), each row written
//                                         through it, in a temporary folder
//     index_bench fill ROWS FOLDER        fills a new store in bulk (index_fill.h)
//     index_bench measure ROWS FOLDER     measures that one, once: it writes to it
#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <random>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench/index_fill.h"
#include "bench/must.h"
#include "server/storage/posix_files.h"
#include "server/storage/sqlite_store.h"
#include "tests/support/temporary_folder.h"

namespace obhut::storage {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t kBatch = 4000;
constexpr std::uint64_t kBatches = 50;
constexpr int kWarmLookups = 20'000;
constexpr int kColdLookups = 3'000;
constexpr std::uint64_t kCommittingSpaces = 30;
constexpr std::uint64_t kCommits = 10;      // in each
constexpr std::uint64_t kNodes = 4;         // of a small commit: made, and those before replaced
constexpr std::uint64_t kNew = 1ULL << 60;  // numbers of objects that are written to be measured
constexpr Millis kFirstEnd = 1'000'000'000'000'000;  // of a pin; each upload's ends a little later

double seconds_since(SteadyClock::time_point began) {
    return std::chrono::duration<double>(SteadyClock::now() - began).count();
}

double peak_megabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

PutObjects upload(const SpaceId& space, std::uint64_t from, std::uint64_t count) {
    PutObjects put{space, {{}, kFirstEnd + from / kBatch}, {}};
    for (std::uint64_t number = from; number < from + count; ++number)
        put.objects.push_back(object(number));
    return put;
}

void look_up(Store& store, std::uint64_t number) {
    const auto states = must(store.object_states(space_of(number), {id_of(number)}), "looking up");
    if (states.front() != ObjectState::absent) return;
    std::fprintf(stderr, "object %llu is not there\n", static_cast<unsigned long long>(number));
    std::exit(1);
}

// In microseconds.
double look_up_random(Store& store, std::uint64_t rows, int count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto began = SteadyClock::now();
    for (int i = 0; i < count; ++i) look_up(store, random() % rows);
    return 1e6 * seconds_since(began) / count;
}

// ---- growing through the store

void grow(const std::string& folder, std::uint64_t most) {
    PosixFiles files;
    SqliteOptions options;
    options.directory = folder + "/data";
    const auto store = must(SqliteStore::create(options, files), "making the store");
    std::printf(
        "| rows | written, rows/s | look-up, µs | index, bytes a row | peak MB |\n"
        "|---:|---:|---:|---:|---:|\n");
    SpaceId space;
    std::uint64_t rows = 0;
    for (std::uint64_t next = 100'000; next <= most; next *= 10) {
        const auto began = SteadyClock::now();
        const std::uint64_t before = rows;
        while (rows < next) {
            WriteBatch batch;
            if (space_of(rows) != space) add_space(batch, space = space_of(rows));
            std::uint64_t end = rows + 1;
            while (end < std::min(next, rows + kBatch) && space_of(end) == space) ++end;
            batch.add(upload(space, rows, end - rows));
            must(commit_now(*store, std::move(batch)).result, "uploading");
            rows = end;
        }
        std::printf("| %llu | %.0f | ", static_cast<unsigned long long>(rows),
                    static_cast<double>(rows - before) / seconds_since(began));
        std::printf("%.0f | %.0f | %.0f |\n", look_up_random(*store, rows, kWarmLookups, rows),
                    static_cast<double>(fs::file_size(options.directory + "/index.db")) /
                        static_cast<double>(rows),
                    peak_megabytes());
        std::fflush(stdout);
    }
}

// ---- a store that was filled in bulk

// Makes the kernel forget the index, as after a restart of the machine.
void forget_pages(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    const bool done =
        file >= 0 && ::fsync(file) == 0 && ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0;
    ::close(file);
    if (done) return;
    std::fprintf(stderr, "%s: %s\n", path.c_str(), std::strerror(errno));
    std::exit(1);
}

// Uploads into one space, or each batch into another; rows a second.
double upload_rate(Store& store, std::uint64_t rows, bool one_space) {
    std::mt19937_64 random(rows + 1);
    const auto began = SteadyClock::now();
    for (std::uint64_t i = 0; i < kBatches; ++i) {
        const SpaceId space = space_of(one_space ? 0 : random() % rows);
        const std::uint64_t from = kNew + (one_space ? 0 : kBatches * kBatch) + i * kBatch;
        WriteBatch batch;
        batch.add(upload(space, from, kBatch));
        must(commit_now(store, std::move(batch)).result, "uploading");
    }
    return static_cast<double>(kBatches * kBatch) / seconds_since(began);
}

// One commit: new nodes, and those of the commit before replaced.
void commit_small(Store& store, const SpaceId& space, Sequence sequence, std::uint64_t nodes) {
    AppendLink link;
    link.space = space;
    link.sequence = sequence;
    link.hash = Hash::from(id_of(nodes).view());
    link.time = kFirstEnd;
    link.bytes = Bytes(500);
    ApplyLists lists{space, sequence, {}, Bytes(kNodes * 64)};
    for (std::uint64_t i = 0; i < kNodes; ++i) {
        lists.lists.created.push_back(id_of(nodes + i));
        if (sequence > 1) lists.lists.superseded.push_back(id_of(nodes - kNodes + i));
    }
    WriteBatch batch;
    batch.add(upload(space, nodes, kNodes)).add(std::move(link)).add(std::move(lists));
    must(commit_now(store, std::move(batch)).result, "committing");
}

// Milliseconds of each commit, ascending; in spaces at random, one commit after the other.
std::vector<double> commit_times(Store& store, std::uint64_t rows) {
    std::vector<double> times;
    std::mt19937_64 random(rows + 2);
    std::vector<SpaceId> spaces;
    for (int tries = 0; tries < 1000 && spaces.size() < kCommittingSpaces; ++tries) {
        const SpaceId space = space_of(random() % rows);
        if (std::ranges::find(spaces, space) == spaces.end()) spaces.push_back(space);
    }
    for (Sequence sequence = 1; sequence <= kCommits; ++sequence)
        for (std::uint64_t i = 0; i < spaces.size(); ++i) {
            const std::uint64_t nodes = 2 * kNew + i * kBatch + sequence * kNodes;
            const auto began = SteadyClock::now();
            commit_small(store, spaces[i], sequence, nodes);
            times.push_back(1000 * seconds_since(began));
        }
    std::ranges::sort(times);
    return times;
}

void measure(const std::string& directory, std::uint64_t rows) {
    PosixFiles files;
    SqliteOptions options;
    options.directory = directory;
    const std::string index = directory + "/index.db";
    const auto bytes = static_cast<double>(fs::file_size(index));
    forget_pages(index);
    auto began = SteadyClock::now();
    auto store = must(SqliteStore::create(options, files), "opening the store");
    const double cold_start = seconds_since(began);
    const double cold = look_up_random(*store, rows, kColdLookups, 1);
    look_up_random(*store, rows, kWarmLookups, 2);
    const double warm = look_up_random(*store, rows, kWarmLookups, 2);
    const double one = upload_rate(*store, rows, true);
    const double many = upload_rate(*store, rows, false);
    const std::vector<double> commits = commit_times(*store, rows);
    store.reset();
    began = SteadyClock::now();
    store = must(SqliteStore::create(options, files), "opening the store again");
    std::printf(
        "| rows | index, GB | bytes a row | start cold, s | again, s | look-up cold, µs | warm, µs "
        "| rows/s into one space | into many | small commit, ms (p99) | peak MB |\n"
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
        "| %llu | %.1f | %.0f | %.2f | %.2f | %.0f | %.0f | %.0f | %.0f | %.1f (%.1f) | %.0f |\n",
        static_cast<unsigned long long>(rows), bytes / 1e9, bytes / static_cast<double>(rows),
        cold_start, seconds_since(began), cold, warm, one, many, commits[commits.size() / 2],
        commits[commits.size() * 99 / 100], peak_megabytes());
}

int run(int argc, char** argv) {
    const std::string_view what = argc > 1 ? argv[1] : "1000000";
    const bool filled = what == "fill" || what == "measure";
    if (argc != (filled ? 4 : 2) && argc != 1) {
        std::fprintf(stderr, "index_bench [ROWS] | fill ROWS FOLDER | measure ROWS FOLDER\n");
        return 2;
    }
    const std::uint64_t rows =
        std::strtoull(filled ? argv[2] : std::string(what).c_str(), nullptr, 10);
    if (what == "fill") {
        fill(argv[3], rows);
    } else if (what == "measure") {
        measure(argv[3], rows);
    } else {
        const test::TemporaryFolder folder;
        grow(folder.path(), rows);
    }
    return 0;
}

}  // namespace
}  // namespace obhut::storage

int main(int argc, char** argv) { return obhut::storage::run(argc, argv); }
