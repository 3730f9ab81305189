#include "core/tree/merge.h"

#include <algorithm>
#include <cstdio>

#include "core/base/record.h"
#include "tests/support/tree_space.h"

namespace obhut::tree {

using namespace testing;

namespace {

// changed makes a random variant of a tree and of its model.
Root changed(Space& space, test::TestEntropy& random, const Root& root, Model& model,
             std::size_t operations) {
    Batch batch;
    for (std::size_t i = 0; i < operations; ++i) {
        const Bytes k = key(random.below(2000));
        if (random.below(3) == 0) {
            batch.erase(k);
            model.erase(k);
        } else {
            const Bytes v = value(random.next(), random.below(300));
            batch.put(k, v);
            model[k] = v;
        }
    }
    return apply(space.tree(root), std::move(batch), space.entropy, space.batch)->root.clone();
}

std::optional<Bytes> at(const Model& model, const Bytes& k) {
    const auto found = model.find(k);
    return found == model.end() ? std::nullopt : std::optional(found->second);
}

// merged_model is the three-way merge of maps; in conflicts the longer value wins, then the
// greater.
std::optional<Bytes> winner(const std::optional<Bytes>& a, const std::optional<Bytes>& b) {
    if (!a || !b) return a ? a : b;
    return *a > *b ? a : b;
}

Model merged_model(const Model& base, const Model& ours, const Model& theirs,
                   std::size_t& conflicts) {
    Model result;
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const auto b = at(base, key(i));
        const auto o = at(ours, key(i));
        const auto t = at(theirs, key(i));
        std::optional<Bytes> chosen = t == b ? o : t;
        if (t != b && o != b && o != t) {
            chosen = winner(o, t);
            ++conflicts;
        }
        if (chosen) result[key(i)] = *chosen;
    }
    return result;
}

void run_merge(std::uint64_t seed) {
    const int failures = test::failures();
    test::TestEntropy random(seed);
    Space space(seed);
    Model base_model;
    const Root base = changed(space, random, {}, base_model, random.below(3000));
    Model our_model = base_model;
    Model their_model = base_model;
    const Root ours = changed(space, random, base, our_model, random.below(500));
    const Root theirs = changed(space, random, base, their_model, random.below(500));
    std::size_t met = 0;
    const Resolver resolver = [&](const Conflict& conflict, Batch& batch) -> Result<> {
        ++met;
        const auto bytes = [](const std::optional<Value>& v) {
            return v ? std::optional(to_bytes(v->bytes())) : std::nullopt;
        };
        const auto chosen = winner(bytes(conflict.here), bytes(conflict.change.after));
        if (chosen) batch.put(conflict.change.key, *chosen);
        return {};
    };
    const auto merged = merge(space.tree(base), space.tree(ours), space.tree(theirs), resolver,
                              space.entropy, space.batch);
    REQUIRE_OK(merged);
    std::size_t conflicts = 0;
    EXPECT(contents(space.tree(merged->root)) ==
           merged_model(base_model, our_model, their_model, conflicts));
    EXPECT_EQ(met, conflicts);
    EXPECT_OK(node_ids(space.tree(merged->root)));
    if (test::failures() > failures)
        std::printf("    seed %llu\n", static_cast<unsigned long long>(seed));
}

}  // namespace

TEST(diff_finds_what_maps_differ_in) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        test::TestEntropy random(seed);
        Space space(seed);
        Model a_model;
        Model b_model;
        // Trees that share nothing, and trees of one history.
        const Root a = changed(space, random, {}, a_model, random.below(3000));
        if (seed % 2 == 0) b_model = a_model;
        const Root b =
            changed(space, random, seed % 2 == 0 ? a.clone() : Root{}, b_model, random.below(3000));
        const auto difference = changes_between(space.tree(a), space.tree(b));
        REQUIRE_OK(difference);
        Model replayed = a_model;
        Bytes last;
        for (const Change& change : difference->changes) {
            EXPECT(last < change.key);
            EXPECT(change.before != change.after);
            last = change.key;
            EXPECT(
                at(replayed, change.key) ==
                (change.before ? std::optional(to_bytes(change.before->bytes())) : std::nullopt));
            if (change.after)
                replayed[change.key] = to_bytes(change.after->bytes());
            else
                replayed.erase(change.key);
        }
        EXPECT(replayed == b_model);
        const auto a_ids = *node_ids(space.tree(a));
        const auto b_ids = *node_ids(space.tree(b));
        std::vector<ObjectId> created;
        std::vector<ObjectId> superseded;
        std::set_difference(b_ids.begin(), b_ids.end(), a_ids.begin(), a_ids.end(),
                            std::back_inserter(created));
        std::set_difference(a_ids.begin(), a_ids.end(), b_ids.begin(), b_ids.end(),
                            std::back_inserter(superseded));
        std::erase(created, ObjectId{});
        std::erase(superseded, ObjectId{});
        EXPECT(difference->nodes.created == created);
        EXPECT(difference->nodes.superseded == superseded);
    }
}

TEST(diff_opens_only_what_differs) {
    Space space(1, 0);
    Model model;
    for (std::uint64_t i = 0; i < 30000; ++i) model[key(i)] = value(i, 60);
    const Root root = *build(space, model);
    space.commit();
    Batch batch;
    batch.put(key(12345), value(1));
    const Root other =
        apply(space.tree(root), std::move(batch), space.entropy, space.batch)->root.clone();
    space.commit();
    const std::size_t before = space.store.loads;
    const auto difference = changes_between(space.tree(root), space.tree(other));
    REQUIRE_OK(difference);
    EXPECT_EQ(difference->changes.size(), 1U);
    EXPECT_EQ(space.store.loads - before, 6U);  // three levels on either side
}

TEST(a_visitor_ends_a_diff_by_its_error) {
    Space space;
    const Root root = *build(space, {{key(1), value(1)}, {key(2), value(2)}});
    int calls = 0;
    const auto result = diff(space.tree({}), space.tree(root), [&](const KeyChange&) -> Result<> {
        ++calls;
        return fail(errors::merge_conflict);
    });
    EXPECT_ERROR(result, errors::merge_conflict);
    EXPECT_EQ(calls, 1);
}

TEST(merge_does_what_a_merge_of_maps_does) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) run_merge(seed);
}

TEST(replay_finds_conflicts_by_the_value_replaced) {
    Space space;
    const Root base =
        *build(space, {{to_bytes("a"), to_bytes("1")}, {to_bytes("b"), to_bytes("1")}});
    const auto value_of = [](std::string_view text) {
        return std::optional(Value::of(as_bytes(text)));
    };
    std::vector<Change> journal;
    journal.push_back({to_bytes("a"), value_of("1"), value_of("2")});   // as it was
    journal.push_back({to_bytes("b"), value_of("0"), value_of("1")});   // done already
    journal.push_back({to_bytes("c"), std::nullopt, value_of("new")});  // added
    const auto first =
        replay(space.tree(base), journal, refuse_conflicts, space.entropy, space.batch);
    REQUIRE_OK(first);
    EXPECT_EQ(first->changes.size(), 2U);
    // A second time nothing is left to do: a retry writes nothing twice.
    const auto again =
        replay(space.tree(first->root), journal, refuse_conflicts, space.entropy, space.batch);
    REQUIRE_OK(again);
    EXPECT(again->root.id == first->root.id);
    journal[0].after = value_of("3");
    EXPECT_ERROR(
        replay(space.tree(first->root), journal, refuse_conflicts, space.entropy, space.batch),
        errors::merge_conflict);
    // The resolver may keep both, under another key.
    const Resolver keep_both = [](const Conflict& conflict, Batch& batch) -> Result<> {
        Bytes other = conflict.change.key;
        other.push_back('2');
        batch.put(other, conflict.change.after->clone());
        return {};
    };
    const auto kept =
        replay(space.tree(first->root), journal, keep_both, space.entropy, space.batch);
    REQUIRE_OK(kept);
    EXPECT(space.tree(kept->root).get(as_bytes("a")) == to_bytes("2"));
    EXPECT(space.tree(kept->root).get(as_bytes("a2")) == to_bytes("3"));
}

TEST(changes_survive_a_journal) {
    Space space;
    Batch batch;
    batch.put(as_bytes("small"), as_bytes("x"));
    batch.put(as_bytes("large"), value(1, 5000));
    const auto applied = apply(space.tree({}), std::move(batch), space.entropy, space.batch);
    REQUIRE_OK(applied);
    for (const Change& change : applied->changes) {
        const auto back = decode<Change>(encode(change));
        REQUIRE_OK(back);
        EXPECT(back->key == change.key && back->before == change.before &&
               back->after == change.after);
    }
    CborWriter writer;
    writer.bytes(Bytes(kMaxInline + 1));
    const Bytes too_long = writer.take();
    CborReader reader(too_long);
    EXPECT(!Value::decode_from(reader).has_value());
}

TEST(content_is_counted_by_the_references_in_values) {
    Space space;
    const auto reference = [&](std::uint8_t n) {
        Reference made;
        made.id.bytes.fill(n);
        made.size = 4096;
        return made;
    };
    const auto naming = [&](std::initializer_list<std::uint8_t> numbers) {
        CborWriter writer;
        writer.map(1);
        writer.uint(7);
        writer.array(numbers.size() + 1);
        writer.text("name");
        for (const std::uint8_t n : numbers) reference(n).encode_to(writer);
        return writer.take();
    };
    std::vector<ObjectId> found;
    content_named(naming({1, 2, 1}), found);
    EXPECT(found == (std::vector<ObjectId>{reference(1).id, reference(2).id, reference(1).id}));
    Bytes broken = naming({1});
    broken.push_back(0);
    content_named(broken, found);
    content_named(Bytes{}, found);
    content_named(Bytes{0xD9, 0x10, 0x92, 0x80}, found);  // the tag, without a reference
    content_named(Bytes(2000, 0x81), found);              // deeper than any value
    EXPECT_EQ(found.size(), 3U);

    // A move raises and lowers nothing; an edit does both; a large value counts itself too.
    Bytes large = naming({9});
    CborWriter padded;
    padded.array(2);
    padded.raw(large);
    padded.bytes(Bytes(3000, 1));
    Batch batch;
    batch.put(as_bytes("old"), naming({1, 2}));
    batch.put(as_bytes("edit"), naming({3}));
    const auto before = apply(space.tree({}), std::move(batch), space.entropy, space.batch);
    Batch edit;
    edit.erase(as_bytes("old"));
    edit.put(as_bytes("new"), naming({1, 2}));
    edit.put(as_bytes("edit"), naming({4, 4}));
    edit.put(as_bytes("large"), padded.take());
    const auto after = apply(space.tree(before->root), std::move(edit), space.entropy, space.batch);
    REQUIRE_OK(after);
    const auto change = content_change(space.nodes, after->changes);
    REQUIRE_OK(change);
    EXPECT(change->lowered == std::vector<ObjectId>{reference(3).id});
    std::vector<ObjectId> raised{reference(4).id, reference(4).id, reference(9).id,
                                 space.batch.copy().values.at(0).first};
    std::sort(raised.begin(), raised.end());
    EXPECT(change->raised == raised);
}

}  // namespace obhut::tree
