// Manifests of many pages, and what the lists of a commit count of them.
#include "core/content/lists.h"
#include "core/tree/store.h"
#include "tests/support/content_fixture.h"

namespace obhut::content {

using testing::Bench;

namespace {

// Builds a manifest of made-up chunks: `layout` says for each run how many slots, and whether they
// are chunks.
struct Run {
    std::uint64_t count;
    bool is_data;
};

Content build(Bench& bench, const std::vector<Run>& layout, std::uint64_t seed,
              const KnownPages* known = nullptr) {
    std::uint64_t slots = 0;
    for (const Run& run : layout) slots += run.count;
    ManifestWriter writer(bench.place, bench.entropy, bench.objects, slots * kLargeChunk,
                          kLargeChunk, known);
    test::TestEntropy ids(seed);
    for (const Run& run : layout) {
        if (!run.is_data) {
            EXPECT_OK(writer.holes(run.count));
            continue;
        }
        for (std::uint64_t i = 0; i < run.count; ++i)
            EXPECT_OK(writer.chunk({ids.id<Hash>(),
                                    {ids.id<ObjectId>(), ObjectKey::generate(ids), kLargeChunk},
                                    Coding::plain,
                                    kLargeChunk}));
    }
    return std::move(*writer.finish());
}

struct Counts {
    std::uint64_t chunks = 0;
    std::uint64_t holes = 0;
};
Counts count(Bench& bench, const Content& content) {
    Counts counts;
    ManifestCursor cursor(bench.place, bench.objects, *content.manifest);
    for (std::uint64_t slot = 0; slot < cursor.slots();) {
        const auto at = cursor.at(slot);
        if (!EXPECT_OK(at)) break;
        (at->chunk != nullptr ? counts.chunks : counts.holes) += at->count;
        slot += at->count;
    }
    return counts;
}

tree::Change change(const Content* before, const Content* after) {
    tree::Change change{to_bytes("key"), std::nullopt, std::nullopt};
    if (before != nullptr) change.before = tree::Value::of(encode(*before));
    if (after != nullptr) change.after = tree::Value::of(encode(*after));
    return change;
}

class NoNodes final : public tree::NodeStore {
public:
    Result<Bytes> load(const ObjectId&) override { return fail(errors::node_missing); }
};

tree::ContentChange lists_of(Bench& bench, const Content* before, const Content* after) {
    NoNodes store;
    tree::Nodes nodes(OrgId{{1}}, SpaceId{{2}}, store);
    std::vector<tree::Change> changes;
    changes.push_back(change(before, after));
    auto lists = content_lists(nodes, changes, bench.place, bench.objects);
    EXPECT_OK(lists);
    return lists ? std::move(*lists) : tree::ContentChange{};
}

}  // namespace

TEST(manifest_heights_follow_from_the_size) {
    EXPECT_EQ(height_for(1), 0);
    EXPECT_EQ(height_for(512), 0);
    EXPECT_EQ(height_for(513), 1);
    EXPECT_EQ(height_for(512 * 512), 1);
    EXPECT_EQ(height_for(512 * 512 + 1), 2);
    EXPECT_EQ(height_for(slots_of(kMaxFileSize, 1U << 16)), kMaxHeight);
}

TEST(manifest_finds_every_slot_through_pages_and_holes) {
    Bench bench;
    const std::vector<std::vector<Run>> layouts = {
        {{513, true}},
        {{1, false}, {512, true}},
        {{511, true}, {2, false}, {600, true}},
        {{512, false}, {1, true}},
        {{2000, false}, {1, true}, {2000, false}, {1, true}},
        {{1, true}, {300000, false}, {3, true}, {700000, false}},
        {{262144, false}, {262144, false}, {5, true}},
    };
    for (const auto& layout : layouts) {
        const Content content = build(bench, layout, 1);
        Counts expected;
        for (const Run& run : layout) (run.is_data ? expected.chunks : expected.holes) += run.count;
        const Counts found = count(bench, content);
        EXPECT_EQ(found.chunks, expected.chunks);
        EXPECT_EQ(found.holes, expected.holes);
    }
}

TEST(manifest_hash_does_not_depend_on_how_holes_were_reported) {
    Bench bench;
    const Content one = build(bench, {{3, true}, {1000, false}, {2, true}}, 1);
    const Content other = build(bench, {{3, true}, {10, false}, {990, false}, {2, true}}, 1);
    EXPECT_EQ(one.hash, other.hash);
    const Content moved = build(bench, {{3, true}, {1001, false}, {1, true}, {0, false}}, 1);
    EXPECT(one.hash != moved.hash);
}

TEST(manifest_hash_is_the_one_of_the_document) {
    RootHasher root(0x300005, kSmallChunk);
    root.chunk(Hash::from(Bytes(32, 0x11)));
    root.holes(1);
    root.holes(1);
    root.chunk(Hash::from(Bytes(32, 0x22)));
    EXPECT_EQ(root.finish().hex(),
              "88ec20a608675c86fc63b2f35a1dc32c9914a7a0c47b6e9be8234bd93788bd86");
}

TEST(manifest_page_is_encoded_as_the_document_says) {
    Page page{0, 512, {}};
    page.items.push_back(Chunk{Hash::from(Bytes(32, 0x11)),
                               {ObjectId::from(Bytes(32, 0x22)), ObjectKey(Bytes(32, 0x33)), 4096},
                               Coding::zstd,
                               1000});
    page.items.push_back(Holes{511});
    const std::string expected =
        "8300190200"
        "82"
        "a4"
        "015820" +
        std::string(64, '1') +
        "02d9109283"
        "5820" +
        std::string(64, '2') + "5820" + std::string(64, '3') +
        "191000"
        "0301"
        "041903e8" +
        "1901ff";
    EXPECT_EQ(to_hex(page.encode()), expected);
    const auto back = Page::decode(page.encode());
    REQUIRE_OK(back);
    EXPECT(back->encode() == page.encode());
}

TEST(manifest_pages_are_small_enough) {
    Bench bench;
    build(bench, {{512 * 3, true}}, 1);
    for (const auto& [id, object] : bench.objects.objects()) EXPECT(object.size() < 96 * 1024);
}

TEST(lists_count_pages_and_chunks_once_per_value) {
    Bench bench;
    const Content content = build(bench, {{1000, true}, {5000, false}, {20, true}}, 1);
    const auto added = lists_of(bench, nullptr, &content);
    // Top page, three pages below it, 1020 chunks.
    EXPECT_EQ(added.raised.size(), 1U + 3U + 1020U);
    EXPECT(std::is_sorted(added.raised.begin(), added.raised.end()));
    EXPECT(added.lowered.empty());
    const auto removed = lists_of(bench, &content, nullptr);
    EXPECT(removed.lowered == added.raised);
    EXPECT(removed.raised.empty());
}

TEST(lists_of_two_versions_hold_what_differs) {
    Bench bench;
    Bytes plain = bench.random(5 << 20);
    const Written first = bench.write(plain);
    plain[0] ^= 1;
    const Written second = bench.write(plain, &first.content);
    const auto lists = lists_of(bench, &first.content, &second.content);
    EXPECT_EQ(lists.raised.size(), 2U);
    EXPECT_EQ(lists.lowered.size(), 2U);
    const std::size_t before = bench.objects.fetched();
    const auto same = lists_of(bench, &first.content, &first.content);
    EXPECT(same.raised.empty() && same.lowered.empty());
    EXPECT_EQ(bench.objects.fetched(), before);
}

TEST(lists_of_lone_chunks_need_no_object) {
    Bench bench;
    const Written one = bench.write(bench.text(20000));
    const Written other = bench.write(bench.text(20000));
    const std::size_t before = bench.objects.fetched();
    const auto lists = lists_of(bench, &one.content, &other.content);
    EXPECT(lists.raised == std::vector{other.content.single->reference.id});
    EXPECT(lists.lowered == std::vector{one.content.single->reference.id});
    EXPECT_EQ(bench.objects.fetched(), before);
}

TEST(lists_need_the_pages) {
    Bench bench;
    const Content content = build(bench, {{3, true}}, 1);
    bench.objects.objects().clear();
    NoNodes store;
    tree::Nodes nodes(OrgId{{1}}, SpaceId{{2}}, store);
    std::vector<tree::Change> changes;
    changes.push_back(change(nullptr, &content));
    EXPECT_ERROR(content_lists(nodes, changes, bench.place, bench.objects),
                 errors::content_missing);
}

}  // namespace obhut::content
