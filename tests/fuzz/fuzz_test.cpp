// Every target over its example, its corpus and a fixed number of mutations: a short run of what
// script/fuzz does long.
#include <filesystem>

#include "tests/fuzz/target.h"
#include "tests/support/entropy.h"
#include "tests/support/test.h"

namespace obhut::fuzz {

namespace {

constexpr int kMutations = 3000;
constexpr std::uint64_t kSeed = 20231;

std::vector<Bytes> corpus_of(const Target& target) {
    std::vector<Bytes> inputs{target.example(), {}};
    const std::filesystem::path folder =
        std::string(OBHUT_SOURCE_DIR) + "/tests/fuzz/corpus/" + target.name;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none))
        inputs.push_back(test::read_file(entry.path().string()));
    return inputs;
}

// One of the usual small damages.
void mutate(Bytes& input, test::TestEntropy& random) {
    const std::size_t at = input.empty() ? 0 : random.below(input.size());
    switch (random.below(6)) {
    case 0:
        if (!input.empty()) input[at] ^= static_cast<std::uint8_t>(1U << random.below(8));
        break;
    case 1:
        if (!input.empty()) input[at] = static_cast<std::uint8_t>(random.next());
        break;
    case 2: input.resize(at); break;
    case 3:
        input.insert(input.begin() + static_cast<std::ptrdiff_t>(at),
                     static_cast<std::uint8_t>(random.next()));
        break;
    case 4:
        if (!input.empty()) input.erase(input.begin() + static_cast<std::ptrdiff_t>(at));
        break;
    default: {
        const Bytes tail(input.begin() + static_cast<std::ptrdiff_t>(at), input.end());
        append(input, tail);
    }
    }
}

}  // namespace

TEST(every_fuzz_target_survives_its_corpus_and_mutations) {
    std::printf("    seed %llu\n", static_cast<unsigned long long>(kSeed));
    EXPECT(!targets().empty());
    for (const Target& target : targets()) {
        const std::vector<Bytes> corpus = corpus_of(target);
        for (const Bytes& input : corpus) target.run(input);
        test::TestEntropy random(kSeed);
        for (int i = 0; i < kMutations; ++i) {
            Bytes input = corpus[random.below(corpus.size())];
            for (std::uint64_t n = 1 + random.below(4); n > 0; --n) mutate(input, random);
            target.run(input);
        }
    }
}

}  // namespace obhut::fuzz
