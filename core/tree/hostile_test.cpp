// Trees made by a writer with all keys who means harm. Each check of the tree has a test that only
// it can pass.
#include <cstdio>

#include "core/base/errors.h"
#include "core/crypto/padding.h"
#include "tests/support/tree_space.h"

namespace obhut::tree {

using namespace testing;

namespace {

// Raw is an entry as it will be written, right or wrong.
struct Raw {
    std::uint64_t shared;
    std::string suffix;
    Bytes payload;
};

Bytes inline_payload(std::string_view text) {
    const Value value = Value::of(as_bytes(text));
    return to_bytes(value.view().encoded());
}

Bytes raw_node(std::uint64_t level, const std::vector<Raw>& entries, std::size_t size = 0) {
    CborWriter writer;
    writer.array(2);
    writer.uint(level);
    writer.array(entries.size());
    for (const Raw& entry : entries) {
        writer.array(level == 0 ? 3 : 4);
        writer.uint(entry.shared);
        writer.bytes(as_bytes(entry.suffix));
        writer.raw(entry.payload);
    }
    Bytes content = writer.take();
    pad(content, size == 0 ? node_class(content.size()) : size);
    return content;
}

Raw leaf_entry(std::uint64_t shared, std::string suffix) {
    return {shared, std::move(suffix), inline_payload("v")};
}

// Hostile seals whatever it is told to.
struct Hostile : Space {
    Reference seal(const Bytes& plaintext, ObjectType type = ObjectType::node) {
        SealedObject sealed = seal_object(in_space(kOrg, kSpace), type, plaintext, entropy);
        store.objects[sealed.reference.id] = sealed.bytes;
        return std::move(sealed.reference);
    }
    Reference leaf(const std::vector<Raw>& entries) { return seal(raw_node(0, entries)); }
    // parent of children with separators, counts as claimed.
    struct Claim {
        std::string separator;
        std::uint64_t count;
        const Reference* child;
    };
    Reference inner(std::uint64_t level, const std::vector<Claim>& claims) {
        std::vector<Raw> entries;
        for (const Claim& claim : claims)
            entries.push_back({0, claim.separator, inner_payload(claim.count, *claim.child)});
        return seal(raw_node(level, entries));
    }
};

Reference some_reference() {
    Reference reference;
    reference.id.bytes.fill(7);
    reference.size = 2048;
    return reference;
}

Result<> read_all(const Tree& tree) {
    return tree.each_node([](const ObjectId&, unsigned) -> Result<> { return {}; });
}

}  // namespace

TEST(node_decodes_what_it_should) {
    const auto node =
        Node::decode(raw_node(0, {leaf_entry(0, "abc"), leaf_entry(2, "d"), leaf_entry(0, "b")}));
    REQUIRE_OK(node);
    EXPECT_EQ(node->size(), 3U);
    EXPECT(to_bytes(node->key(1)) == to_bytes("abd"));
    EXPECT_EQ(node->lower_bound(as_bytes("abcd")), 1U);
    const auto inner = Node::decode(raw_node(3, {{0, "", inner_payload(5, some_reference())},
                                                 {0, "m", inner_payload(6, some_reference())}}));
    REQUIRE_OK(inner);
    EXPECT_EQ(inner->count(), 11U);
    EXPECT_EQ(inner->child_for(as_bytes("a")), 0U);
    EXPECT_EQ(inner->child_for(as_bytes("m")), 1U);
    EXPECT_EQ(inner->child_for(as_bytes("z")), 1U);
}

TEST(sr06_node_whose_keys_do_not_ascend_is_refused) {
    EXPECT_ERROR(Node::decode(raw_node(0, {leaf_entry(0, "b"), leaf_entry(0, "a")})),
                 errors::node_malformed);
    EXPECT_ERROR(Node::decode(raw_node(0, {leaf_entry(0, "a"), leaf_entry(1, "")})),
                 errors::node_malformed);
    EXPECT_ERROR(Node::decode(raw_node(0, {leaf_entry(0, "ab"), leaf_entry(1, "a")})),
                 errors::node_malformed);
    EXPECT_ERROR(Node::decode(raw_node(0, {leaf_entry(0, "ab"), leaf_entry(1, "")})),
                 errors::node_malformed);
}

TEST(sr05_node_with_another_prefix_than_the_longest_is_refused) {
    EXPECT_ERROR(Node::decode(raw_node(0, {leaf_entry(0, "aa"), leaf_entry(0, "ab")})),
                 errors::node_malformed);
    EXPECT_ERROR(Node::decode(raw_node(0, {leaf_entry(0, "aa"), leaf_entry(3, "b")})),
                 errors::node_malformed);
}

TEST(sr06_node_with_an_empty_or_too_long_key_is_refused) {
    EXPECT_ERROR(Node::decode(raw_node(0, {leaf_entry(0, "")})), errors::node_malformed);
    EXPECT_ERROR(Node::decode(raw_node(
                     0, {leaf_entry(0, std::string(kMaxKey, 'a')), leaf_entry(kMaxKey, "b")})),
                 errors::node_malformed);
    EXPECT_ERROR(Node::decode(raw_node(0, {leaf_entry(0, std::string(kMaxKey + 1, 'a'))})),
                 errors::too_large);
    EXPECT_OK(Node::decode(raw_node(0, {leaf_entry(0, std::string(kMaxKey, 'a'))})));
}

TEST(sr06_inner_node_whose_first_separator_is_not_empty_is_refused) {
    EXPECT_ERROR(Node::decode(raw_node(1, {{0, "a", inner_payload(1, some_reference())},
                                           {0, "b", inner_payload(1, some_reference())}})),
                 errors::node_malformed);
}

TEST(sr06_inner_node_without_children_or_with_an_empty_child_is_refused) {
    EXPECT_ERROR(Node::decode(raw_node(1, {})), errors::node_malformed);
    EXPECT_ERROR(Node::decode(raw_node(1, {{0, "", inner_payload(0, some_reference())}})),
                 errors::node_malformed);
}

TEST(sr06_node_that_claims_too_many_entries_is_refused) {
    EXPECT_OK(Node::decode(raw_node(1, {{0, "", inner_payload(kMaxCount, some_reference())}})));
    EXPECT_ERROR(Node::decode(raw_node(1, {{0, "", inner_payload(kMaxCount, some_reference())},
                                           {0, "a", inner_payload(1, some_reference())}})),
                 errors::node_malformed);
    EXPECT_ERROR(Node::decode(raw_node(1, {{0, "", inner_payload(1, some_reference())},
                                           {0, "a", inner_payload(UINT64_MAX, some_reference())}})),
                 errors::node_malformed);
}

TEST(sr06_node_of_too_high_a_level_is_refused) {
    EXPECT_OK(Node::decode(raw_node(kMaxLevel, {{0, "", inner_payload(1, some_reference())}})));
    EXPECT_ERROR(
        Node::decode(raw_node(kMaxLevel + 1, {{0, "", inner_payload(1, some_reference())}})),
        errors::node_malformed);
    EXPECT_ERROR(Node::decode(raw_node(1ULL << 33, {{0, "", inner_payload(1, some_reference())}})),
                 errors::node_malformed);
}

TEST(sr22_node_of_another_size_class_is_refused) {
    EXPECT_ERROR(Node::decode(raw_node(0, {leaf_entry(0, "a")}, 4096)), errors::node_malformed);
    EXPECT_ERROR(Node::decode(raw_node(0, {leaf_entry(0, "a")}, 1024)), errors::node_malformed);
    std::vector<Raw> many;
    for (int i = 0; i < 20; ++i)
        many.push_back(
            {0, std::string(1, static_cast<char>('a' + i)), inline_payload(std::string(600, 'x'))});
    EXPECT_ERROR(Node::decode(raw_node(0, many, 16384)), errors::node_malformed);
}

TEST(node_with_bad_padding_is_refused) {
    Bytes plaintext = raw_node(0, {leaf_entry(0, "a")});
    plaintext.back() = 1;
    EXPECT_ERROR(Node::decode(plaintext), errors::bad_padding);
    EXPECT_ERROR(Node::decode(Bytes(2048, 0)), errors::bad_padding);
    EXPECT_ERROR(Node::decode({}), errors::bad_padding);
}

TEST(node_of_another_shape_is_refused) {
    const auto decode_hex = [](std::string_view hex) {
        Bytes content = *from_hex(hex);
        pad(content, 2048);
        return Node::decode(std::move(content));
    };
    EXPECT_OK(decode_hex("820080"));
    EXPECT(!decode_hex("830080").has_value());
    EXPECT(!decode_hex("8200").has_value());
    EXPECT(!decode_hex("82008000").has_value());
    EXPECT(!decode_hex("82180080").has_value());                // 0 in two bytes
    EXPECT(!decode_hex("8200818300416120").has_value());        // a number for a value
    EXPECT(!decode_hex("820081840041614000").has_value());      // four items in a leaf's entry
    EXPECT(!decode_hex("82008183004161d9109280").has_value());  // a broken reference
    EXPECT(!decode_hex("82009affffffff").has_value());
    EXPECT(!decode_hex("").has_value());
}

TEST(leaf_with_too_large_a_value_is_refused) {
    CborWriter writer;
    writer.bytes(Bytes(kMaxInline + 1));
    EXPECT_ERROR(Node::decode(raw_node(0, {{0, "a", writer.take()}})), errors::too_large);
    Reference reference = some_reference();
    reference.size = 1ULL << 40;
    CborWriter large;
    reference.encode_to(large);
    EXPECT_ERROR(Node::decode(raw_node(0, {{0, "a", large.take()}})), errors::invalid_value);
}

TEST(sr06_child_of_another_level_is_refused) {
    Hostile hostile;
    const Reference leaf = hostile.leaf({leaf_entry(0, "a")});
    const Reference other = hostile.leaf({leaf_entry(0, "m")});
    const Reference root = hostile.inner(2, {{"", 1, &leaf}, {"m", 1, &other}});
    EXPECT_ERROR(hostile.tree(root).lookup(as_bytes("a")), errors::node_wrong_place);
    EXPECT_ERROR(read_all(hostile.tree(root)), errors::node_wrong_place);
}

TEST(sr06_child_with_another_count_is_refused) {
    Hostile hostile;
    const Reference leaf = hostile.leaf({leaf_entry(0, "a")});
    const Reference other = hostile.leaf({leaf_entry(0, "m")});
    const Reference root = hostile.inner(1, {{"", 1, &leaf}, {"m", 1000, &other}});
    EXPECT_OK(hostile.tree(root).lookup(as_bytes("a")));
    EXPECT_ERROR(hostile.tree(root).lookup(as_bytes("m")), errors::node_wrong_place);
    EXPECT_ERROR(hostile.tree(root).range_at(900, 1), errors::node_wrong_place);
}

TEST(sr06_empty_leaf_under_a_parent_is_refused) {
    Hostile hostile;
    const Reference leaf = hostile.leaf({});
    const Reference root = hostile.inner(1, {{"", 1, &leaf}});
    EXPECT_ERROR(hostile.tree(root).lookup(as_bytes("a")), errors::node_wrong_place);
}

TEST(sr06_key_below_its_place_is_refused) {
    Hostile hostile;
    const Reference leaf = hostile.leaf({leaf_entry(0, "a")});
    const Reference other = hostile.leaf({leaf_entry(0, "b")});
    const Reference root = hostile.inner(1, {{"", 1, &leaf}, {"m", 1, &other}});
    EXPECT_ERROR(hostile.tree(root).lookup(as_bytes("m")), errors::node_wrong_place);
}

TEST(sr06_separator_below_its_place_is_refused) {
    Hostile hostile;
    const Reference leaf = hostile.leaf({leaf_entry(0, "n")});
    const Reference low = hostile.inner(1, {{"", 1, &leaf}, {"m", 1, &leaf}});
    const Reference first = hostile.inner(1, {{"", 1, &leaf}});
    const Reference root = hostile.inner(2, {{"", 1, &first}, {"m", 2, &low}});
    EXPECT_ERROR(hostile.tree(root).lookup(as_bytes("n")), errors::node_wrong_place);
}

TEST(sr06_key_above_its_place_is_refused) {
    Hostile hostile;
    const Reference leaf = hostile.leaf({leaf_entry(0, "a"), leaf_entry(0, "m")});
    const Reference other = hostile.leaf({leaf_entry(0, "n")});
    const Reference root = hostile.inner(1, {{"", 2, &leaf}, {"m", 1, &other}});
    EXPECT_ERROR(hostile.tree(root).lookup(as_bytes("a")), errors::node_wrong_place);
    // The bound holds for grandchildren too, where the parent's own separators do not end the
    // range.
    const Reference last = hostile.leaf({leaf_entry(0, "z")});
    const Reference first = hostile.leaf({leaf_entry(0, "a")});
    const Reference below = hostile.inner(1, {{"", 1, &first}, {"b", 1, &last}});
    const Reference right = hostile.inner(1, {{"", 1, &other}});
    const Reference top = hostile.inner(2, {{"", 2, &below}, {"m", 1, &right}});
    EXPECT_OK(hostile.tree(top).lookup(as_bytes("a")));
    EXPECT_ERROR(hostile.tree(top).lookup(as_bytes("c")), errors::node_wrong_place);
}

TEST(writing_on_a_tree_that_claims_to_be_full_is_refused) {
    Hostile hostile;
    const Reference leaf = hostile.leaf({leaf_entry(0, "a")});
    const Reference below = hostile.inner(1, {{"", 1, &leaf}, {"m", kMaxCount - 1, &leaf}});
    const Reference root = hostile.inner(2, {{"", kMaxCount, &below}});
    for (const Reference* tree : {&below, &root}) {
        Batch batch;
        batch.put(as_bytes("b"), as_bytes("v"));
        EXPECT_ERROR(apply(hostile.tree(*tree), std::move(batch), hostile.entropy, hostile.batch),
                     errors::tree_too_large);
    }
}

TEST(sr06_one_subtree_in_many_places_is_found_at_once) {
    // Fifteen levels that each name the level below thirty times: 30^15 entries for whoever does
    // not look.
    Hostile hostile;
    Reference child = hostile.leaf({leaf_entry(0, "\x01")});
    std::uint64_t count = 1;
    for (unsigned level = 1; level <= kMaxLevel; ++level) {
        std::vector<Hostile::Claim> claims{{"", count, &child}};
        for (char c = 'b'; count * (claims.size() + 1) < kMaxCount && claims.size() < 30; ++c)
            claims.push_back({std::string(1, c), count, &child});
        const std::uint64_t all = count * claims.size();
        child = hostile.inner(level, claims);
        count = all;
    }
    const std::size_t before = hostile.store.loads;
    EXPECT_ERROR(read_all(hostile.tree(child)), errors::node_wrong_place);
    EXPECT_ERROR(changes_between(hostile.tree({}), hostile.tree(child)), errors::node_wrong_place);
    EXPECT_ERROR(hostile.tree(child).range(KeyRange::all(), SIZE_MAX), errors::node_wrong_place);
    EXPECT(hostile.store.loads - before < 100);
}

TEST(sr25_cached_node_opens_by_its_own_reference_only) {
    Hostile hostile;
    Reference root = hostile.leaf({leaf_entry(0, "a")});
    EXPECT_OK(hostile.tree(root).lookup(as_bytes("a")));
    EXPECT_OK(hostile.tree(root).lookup(as_bytes("a")));
    Reference other = root.clone();
    other.key = ObjectKey::generate(hostile.entropy);
    EXPECT_ERROR(hostile.tree(other).lookup(as_bytes("a")), errors::object_tampered);
    Reference longer = root.clone();
    longer.size = 4096;
    EXPECT_ERROR(hostile.tree(longer).lookup(as_bytes("a")), errors::object_tampered);
}

TEST(sr15_objects_of_another_type_or_space_are_no_nodes) {
    Hostile hostile;
    const Bytes plaintext = raw_node(0, {leaf_entry(0, "a")});
    EXPECT_ERROR(hostile.tree(hostile.seal(plaintext, ObjectType::chunk)).count(),
                 errors::wrong_object_type);
    const Reference root = hostile.seal(plaintext);
    Nodes elsewhere(kOrg, SpaceId{}, hostile.store);
    EXPECT_ERROR(Tree(elsewhere, root.clone()).count(), errors::object_tampered);
    // A server that answers with other bytes, or with far too many.
    hostile.store.objects[root.id] = Bytes(100000);
    EXPECT_ERROR(hostile.tree(root).count(), errors::object_wrong_id);
    hostile.store.objects[root.id] = Bytes(3);
    EXPECT_ERROR(hostile.tree(root).count(), errors::object_wrong_id);
}

TEST(sr22_value_object_of_another_size_class_is_refused) {
    Hostile hostile;
    const auto read = [&](std::size_t content, std::size_t size) {
        Bytes plaintext(content, 'x');
        pad(plaintext, size);
        return hostile.nodes.open_value(hostile.seal(plaintext, ObjectType::value));
    };
    EXPECT(read(3000, 4096) == Bytes(3000, 'x'));
    EXPECT_ERROR(read(3000, 8192), errors::value_malformed);
    EXPECT_ERROR(read(100, 4096), errors::value_malformed);
    EXPECT_ERROR(read(kMaxValue + 1, 2 * kMaxValue), errors::value_malformed);
    Reference huge = some_reference();
    huge.size = 1ULL << 40;
    EXPECT_ERROR(hostile.nodes.open_value(huge), errors::value_malformed);
}

TEST(nodes_of_any_bytes_do_no_harm) {
    for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
        test::TestEntropy random(seed);
        Bytes plaintext =
            raw_node(0, {leaf_entry(0, "abc"), leaf_entry(2, "d"), leaf_entry(0, "b")});
        if (random.below(2) == 0)
            plaintext = raw_node(1, {{0, "", inner_payload(5, some_reference())},
                                     {0, "m", inner_payload(6, some_reference())}});
        for (std::uint64_t i = 0; i <= random.below(4); ++i)
            plaintext[random.below(60)] = static_cast<std::uint8_t>(random.next());
        const auto node = Node::decode(plaintext);
        if (!node) continue;
        // What passes is in its one form: writing it again gives the same bytes.
        std::vector<Item> items;
        for (std::size_t i = 0; i < node->size(); ++i)
            items.push_back({node->key(i), node->payload(i), 1});
        Bytes again = encode_node(node->level(), items);
        pad(again, node_class(again.size()));
        if (again != plaintext)
            std::printf("    seed %llu\n", static_cast<unsigned long long>(seed));
        EXPECT(again == plaintext);
    }
}

TEST(trees_of_random_nodes_do_no_harm) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Hostile hostile;
        test::TestEntropy random(seed);
        std::vector<Reference> made;
        for (char c = 'a'; c < 'i'; ++c)
            made.push_back(hostile.leaf({leaf_entry(0, std::string(1, c))}));
        for (int i = 0; i < 20; ++i) {
            std::vector<Hostile::Claim> claims;
            std::string separator;
            for (std::uint64_t n = 0; n <= random.below(5); ++n) {
                claims.push_back(
                    {separator, 1 + random.below(3), &made[random.below(made.size())]});
                separator =
                    std::string(1, static_cast<char>((separator.empty() ? 'a' : separator[0]) + 1 +
                                                     random.below(3)));
            }
            made.push_back(hostile.inner(1 + random.below(3), claims));
        }
        for (int i = 0; i < 20; ++i) {
            const Tree a = hostile.tree(made[random.below(made.size())]);
            const Tree b = hostile.tree(made[random.below(made.size())]);
            (void)a.range(KeyRange::all(), 1000);
            (void)a.range_at(random.below(10), 10);
            (void)a.rank(as_bytes("e"));
            (void)changes_between(a, b);
            Batch batch;
            batch.put(as_bytes("d"), value(1));
            batch.erase(as_bytes("e"));
            (void)apply(a, std::move(batch), hostile.entropy, hostile.batch);
            (void)merge(a, b, a, refuse_conflicts, hostile.entropy, hostile.batch);
        }
    }
}

}  // namespace obhut::tree
