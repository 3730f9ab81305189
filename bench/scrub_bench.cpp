// A store of many small objects, as years of small files and tree nodes leave it: what checking
// every byte and a backup cost, and that their memory does not grow with the objects.
//
//     scrub_bench [OBJECTS ...]     250,000 and 1,000,000 without an argument
//
// Objects are 200 to 3,000 random bytes with their true ids, in spaces of 100,000. Commits count
// them, take some away again, and upload some that nobody claims, so that there are all stages but
// the trash. The peak is that of the process from the beginning of the task on.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

#include <malloc.h>

#include "bench/must.h"
#include "core/crypto/hash.h"
#include "server/storage/audit.h"
#include "server/storage/backup.h"
#include "server/storage/posix_files.h"
#include "tests/support/entropy.h"
#include "tests/support/temporary_folder.h"

namespace obhut::storage {
namespace {

constexpr std::uint64_t kBatch = 4000;
constexpr std::uint64_t kObjectsPerSpace = 100'000;
constexpr std::uint64_t kLeastBytes = 200;
constexpr std::uint64_t kMostBytes = 3000;
constexpr Millis kNow = 1'000'000'000'000;

class Filler {
public:
    explicit Filler(Store& store) : store_(store) {}

    void space(std::uint64_t objects) {
        const auto space = entropy_.id<SpaceId>();
        WriteBatch first;
        first.add(CreateSpace{space, {}}).add(link(space, 0));
        write(std::move(first));
        std::vector<ObjectId> before;
        Sequence sequence = 0;
        for (std::uint64_t done = 0; done < objects; done += kBatch) {
            PutObjects put{space, {device_, kNow + kDay + done}, {}};
            std::vector<ObjectId> ids;
            for (std::uint64_t i = 0; i < std::min(kBatch, objects - done); ++i) {
                Bytes bytes(kLeastBytes + entropy_.below(kMostBytes - kLeastBytes));
                entropy_.fill(bytes);
                ids.push_back(ObjectId::from(sha256(bytes).view()));
                put.objects.push_back({ids.back(), std::move(bytes), nullptr});
            }
            // One in 16 stays unclaimed, one in 8 of those before is not named any more.
            std::erase_if(ids, [&](const ObjectId& id) { return id.bytes[0] < 16; });
            std::vector<ObjectId> gone;
            for (const ObjectId& id : before)
                if (id.bytes[1] < 32) gone.push_back(id);
            WriteBatch batch;
            ++sequence;
            batch.add(std::move(put)).add(link(space, sequence));
            batch.add(ApplyLists{space, sequence, {{}, {}, ids, gone}, {}});
            write(std::move(batch));
            before = std::move(ids);
        }
    }

private:
    static AppendLink link(const SpaceId& space, Sequence sequence) {
        AppendLink link;
        link.space = space;
        link.sequence = sequence;
        link.kind = sequence == 0 ? LinkKind::genesis : LinkKind::commit;
        link.time = kNow + sequence;
        link.bytes = Bytes(600, 1);
        return link;
    }
    void write(WriteBatch batch) { must(commit_now(store_, std::move(batch)).result, "the store"); }

    Store& store_;
    test::TestEntropy entropy_{8};
    const DeviceId device_ = entropy_.id<DeviceId>();
};

// Megabytes that the process held at most since begin_peak.
void begin_peak() {
    malloc_trim(0);
    std::ofstream("/proc/self/clear_refs") << 5;
}
double peak_mb() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:")) return std::strtod(line.c_str() + 6, nullptr) / 1024;
    return 0;
}

void row(std::uint64_t objects, const char* what, const std::function<std::uint64_t()>& work) {
    begin_peak();
    const auto began = std::chrono::steady_clock::now();
    const std::uint64_t bytes = work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("| %llu | %s | %.0f | %.1f | %.0f |\n", static_cast<unsigned long long>(objects),
                what, static_cast<double>(bytes) / 1e6, took.count(), peak_mb());
    std::fflush(stdout);
}

void measure(std::uint64_t objects) {
    const test::TemporaryFolder folder;
    PosixFiles files;
    SqliteOptions options;
    options.directory = folder.path() + "/data";
    {
        const auto store = must(SqliteStore::create(options, files), "the store");
        Filler filler(*store);
        for (std::uint64_t done = 0; done < objects; done += kObjectsPerSpace)
            filler.space(std::min(kObjectsPerSpace, objects - done));
    }
    row(objects, "scrub", [&] {
        const auto report = must(audit(options, files, AuditDepth::bytes), "scrub");
        if (report.objects != objects || report.damaged != 0) std::exit(1);
        return report.bytes;
    });
    const std::string backup = folder.path() + "/backup";
    row(objects, "backup", [&] { return must(back_up(options, files, backup), "backup").bytes; });
    row(objects, "backup again",
        [&] { return must(back_up(options, files, backup), "backup").bytes; });
}

}  // namespace
}  // namespace obhut::storage

int main(int argc, char** argv) {
    std::vector<std::uint64_t> sizes;
    for (int i = 1; i < argc; ++i) sizes.push_back(std::strtoull(argv[i], nullptr, 10));
    if (sizes.empty()) sizes = {250'000, 1'000'000};
    std::printf("| objects | task | MB read | s | peak MB |\n|---:|---|---:|---:|---:|\n");
    for (const std::uint64_t objects : sizes) obhut::storage::measure(objects);
    return 0;
}
