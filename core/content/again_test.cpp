// Content that was lost is made again from the file it came from: the same objects, or none.
#include "core/content/again.h"

#include "core/content/errors.h"
#include "tests/support/content_fixture.h"

namespace obhut::content {

using testing::Bench;

namespace {

constexpr std::size_t kMebibyte = 1U << 20;

// Loss is a bench whose server loses all chunks of a content, and keeps its pages.
struct Loss {
    Bench bench;
    Content content;
    std::unordered_map<ObjectId, Bytes, FixedHash> lost;
    std::set<ObjectId> wanted;

    explicit Loss(const Bytes& plain) {
        content = bench.write(plain).content;
        auto& objects = bench.objects.objects();
        for (auto& [id, object] : objects)
            if (object[2] == static_cast<std::uint8_t>(ObjectType::chunk)) {
                lost.emplace(id, object);
                wanted.insert(id);
            }
        for (const ObjectId& id : wanted) objects.erase(id);
    }

    // again seals from these bytes; what came out must be what was lost.
    Result<std::size_t> again(const Bytes& plain) {
        MemorySource file(plain);
        return seal_again(bench.place, bench.objects, content, file, wanted,
                          [&](const ObjectId& id, Bytes object) -> Result<> {
                              EXPECT(object_id(object) == id);
                              EXPECT(lost.at(id) == object);
                              ++made;
                              return {};
                          });
    }
    std::size_t made = 0;
};

}  // namespace

TEST(content_is_sealed_again_to_the_same_bytes) {
    for (const std::size_t size : {std::size_t{5'000}, 300'000 + std::size_t{0}, kMebibyte,
                                   kMebibyte + 1, 5 * kMebibyte + 77}) {
        for (const bool text : {false, true}) {
            Bench source;
            const Bytes plain = text ? source.text(size) : source.random(size);
            Loss loss(plain);
            const std::size_t chunks = loss.wanted.size();
            EXPECT(chunks > 0);
            EXPECT_EQ(loss.again(plain).value_or(99), 0U);
            EXPECT_EQ(loss.made, chunks);
            EXPECT(loss.wanted.empty());
        }
    }
}

TEST(sr_26_a_changed_file_gives_only_chunks_that_are_the_same) {
    Bench source;
    Bytes plain = source.text(5 * kMebibyte);
    Loss loss(plain);
    EXPECT_EQ(loss.wanted.size(), 5U);
    plain[2 * kMebibyte + 10] ^= 1;
    plain.resize(4 * kMebibyte + 100);
    EXPECT_EQ(loss.again(plain).value_or(99), 2U);
    EXPECT_EQ(loss.made, 3U);
    EXPECT_EQ(loss.wanted.size(), 2U);
    // An empty file has nothing of it.
    EXPECT_EQ(loss.again({}).value_or(99), 2U);
    EXPECT_EQ(loss.made, 3U);
}

TEST(only_what_is_wanted_is_read) {
    Bench source;
    const Bytes plain = source.random(4 * kMebibyte);
    Loss loss(plain);
    loss.wanted = {*loss.wanted.begin()};
    EXPECT_EQ(loss.again(plain).value_or(99), 0U);
    EXPECT_EQ(loss.made, 1U);
}

TEST(sealing_again_needs_the_manifest) {
    Bench source;
    const Bytes plain = source.random(3 * kMebibyte);
    Loss loss(plain);
    loss.bench.objects.objects().clear();
    EXPECT_ERROR(loss.again(plain), errors::content_missing);
    EXPECT_EQ(loss.made, 0U);
}

}  // namespace obhut::content
