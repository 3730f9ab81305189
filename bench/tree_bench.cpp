// The tree at a thousand to a million entries of 220 bytes: what building, reading and writing
// cost, and how it grows.
//
// Entries are like those of files: `f/<folder>/<name>` in folders of a hundred, with 190 bytes of
// value. The store is in memory; what is measured is packing, sealing, hashing, opening, decoding.
// Cold: nothing decoded yet; warm: the cache holds what was read before.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <unordered_map>

#include <sys/resource.h>

#include "core/tree/builder.h"
#include "core/tree/diff.h"
#include "core/tree/merge.h"
#include "platform/system_entropy.h"

namespace obhut::tree {
namespace {

constexpr std::uint64_t kMostNodes =
    4;  // the goal for a lookup in a million entries; more fails the benchmark

class MemoryStore final : public NodeStore, public NodeSink {
public:
    Result<Bytes> load(const ObjectId& id) override {
        const auto found = objects.find(id);
        if (found == objects.end()) return fail(errors::node_missing);
        return found->second;
    }
    Result<> created(SealedObject node) override {
        ++nodes;
        bytes += node.bytes.size();
        objects.emplace(node.reference.id, std::move(node.bytes));
        return {};
    }
    Result<> superseded(const ObjectId&) override { return {}; }
    Result<> value(SealedObject object) override { return created(std::move(object)); }

    std::unordered_map<ObjectId, Bytes, FixedHash> objects;
    std::size_t nodes = 0;
    std::size_t bytes = 0;
};

class Stopwatch {
public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

template <class T>
T must(Result<T> result) {
    if (result) return std::move(*result);
    std::fprintf(stderr, "tree_bench: E-0%d\n", result.error().code.number);
    std::exit(1);
}

Bytes entry_key(std::uint64_t number) {
    Bytes key = to_bytes("f/");
    std::mt19937_64 folder(number / 100);
    append_be64(key, folder());
    append_be64(key, folder());
    append(key, as_bytes("/Document " + std::to_string(number % 100) + ".odt"));
    return key;
}

Bytes entry_value(std::uint64_t number) {
    std::mt19937_64 random(number);
    Bytes value(190);
    for (auto& byte : value) byte = static_cast<std::uint8_t>(random());
    return value;
}

struct Bench {
    explicit Bench(std::uint64_t entries) : size(entries) {}

    void run();
    double build();
    Tree tree() { return {nodes, root.clone()}; }
    void lookups();
    void ranges();
    void commits(std::size_t operations, int rounds);
    void print() const;

    std::uint64_t size;
    platform::SystemEntropy entropy;
    MemoryStore store;
    Nodes nodes{OrgId{}, SpaceId{}, store, 64U << 20};
    std::mt19937_64 random{1};
    Root root;
    std::vector<std::string> cells;
};

std::string cell(const char* format, double number) {
    char text[64];
    std::snprintf(text, sizeof text, format, number);
    return text;
}

double Bench::build() {
    std::vector<std::pair<Bytes, Bytes>> entries;
    for (std::uint64_t i = 0; i < size; ++i) entries.emplace_back(entry_key(i), entry_value(i));
    std::sort(entries.begin(), entries.end());
    const Stopwatch watch;
    Builder builder(nodes, entropy, store);
    for (const auto& [key, value] : entries) (void)builder.add(key, value).value();
    root = must(builder.finish());
    return watch.seconds();
}

void Bench::lookups() {
    constexpr int kRounds = 2000;
    std::uint64_t most = 0;
    double cold = 0;
    for (int i = 0; i < kRounds / 10; ++i) {
        nodes.drop_cache();
        const Bytes key = entry_key(random() % size);
        const std::uint64_t before = nodes.loads();
        const Stopwatch watch;
        (void)must(tree().lookup(key)).value();
        cold += watch.seconds();
        most = std::max(most, nodes.loads() - before);
    }
    if (most > kMostNodes) {
        std::fprintf(stderr, "tree_bench: a lookup opened %u nodes\n", static_cast<unsigned>(most));
        std::exit(1);
    }
    cells.push_back(cell("%.0f", static_cast<double>(most)));
    cells.push_back(cell("%.1f", cold / (kRounds / 10) * 1e6));
    std::vector<Bytes> keys;
    for (int i = 0; i < kRounds; ++i) keys.push_back(entry_key(random() % size));
    for (const Bytes& key : keys) (void)must(tree().lookup(key));
    const Stopwatch watch;
    for (const Bytes& key : keys) (void)must(tree().lookup(key)).value();
    cells.push_back(cell("%.2f", watch.seconds() / kRounds * 1e6));
}

void Bench::ranges() {
    constexpr int kRounds = 200;
    const Tree all = tree();
    (void)must(all.range_at(size / 2, std::min<std::uint64_t>(size, 10000)));
    const Stopwatch listing;
    (void)must(all.range_at(size / 2, std::min<std::uint64_t>(size, 10000)));
    cells.push_back(cell("%.2f", listing.seconds() * 1e3));
    std::vector<std::uint64_t> rows;
    for (int i = 0; i < kRounds; ++i) rows.push_back(random() % size);
    for (const std::uint64_t row : rows) (void)must(all.range_at(row, 1));
    const Stopwatch watch;
    for (const std::uint64_t row : rows) (void)must(all.range_at(row, 1));
    cells.push_back(cell("%.2f", watch.seconds() / kRounds * 1e6));
}

// commits changes entries at random places; each on the tree that the one before made.
void Bench::commits(std::size_t operations, int rounds) {
    const Root first = root.clone();
    const std::size_t bytes_before = store.bytes;
    double applied = 0;
    double compared = 0;
    for (int round = 0; round < rounds; ++round) {
        Batch batch;
        for (std::size_t i = 0; i < operations; ++i)
            batch.put(entry_key(random() % size), entry_value(random()));
        const Stopwatch watch;
        Applied next = must(apply(tree(), std::move(batch), entropy, store));
        applied += watch.seconds();
        const Stopwatch comparing;
        (void)must(changes_between(tree(), {nodes, next.root.clone()}));
        compared += comparing.seconds();
        root = std::move(next.root);
    }
    cells.push_back(cell("%.2f", applied / rounds * 1e3));
    cells.push_back(cell("%.0f", static_cast<double>(store.bytes - bytes_before) / 1024 / rounds));
    cells.push_back(cell("%.2f", compared / rounds * 1e3));
    root = first.clone();
}

void Bench::run() {
    cells.push_back(std::to_string(size));
    cells.push_back(cell("%.3f", build()));
    cells.push_back(cell("%.1f", static_cast<double>(store.bytes) / 1e6));
    cells.push_back(std::to_string(must(tree().levels())));
    lookups();
    ranges();
    commits(1, 100);
    commits(1000, 5);
    print();
}

void Bench::print() const {
    for (const std::string& text : cells) std::printf("| %s ", text.c_str());
    std::printf("|\n");
    std::fflush(stdout);
}

}  // namespace
}  // namespace obhut::tree

int main() {
    std::printf(
        "| entries | build s | MB | levels | cold lookup: nodes | µs | warm µs | list 10,000 ms | "
        "by index µs "
        "| 1 put ms | KiB | its diff ms | 1,000 puts ms | KiB | its diff ms |\n"
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (const std::uint64_t entries : {1000, 10000, 100000, 1000000})
        obhut::tree::Bench(entries).run();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("\nMost memory: %ld MB, the store and the sorted input included.\n",
                usage.ru_maxrss / 1024);
}
