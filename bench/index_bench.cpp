// The server's index of objects as it grows: writing batches of small objects, and looking up
// random ones, through the store as obhutd uses it.
//
//     index_bench [ROWS]      default 1,000,000, in a temporary folder; 100 bytes an object
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>

#include <sys/resource.h>

#include "core/crypto/hash.h"
#include "server/storage/posix_files.h"
#include "server/storage/sqlite_store.h"
#include "tests/support/temporary_folder.h"

namespace obhut::storage {
namespace {

namespace fs = std::filesystem;
using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t kBatch = 4000;
constexpr std::uint64_t kObjectsPerSpace = 1'000'000;
constexpr int kLookups = 20'000;
constexpr std::size_t kBytes = 100;
constexpr Millis kFirstEnd = 1'000'000'000'000'000;  // of a pin; each upload's ends a little later

double seconds_since(SteadyClock::time_point began) {
    return std::chrono::duration<double>(SteadyClock::now() - began).count();
}

// The object of a number; its id is made up, since hashing is not what is measured.
NewObject object(std::uint64_t number) {
    Bytes seed;
    append_be64(seed, number);
    const Hash hash = sha256(seed);
    return {ObjectId::from(hash.view()), Bytes(kBytes, static_cast<std::uint8_t>(number)), nullptr};
}

SpaceId space_of(std::uint64_t number) {
    SpaceId space;
    for (std::size_t i = 0; i < 8; ++i)
        space.bytes[i] = static_cast<std::uint8_t>((number / kObjectsPerSpace + 1) >> (8 * i));
    return space;
}

void demand(bool good) {
    if (good) return;
    std::fprintf(stderr, "the store refused\n");
    std::exit(1);
}

void write(Store& store, std::uint64_t from, std::uint64_t count) {
    WriteBatch batch;
    PutObjects put{space_of(from), {{}, kFirstEnd + from / kBatch}, {}};
    for (std::uint64_t number = from; number < from + count; ++number)
        put.objects.push_back(object(number));
    if (from % kObjectsPerSpace == 0) {
        AppendLink genesis;
        genesis.space = space_of(from);
        genesis.kind = LinkKind::genesis;
        genesis.bytes = {1};
        batch.add(CreateSpace{genesis.space, {}}).add(std::move(genesis));
    }
    batch.add(std::move(put));
    demand(commit_now(store, std::move(batch)).result.has_value());
}

void look_up(Store& store, std::uint64_t rows) {
    std::mt19937_64 random(rows);
    const auto began = SteadyClock::now();
    for (int i = 0; i < kLookups; ++i) {
        const std::uint64_t number = random() % rows;
        const auto states = store.object_states(space_of(number), {object(number).id});
        demand(states && states->front() != ObjectState::absent);
    }
    std::printf("%.0f |", 1e6 * seconds_since(began) / kLookups);
}

void measure(const std::string& folder, std::uint64_t most) {
    PosixFiles files;
    SqliteOptions options;
    options.directory = folder + "/data";
    auto store = SqliteStore::create(options, files);
    demand(store.has_value());
    std::printf(
        "| rows | written, rows/s | look-up, µs | index, bytes a row | peak MB |\n"
        "|---:|---:|---:|---:|---:|\n");
    std::uint64_t rows = 0;
    for (std::uint64_t next = 100'000; next <= most; next *= 10) {
        const auto began = SteadyClock::now();
        const std::uint64_t before = rows;
        for (; rows < next; rows += kBatch) write(**store, rows, std::min(kBatch, next - rows));
        rows = next;
        std::printf("| %llu | %.0f | ", static_cast<unsigned long long>(rows),
                    static_cast<double>(rows - before) / seconds_since(began));
        look_up(**store, rows);
        rusage usage{};
        getrusage(RUSAGE_SELF, &usage);
        std::printf(" %.0f | %.0f |\n",
                    static_cast<double>(fs::file_size(options.directory + "/index.db")) /
                        static_cast<double>(rows),
                    static_cast<double>(usage.ru_maxrss) / 1024);
        std::fflush(stdout);
    }
}

}  // namespace
}  // namespace obhut::storage

int main(int argc, char** argv) {
    const obhut::test::TemporaryFolder folder;
    const std::uint64_t rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
    obhut::storage::measure(folder.path(), rows);
    return 0;
}
