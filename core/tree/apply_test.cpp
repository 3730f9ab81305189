#include "core/tree/apply.h"

#include <algorithm>
#include <cstdio>

#include "tests/support/tree_space.h"

namespace obhut::tree {

using namespace testing;

namespace {

// Random batches of every shape on a small or large range of keys.
struct Random {
    explicit Random(std::uint64_t seed) : entropy(seed) {}
    test::TestEntropy entropy;

    Bytes some_key(std::uint64_t range) {
        const std::uint64_t number = entropy.below(range);
        Bytes bytes = key(number);
        if (number % 5 == 0) bytes.resize(12 + number % 500, 'k');
        return bytes;
    }
    std::size_t some_size() {
        switch (entropy.below(20)) {
        case 0: return kMaxInline - entropy.below(3);
        case 1: return entropy.below(3);
        case 2: return kMaxInline + 1 + entropy.below(5000);
        default: return entropy.below(400);
        }
    }
    Batch some_batch(std::uint64_t range, std::size_t size, unsigned erase_percent, Model& model) {
        Batch batch;
        for (std::size_t i = 0; i < size; ++i) {
            const Bytes k = some_key(range);
            if (entropy.below(100) < erase_percent) {
                batch.erase(k);
                model.erase(k);
            } else {
                const Bytes v = value(entropy.next(), some_size());
                batch.put(k, v);
                model[k] = v;
            }
        }
        return batch;
    }
};

// check_step demands that the lists of a commit are exactly the difference of the two trees.
void check_lists(Space& space, const Tree& before, const Tree& after,
                 const std::vector<Change>& changes) {
    const auto listed = space.batch.copy();
    const auto difference = changes_between(before, after);
    REQUIRE_OK(difference);
    std::vector<ObjectId> created;
    for (const auto& [id, bytes] : listed.nodes) created.push_back(id);
    EXPECT(created == difference->nodes.created);
    EXPECT(listed.superseded == difference->nodes.superseded);
    EXPECT_EQ(difference->changes.size(), changes.size());
    for (std::size_t i = 0; i < std::min(changes.size(), difference->changes.size()); ++i) {
        EXPECT(difference->changes[i].key == changes[i].key);
        EXPECT(difference->changes[i].before == changes[i].before);
        EXPECT(difference->changes[i].after == changes[i].after);
    }
}

// check_occupancy demands that no two neighbours could have been one node, on the whole.
void check_occupancy(const Tree& tree, const Model& model) {
    std::size_t bytes = 0;
    for (const auto& [k, v] : model) bytes += k.size() + std::min<std::size_t>(v.size(), 80) + 8;
    EXPECT(node_ids(tree)->size() <= 4 + bytes / 1000);
}

void run_story(std::uint64_t seed) {
    const int failures = test::failures();
    Random random(seed);
    Space space(seed, random.entropy.below(2) == 0 ? 0 : Nodes::kDefaultCache);
    const std::uint64_t range = 1 + random.entropy.below(3000);
    Model model;
    Root root;
    for (int step = 0; step < 12; ++step) {
        const auto erase_percent = static_cast<unsigned>(random.entropy.below(4) * 33);
        const std::size_t size = random.entropy.below(step % 3 == 0 ? 1500 : 8);
        const Tree before = space.tree(root);
        auto applied = apply(before, random.some_batch(range, size, erase_percent, model),
                             space.entropy, space.batch);
        REQUIRE_OK(applied);
        const Tree after = space.tree(applied->root);
        EXPECT_EQ(applied->count, model.size());
        EXPECT_EQ(*after.count(), model.size());
        EXPECT(contents(after) == model);
        EXPECT_OK(node_ids(after));
        check_lists(space, before, after, applied->changes);
        check_occupancy(after, model);
        space.commit();
        root = applied->root.clone();
    }
    if (test::failures() > failures)
        std::printf("    seed %llu\n", static_cast<unsigned long long>(seed));
}

}  // namespace

TEST(apply_does_what_a_map_does) {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) run_story(seed);
}

TEST(apply_on_nothing_makes_the_first_tree) {
    Space space;
    Batch batch;
    batch.put(as_bytes("a"), as_bytes("1"));
    const auto applied = apply(space.tree({}), std::move(batch), space.entropy, space.batch);
    REQUIRE_OK(applied);
    EXPECT(space.tree(applied->root).get(as_bytes("a")) == to_bytes("1"));
    EXPECT_EQ(space.batch.copy().nodes.size(), 1U);
    EXPECT(space.batch.copy().superseded.empty());
}

TEST(apply_of_what_is_there_already_changes_nothing) {
    Space space;
    Model model;
    for (std::uint64_t i = 0; i < 1000; ++i) model[key(i)] = value(i);
    const Root root = *build(space, model);
    space.commit();
    Batch batch;
    batch.put(key(5), value(5));
    batch.erase(key(5000));
    const auto applied = apply(space.tree(root), std::move(batch), space.entropy, space.batch);
    REQUIRE_OK(applied);
    EXPECT(applied->root.id == root.id);
    EXPECT(applied->changes.empty());
    EXPECT_EQ(applied->count, 1000U);
    EXPECT(space.batch.empty());
}

TEST(the_last_operation_on_a_key_counts) {
    Space space;
    Batch batch;
    for (std::uint64_t i = 0; i < 50; ++i) batch.put(as_bytes("a"), value(i));
    batch.put(as_bytes("b"), as_bytes("x"));
    batch.erase(as_bytes("b"));
    const auto applied = apply(space.tree({}), std::move(batch), space.entropy, space.batch);
    REQUIRE_OK(applied);
    EXPECT(contents(space.tree(applied->root)) == Model({{to_bytes("a"), value(49)}}));
}

TEST(apply_refuses_what_is_no_key_or_too_large) {
    Space space;
    const auto apply_one = [&](const Bytes& k, const Bytes& v) {
        Batch batch;
        batch.put(k, v);
        return apply(space.tree({}), std::move(batch), space.entropy, space.batch);
    };
    EXPECT_ERROR(apply_one({}, {}), errors::key_not_allowed);
    EXPECT_ERROR(apply_one(Bytes(kMaxKey + 1), {}), errors::key_not_allowed);
    EXPECT_ERROR(apply_one(key(1), Bytes(kMaxValue + 1)), errors::value_too_large);
    EXPECT(space.batch.empty());
}

TEST(a_tree_from_which_all_but_one_is_erased_is_one_leaf) {
    Space space;
    Model model;
    for (std::uint64_t i = 0; i < 20000; ++i) model[key(i)] = value(i, 30);
    const Root root = *build(space, model);
    space.commit();
    EXPECT(*space.tree(root).levels() >= 3);
    for (const std::uint64_t kept : {0, 7777, 19999}) {
        Batch batch;
        for (std::uint64_t i = 0; i < 20000; ++i)
            if (i != kept) batch.erase(key(i));
        const auto applied = apply(space.tree(root), std::move(batch), space.entropy, space.batch);
        REQUIRE_OK(applied);
        EXPECT_EQ(*space.tree(applied->root).levels(), 1U);
        EXPECT(contents(space.tree(applied->root)) == Model({{key(kept), value(kept, 30)}}));
        check_lists(space, space.tree(root), space.tree(applied->root), applied->changes);
        space.batch.clear();
    }
}

TEST(keys_that_keep_coming_at_the_end_fill_their_nodes) {
    Space space;
    Root root;
    for (std::uint64_t i = 0; i < 400; ++i) {
        Batch batch;
        batch.put(key(i), value(i));
        root = apply(space.tree(root), std::move(batch), space.entropy, space.batch)->root.clone();
    }
    EXPECT_EQ(*space.tree(root).count(), 400U);
    EXPECT(node_ids(space.tree(root))->size() <= 13);  // 86,000 bytes: 11 leaves, their parent
    EXPECT_EQ(space.batch.copy().nodes.size(), node_ids(space.tree(root))->size());
}

TEST(changes_made_before_one_commit_leave_no_trace_of_what_was_between) {
    Space space;
    Model model;
    for (std::uint64_t i = 0; i < 3000; ++i) model[key(i)] = value(i);
    const Root base = *build(space, model);
    space.commit();
    Root root = base.clone();
    for (std::uint64_t i = 0; i < 20; ++i) {
        Batch batch;
        batch.put(key(i * 100), value(i + 7));
        batch.erase(key(i * 100 + 1));
        root = apply(space.tree(root), std::move(batch), space.entropy, space.batch)->root.clone();
    }
    const auto listed = space.batch.copy();
    const auto difference = changes_between(space.tree(base), space.tree(root));
    REQUIRE_OK(difference);
    EXPECT_EQ(difference->changes.size(), 40U);
    EXPECT(listed.superseded == difference->nodes.superseded);
    EXPECT_EQ(listed.nodes.size(), difference->nodes.created.size());
}

TEST(an_old_tree_stays_readable) {
    Space space;
    const Root first = apply(
                           space.tree({}),
                           [] {
                               Batch batch;
                               for (std::uint64_t i = 0; i < 100; ++i) batch.put(key(i), value(i));
                               return batch;
                           }(),
                           space.entropy, space.batch)
                           ->root.clone();
    space.commit();
    Batch batch;
    for (std::uint64_t i = 0; i < 100; ++i) batch.put(key(i), value(i + 1));
    const auto second = apply(space.tree(first), std::move(batch), space.entropy, space.batch);
    REQUIRE_OK(second);
    EXPECT(space.tree(first).get(key(9)) == value(9));
    EXPECT(space.tree(second->root).get(key(9)) == value(10));
}

TEST(a_store_that_fails_fails_the_change) {
    Space space(1, 0);
    Model model;
    for (std::uint64_t i = 0; i < 3000; ++i) model[key(i)] = value(i);
    const Root root = *build(space, model);
    space.commit();
    space.store.objects.erase(root.id);
    Batch batch;
    batch.put(key(1), value(2));
    EXPECT_ERROR(apply(space.tree(root), std::move(batch), space.entropy, space.batch),
                 errors::node_missing);
    EXPECT_ERROR(space.tree(root).lookup(key(1)), errors::node_missing);
}

}  // namespace obhut::tree
