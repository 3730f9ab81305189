#include "core/tree/tree.h"

#include "tests/support/tree_space.h"

namespace obhut::tree {

using namespace testing;

namespace {

Model numbered(std::uint64_t count, std::uint64_t step = 1) {
    Model model;
    for (std::uint64_t i = 0; i < count; ++i) model[key(i * step)] = value(i);
    return model;
}

}  // namespace

TEST(tree_of_nothing_has_no_entries) {
    Space space;
    for (const Root& root : {Root{}, *create_empty(space.nodes, space.entropy, space.batch)}) {
        const Tree tree = space.tree(root);
        EXPECT_EQ(*tree.count(), 0U);
        EXPECT_EQ(*tree.levels(), 1U);
        EXPECT(tree.range(KeyRange::all(), 10)->empty());
        EXPECT(!tree.lookup(key(1))->has_value());
        EXPECT(tree.range_at(0, 10)->empty());
    }
}

TEST(tree_that_was_never_written_has_no_nodes) {
    Space space;
    std::size_t nodes = 0;
    const auto count = [&](const ObjectId&, unsigned) -> Result<> {
        ++nodes;
        return {};
    };
    EXPECT_OK(space.tree(Root{}).each_node(count));
    EXPECT_EQ(nodes, 0U);
    const auto written = create_empty(space.nodes, space.entropy, space.batch);
    REQUIRE_OK(written);
    EXPECT_OK(space.tree(*written).each_node(count));
    EXPECT_EQ(nodes, 1U);
}

TEST(tree_finds_every_key_and_no_other) {
    Space space;
    const Model model = numbered(5000, 2);
    const auto root = build(space, model);
    REQUIRE_OK(root);
    const Tree tree = space.tree(*root);
    EXPECT_EQ(*tree.count(), 5000U);
    for (std::uint64_t i = 0; i < 5000; i += 7) {
        EXPECT(tree.get(key(2 * i)) == value(i));
        EXPECT(!tree.lookup(key(2 * i + 1))->has_value());
        EXPECT_EQ(*tree.rank(key(2 * i)), i);
        EXPECT_EQ(*tree.rank(key(2 * i + 1)), i + 1);
    }
    EXPECT(!tree.lookup({})->has_value());
    EXPECT(!tree.lookup(Bytes(2000, 0xFF))->has_value());
    EXPECT(contents(tree) == model);
}

TEST(tree_ranges_and_counts_by_prefix) {
    Space space;
    Model model = numbered(3000);
    for (int i = 0; i < 300; ++i) model[to_bytes("f/" + std::to_string(i))] = value(1);
    model[Bytes{0xFF, 0xFF}] = value(2);
    model[Bytes{0xFF, 0xFF, 1}] = value(3);
    const Tree tree = space.tree(*build(space, model));
    EXPECT_EQ(*tree.count(KeyRange::prefix(as_bytes("f/"))), 300U);
    EXPECT_EQ(*tree.count(KeyRange::prefix(as_bytes("f/1"))), 111U);
    EXPECT_EQ(*tree.count(KeyRange::prefix(as_bytes("key/"))), 3000U);
    EXPECT_EQ(*tree.count(KeyRange::prefix(Bytes{0xFF, 0xFF})), 2U);
    EXPECT_EQ(*tree.count(KeyRange::all()), 3302U);
    EXPECT_EQ(*tree.count(KeyRange::between(key(10), key(20))), 10U);
    EXPECT_EQ(*tree.count(KeyRange::between(key(20), key(10))), 0U);
    EXPECT_EQ(tree.range(KeyRange::between(key(20), key(10)), 5)->size(), 0U);
    const auto part = tree.range(KeyRange::between(key(2000), key(2100)), 30);
    REQUIRE_OK(part);
    REQUIRE(part->size() == 30);
    EXPECT(part->front().key == key(2000) && part->back().key == key(2029));
    EXPECT_EQ(tree.range(KeyRange::prefix(as_bytes("f/")), 1000)->size(), 300U);
    EXPECT_EQ(tree.range(KeyRange::all(), 0)->size(), 0U);
}

TEST(tree_finds_by_index) {
    Space space;
    const Tree tree = space.tree(*build(space, numbered(5000)));
    for (const std::uint64_t index : {0, 1, 35, 2500, 4999}) {
        const auto entries = tree.range_at(index, 3);
        REQUIRE_OK(entries);
        EXPECT_EQ(entries->size(), std::min<std::uint64_t>(3, 5000 - index));
        EXPECT(entries->front().key == key(index));
    }
    EXPECT(tree.range_at(5000, 3)->empty());
    EXPECT(tree.range_at(UINT64_MAX, 3)->empty());
}

TEST(tree_keeps_large_values_in_objects_of_their_own) {
    Space space;
    Model model;
    for (const std::size_t size : {0UL, 1UL, kMaxInline, kMaxInline + 1, 100000UL, kMaxValue})
        model[key(size)] = value(7, size);
    const Tree tree = space.tree(*build(space, model));
    EXPECT(contents(tree) == model);
    EXPECT_EQ(space.batch.copy().values.size(), 3U);
    EXPECT(!(*tree.lookup(key(100000)))->is_inline());
    Builder builder(space.nodes, space.entropy, space.batch);
    EXPECT_ERROR(builder.add(key(1), Bytes(kMaxValue + 1)), errors::value_too_large);
}

TEST(builder_refuses_what_is_no_key_and_disorder) {
    Space space;
    Builder builder(space.nodes, space.entropy, space.batch);
    EXPECT_ERROR(builder.add({}, value(1)), errors::key_not_allowed);
    EXPECT_ERROR(builder.add(Bytes(kMaxKey + 1, 1), value(1)), errors::key_not_allowed);
    EXPECT_OK(builder.add(Bytes(kMaxKey, 1), value(1)));
    EXPECT_ERROR(builder.add(Bytes(kMaxKey, 1), value(1)), errors::keys_out_of_order);
    EXPECT_ERROR(builder.add(key(0).size() == 0 ? Bytes{} : Bytes{1}, value(1)),
                 errors::keys_out_of_order);
}

TEST(builder_fills_nodes_of_the_longest_entries) {
    Space space;
    Model model;
    for (std::uint64_t i = 0; i < 500; ++i) {
        Bytes long_key(kMaxKey - 8, 'x');
        long_key[i % 100] = 'y';
        append_be64(long_key, i);
        model[long_key] = value(i, kMaxInline - i % 5);
    }
    const Tree tree = space.tree(*build(space, model));
    EXPECT(contents(tree) == model);
    EXPECT_OK(node_ids(tree));
}

TEST(a_node_is_written_as_the_document_shows) {
    const Value one = Value::of(as_bytes("1"));
    const Value two = Value::of(as_bytes("2"));
    const std::vector<Item> items{{as_bytes("f/a"), one.view().encoded(), 1},
                                  {as_bytes("f/b"), two.view().encoded(), 1}};
    EXPECT_EQ(to_hex(encode_node(0, items)),
              "82008283004366"
              "2f61"
              "4131"
              "83024162"
              "4132");
    Reference child;
    child.id.bytes.fill(0x11);
    child.key = ObjectKey(Bytes(32, 0x22));
    child.size = 2048;
    const Bytes left = inner_payload(2, child);
    const Bytes right = inner_payload(300, child);
    const std::vector<Item> inner{{as_bytes("ignored"), left, 2}, {as_bytes("g"), right, 300}};
    const std::string reference =
        "d91092835820" + std::string(64, '1') + "5820" + std::string(64, '2') + "190800";
    EXPECT_EQ(to_hex(encode_node(1, inner)),
              "820182"
              "84004002" +
                  reference +
                  "84004167"
                  "19012c" +
                  reference);
}

TEST(nodes_share_prefixes_and_are_padded) {
    Space space;
    Model model;
    for (std::uint64_t i = 0; i < 2000; ++i)
        model[to_bytes(std::string(400, 'p') + std::to_string(10000 + i))] = value(i, 4);
    const Tree tree = space.tree(*build(space, model));
    EXPECT(contents(tree) == model);
    // 400 shared bytes are written once a node: about 15 bytes an entry, 500 entries a node.
    EXPECT(node_ids(tree)->size() <= 6);
    for (const auto& [id, bytes] : space.batch.copy().nodes) {
        const std::size_t size = bytes.size() - kObjectOverhead;
        EXPECT(size == 2048 || size == 4096 || size == 8192);
    }
}

TEST(cache_is_bounded_and_need_not_be_there) {
    const Model model = numbered(20000);
    for (const std::size_t cache : {std::size_t{0}, std::size_t{100000}}) {
        Space space(1, cache);
        const Root root = *build(space, model);
        space.commit();
        const Tree tree = space.tree(root);
        EXPECT(contents(tree) == model);
        EXPECT(space.nodes.cached_bytes() <= cache);
        const std::size_t before = space.store.loads;
        EXPECT(tree.get(key(500)) == value(500));
        EXPECT_EQ(space.store.loads - before,
                  cache == 0 ? 3U : 2U);  // the root stays when there is room
    }
}

TEST(a_warm_lookup_loads_nothing_and_a_scan_loads_each_node_once) {
    Space space;
    const Root root = *build(space, numbered(10000));
    const std::size_t nodes = space.commit().nodes.size();
    const Tree tree = space.tree(root);
    EXPECT_EQ(contents(tree)->size(), 10000U);
    EXPECT_EQ(space.store.loads, nodes);
    EXPECT(space.store.prefetched.size() > nodes / 2);
    EXPECT(tree.get(key(77)) == value(77));
    EXPECT_EQ(space.store.loads, nodes);
}

TEST(nodes_hold_enough_for_four_levels_at_a_million_entries) {
    // Thirty entries of 220 bytes in a leaf, seventy children in an inner node: 30 × 70³ is ten
    // million. bench/tree_bench builds the million and fails over four.
    Space space(1, 1U << 20);
    Builder builder(space.nodes, space.entropy, space.batch);
    const Bytes content(190, 7);
    for (std::uint64_t i = 0; i < 80000; ++i) {
        Bytes name = key(i * 12345);
        append(name, as_bytes("/Document.odt"));
        REQUIRE_OK(builder.add(name, content));
    }
    const Tree tree = space.tree(*builder.finish());
    space.commit();
    std::map<unsigned, std::uint64_t> per_level;
    REQUIRE_OK(tree.each_node([&](const ObjectId&, unsigned level) -> Result<> {
        ++per_level[level];
        return {};
    }));
    EXPECT_EQ(per_level.size(), 3U);
    EXPECT(80000 / per_level[0] >= 30);
    EXPECT(per_level[0] / per_level[1] >= 70);
    const std::uint64_t before = space.nodes.loads();
    space.nodes.drop_cache();
    EXPECT_OK(tree.lookup(key(77)));
    EXPECT_EQ(space.nodes.loads() - before, 3U);
    // A small commit seals one node of each level anew.
    Batch batch;
    batch.put(key(123456), value(1));
    REQUIRE_OK(apply(tree, std::move(batch), space.entropy, space.batch));
    EXPECT_EQ(space.batch.copy().nodes.size(), 3U);
}

TEST(many_keys_are_looked_up_at_once) {
    Space space;
    const Root root = *build(space, numbered(20000, 2));
    space.commit();
    std::vector<Bytes> keys;
    for (std::uint64_t i = 0; i < 400; ++i) keys.push_back(key((i * 7919) % 40000));
    keys.push_back(Bytes{});
    keys.push_back(keys.front());
    const std::vector<ByteView> views(keys.begin(), keys.end());
    const Tree tree = space.tree(root);
    const auto found = tree.lookup_many(views);
    REQUIRE_OK(found);
    EXPECT(space.store.prefetched.size() > 300);
    REQUIRE(found->size() == keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) EXPECT((*found)[i] == *tree.lookup(keys[i]));
    EXPECT(tree.lookup_many({})->empty());
}

TEST(a_short_range_fetches_little_ahead) {
    Space space;
    const Root root = *build(space, numbered(10000));
    space.commit();
    EXPECT_EQ(space.tree(root).range({key(5000), {}}, 40)->size(), 40U);
    EXPECT(space.store.prefetched.size() <= 3);
}

TEST(a_cursor_goes_on_where_it_is_put) {
    Space space;
    const Tree tree = space.tree(*build(space, numbered(1000, 2)));
    Cursor cursor = tree.cursor();
    EXPECT(!cursor.valid());
    REQUIRE_OK(cursor.seek(key(501)));
    REQUIRE(cursor.valid());
    EXPECT(to_bytes(cursor.key()) == key(502));
    REQUIRE_OK(cursor.seek_index(3));
    EXPECT(to_bytes(cursor.key()) == key(6));
    REQUIRE_OK(cursor.seek(key(1998)));
    REQUIRE_OK(cursor.next());
    EXPECT(!cursor.valid());
    REQUIRE_OK(cursor.seek(key(99999)));
    EXPECT(!cursor.valid());
}

}  // namespace obhut::tree
