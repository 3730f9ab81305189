#include "core/directory/log.h"

#include <map>

#include "core/directory/testing/people.h"
#include "tests/support/test.h"

namespace obhut::directory {

using testing::TestOrg;
using testing::TestUser;

namespace {

// A server that shows the leaves of a TestOrg, honestly or not.
struct Server {
    TestOrg org;
    std::uint64_t incarnation = 1;

    explicit Server(std::uint64_t seed = 1) : org(seed) { org.found(); }

    PinnedRoot pinned() const { return {org.state.org(), org.state.root_fingerprint()}; }
    std::string note_of(std::span<const Bytes> leaves, Millis time) const {
        return sign_checkpoint(
            {log_origin(org.state.org()), leaves.size(), merkle_root(leaves), incarnation, time},
            org.log_key);
    }
    std::string note() const { return note_of(org.leaves, org.state.last_time()); }
    std::string note_at(std::size_t size) const {
        const auto leaf = decode<SignedEntry>(org.leaves[size - 1]);
        return note_of(std::span(org.leaves).first(size), decode<Entry>(leaf->payload)->time);
    }
    std::span<const Bytes> from(Position start) const {
        return std::span(org.leaves).subspan(start);
    }
    Result<bool> show(Log& log) const {
        return log.add(log.size(), from(log.size()), note(), org.now);
    }
    void pulse() {
        org.wait(kHour);
        org.append_ok(Pulse{org.anna.id}, {&org.anna.device.signing});
    }
};

Log caught_up(const Server& server) {
    Log log(server.pinned());
    EXPECT_OK(server.show(log));
    return log;
}

}  // namespace

TEST(log_follows_an_honest_server_in_pieces) {
    Server server;
    Log log(server.pinned());
    EXPECT_EQ(*log.add(0, server.from(0).first(2), server.note(), server.org.now), false);
    EXPECT_EQ(log.next(), 2U);
    EXPECT_EQ(log.size(), 0U);
    EXPECT_EQ(*log.add(2, server.from(2), server.note(), server.org.now), true);
    EXPECT_EQ(log.size(), 6U);
    EXPECT(log.state().is_admin(server.org.anna.id));
    server.pulse();
    EXPECT_OK(server.show(log));
    EXPECT_OK(server.show(log));  // nothing new
    EXPECT_EQ(log.checkpoint().size, 7U);

    auto back = Log::decode(log.encode());
    REQUIRE_OK(back);
    server.pulse();
    EXPECT_OK(server.show(*back));
    EXPECT_EQ(back->size(), 8U);
    EXPECT_ERROR(Log::decode(Bytes{1}), errors::state_malformed);
}

TEST(log_is_kept_in_rows_of_what_is_new) {
    Server server;
    Log log(server.pinned());
    std::map<Bytes, Bytes> store;
    const auto keep = [&store](Log& from) {
        const LogRows rows = from.rows();
        if (rows.all) store.clear();
        std::erase_if(store, [&](const auto& row) {
            return row.first >= rows.erase_from && row.first < rows.erase_to;
        });
        for (const Row& row : rows.put) store[row.key] = row.value;
        from.rows_kept();
        return rows.put.size();
    };
    const auto read_back = [&store] {
        std::vector<Row> rows;
        for (const auto& [key, value] : store) rows.push_back({key, value});
        return Log::from_rows(rows);
    };
    EXPECT_OK(server.show(log));
    keep(log);
    for (int i = 0; i < 20; ++i) server.org.join();
    EXPECT_OK(server.show(log));
    keep(log);
    const std::size_t all = store.size();
    server.pulse();
    EXPECT_OK(server.show(log));
    EXPECT_EQ(keep(log), 4U);  // the summary, what is there once, one person, one block of roots
    EXPECT_EQ(store.size(), all);
    auto back = read_back();
    REQUIRE_OK(back);
    EXPECT_EQ(back->encode(), log.encode());
    server.pulse();
    EXPECT_OK(server.show(*back));
    EXPECT_EQ(keep(*back), 4U);
    EXPECT_EQ(read_back()->size(), log.size() + 1);
    // A refused answer leaves nothing to keep but the summary and the like.
    const Log before = std::move(*read_back());
    Log victim = std::move(*read_back());
    EXPECT(!victim.add(victim.size(), {{Bytes{1}}}, server.note(), server.org.now));
    EXPECT_EQ(victim.rows().put.size(), 3U);
    EXPECT_EQ(victim.encode(), before.encode());
    // More than the roots that are kept: old blocks go.
    for (int i = 0; i < 4500; ++i) server.pulse();
    EXPECT_OK(server.show(*back));
    keep(*back);
    EXPECT_EQ(read_back()->encode(), back->encode());
    EXPECT(store.size() < all + 20);
    for (const Bytes& key :
         {store.begin()->first, std::next(store.begin())->first, std::prev(store.end())->first}) {
        const Bytes value = store[key];
        store.erase(key);
        EXPECT_ERROR(read_back(), errors::state_malformed);
        store[key] = value;
    }
}

// A newcomer to an organisation of 100,000 people has 150 MB before him.
TEST(log_follows_from_far_behind) {
    Server server;
    Log log(server.pinned());
    const Bytes noise(65'000, 7);  // takes its place, counts for nothing
    for (int i = 0; i < 2'400; ++i) EXPECT(!server.org.apply(noise).valid());
    server.pulse();
    while (log.next() < server.org.leaves.size()) {
        const auto rest = server.from(log.next());
        const auto page = rest.first(std::min<std::size_t>(rest.size(), 500));
        REQUIRE_OK(log.add(log.next(), page, server.note(), server.org.now));
    }
    EXPECT_EQ(log.size(), server.org.leaves.size());
}

TEST(log_accepts_only_the_pinned_organisation) {
    const Server server;
    const Server other(2);
    Log log(server.pinned());
    EXPECT_ERROR(other.show(log), errors::log_wrong_root);
    PinnedRoot wrong = server.pinned();
    wrong.fingerprint.bytes[31] ^= 1;
    Log second(wrong);
    EXPECT_ERROR(server.show(second), errors::log_wrong_root);
    EXPECT_EQ(second.size(), 0U);
    EXPECT_OK(server.show(log));  // nothing of the refused one has stayed
}

TEST(log_accepts_only_notes_of_the_log_key) {
    Server server;
    Log log = caught_up(server);
    server.pulse();
    testing::SeededEntropy entropy(3);
    const NoteKey thief = NoteKey::generate(entropy);
    Checkpoint checkpoint = *parse_note(server.note());
    EXPECT_ERROR(log.add(6, server.from(6), sign_checkpoint(checkpoint, thief), server.org.now),
                 errors::note_unsigned);
    EXPECT_EQ(log.size(), 6U);
    checkpoint.origin = "obhut/log/elsewhere";
    EXPECT_ERROR(
        log.add(6, server.from(6), sign_checkpoint(checkpoint, server.org.log_key), server.org.now),
        errors::note_wrong_log);
    EXPECT_OK(server.show(log));
}

TEST(log_follows_a_change_of_the_log_key) {
    Server server;
    Log log = caught_up(server);
    const std::string before = server.note();
    const NoteKey fresh = NoteKey::generate(server.org.entropy);
    RootStatement statement = server.org.root_statement();
    statement.log_key = fresh.public_key();
    server.org.append_ok(statement, {&server.org.root});
    EXPECT_ERROR(server.show(log), errors::note_unsigned);
    server.org.log_key = NoteKey(fresh.expose());
    EXPECT_OK(server.show(log));
    EXPECT_OK(log.judge_note(before));
}

TEST(log_refuses_entries_that_do_not_lead_to_the_root) {
    Server server;
    Log log = caught_up(server);
    server.pulse();
    server.pulse();
    std::vector<Bytes> swapped(server.from(6).rbegin(), server.from(6).rend());
    EXPECT_ERROR(log.add(6, swapped, server.note(), server.org.now), errors::log_mismatch);
    EXPECT_ERROR(log.add(5, server.from(5), server.note(), server.org.now), errors::log_gap);
    const std::vector<Bytes> too_many(3, server.org.leaves[6]);
    EXPECT_ERROR(log.add(6, too_many, server.note(), server.org.now), errors::log_mismatch);
    EXPECT_OK(server.show(log));
}

TEST(log_never_goes_back) {
    Server server;
    server.pulse();
    Log log = caught_up(server);
    EXPECT_ERROR(log.add(7, {}, server.note_at(6), server.org.now), errors::log_went_back);
    server.incarnation = 0;
    EXPECT_ERROR(log.add(7, {}, server.note(), server.org.now), errors::log_went_back);
    EXPECT(!log.evidence());
}

TEST(log_shows_a_fork_at_a_known_size_with_both_notes) {
    Server left;
    Server right;  // the same organisation: same seed
    left.pulse();
    right.org.wait(kMinute);
    right.pulse();
    Log log = caught_up(left);
    EXPECT_ERROR(log.add(7, {}, right.note(), right.org.now), errors::log_forked);
    REQUIRE(log.evidence());
    EXPECT_EQ(log.evidence()->ours, left.note());
    EXPECT_EQ(log.evidence()->theirs, right.note());
    EXPECT_ERROR(log.judge_note(right.note()), errors::log_forked);
    const auto back = Log::decode(log.encode());
    REQUIRE_OK(back);
    EXPECT(back->evidence().has_value());
}

TEST(log_shows_a_fork_when_a_longer_history_does_not_contain_ours) {
    Server left;
    Server right;
    left.pulse();
    right.org.wait(kMinute);
    right.pulse();
    right.pulse();
    Log log = caught_up(left);
    EXPECT_ERROR(right.show(log), errors::log_mismatch);
    EXPECT(log.evidence().has_value());
}

TEST(log_shows_a_fork_by_a_note_in_an_entry) {
    Server left;
    Server right;
    left.pulse();
    right.org.wait(kMinute);
    right.pulse();
    // Somebody who saw the right side appends to the left one.
    Log log = caught_up(left);
    Draft draft(left.org.state, left.org.now, to_bytes(right.note()));
    draft.add(Pulse{left.org.anna.id}, {&left.org.anna.device.signing});
    EXPECT(left.org.apply(draft.take()[0]).valid());
    EXPECT_ERROR(left.show(log), errors::log_forked);
    REQUIRE(log.evidence());
    EXPECT_EQ(log.evidence()->theirs, right.note());
    // A forged note proves nothing.
    Server honest;
    Log second = caught_up(honest);
    testing::SeededEntropy entropy(3);
    const NoteKey thief = NoteKey::generate(entropy);
    Checkpoint lie = *parse_note(honest.note());
    lie.root.bytes[0] ^= 1;
    Draft forged(honest.org.state, honest.org.now, to_bytes(sign_checkpoint(lie, thief)));
    forged.add(Pulse{honest.org.anna.id}, {&honest.org.anna.device.signing});
    EXPECT(honest.org.apply(forged.take()[0]).valid());
    EXPECT_OK(honest.show(second));
}

TEST(log_stops_at_an_entry_a_day_ahead_and_names_it) {
    Server server;
    Log log = caught_up(server);
    const Millis own = server.org.now;
    server.org.wait(kDay + 1);
    server.org.append_ok(Pulse{server.org.anna.id}, {&server.org.anna.device.signing});
    EXPECT_ERROR(log.add(6, server.from(6), server.note(), own), errors::log_ahead_of_clock);
    REQUIRE(log.time_alarm());
    EXPECT_EQ(log.time_alarm()->own_time, own);
    EXPECT_EQ(log.time_alarm()->entry_time, own + kDay + 1);
    EXPECT(log.time_alarm()->signer == key_id(server.org.anna.device.signing.public_key()));
    EXPECT_OK(log.add(6, server.from(6), server.note(), own + 1));
}

TEST(log_time_is_that_of_the_last_valid_entry) {
    Server server;
    Log log = caught_up(server);
    server.pulse();
    const std::string lie = server.note_of(server.org.leaves, server.org.now + 1);
    EXPECT_ERROR(log.add(6, server.from(6), lie, server.org.now), errors::checkpoint_time);
    EXPECT_EQ(log.state().size(), 6U);
    // An invalid entry takes a place and moves nothing.
    const Bytes replay = server.org.leaves[6];
    EXPECT(!server.org.apply(replay).valid());
    EXPECT_OK(server.show(log));
    EXPECT_EQ(log.state().valid_entries(), 7U);
    EXPECT_EQ(log.size(), 8U);
}

TEST(log_must_contain_what_was_pinned) {
    Server server;
    server.pulse();
    const std::string invitation = server.note();
    Log behind(server.pinned());
    REQUIRE_OK(behind.pin(invitation));
    EXPECT_ERROR(behind.add(0, server.from(0).first(6), server.note_at(6), server.org.now),
                 errors::log_went_back);
    EXPECT_OK(server.show(behind));

    Server fork;
    fork.org.wait(kMinute);
    fork.pulse();
    Log forked(server.pinned());
    REQUIRE_OK(forked.pin(invitation));
    EXPECT_ERROR(fork.show(forked), errors::log_forked);
    EXPECT(forked.evidence().has_value());
    Log late = caught_up(fork);
    EXPECT_ERROR(late.pin(invitation), errors::log_forked);
}

TEST(log_goes_on_with_a_restored_server_that_was_given_back_all) {
    Server server;
    server.pulse();
    Log log = caught_up(server);
    server.incarnation = 2;
    EXPECT_ERROR(log.add(7, {}, server.note_at(6), server.org.now), errors::log_restored);
    EXPECT_OK(server.show(log));
    EXPECT_EQ(log.checkpoint().incarnation, 2U);
    server.pulse();
    EXPECT_OK(server.show(log));
    EXPECT(!log.evidence());
}

TEST(log_follows_a_new_history_only_with_a_reset_by_the_root) {
    Server server;
    server.pulse();
    Log log = caught_up(server);
    const DirectoryReset reset{{7, log.frontier().root()},
                               {6,
                                *[&] {
                                    Frontier six;
                                    for (const Bytes& leaf : server.from(0).first(6))
                                        six.append(leaf_hash(leaf));
                                    return std::optional(six.root());
                                }()},
                               2,
                               "restored from the backup of Monday"};
    Server restored;  // at size 6
    restored.incarnation = 2;
    restored.org.wait(kDay);
    restored.pulse();
    restored.pulse();
    EXPECT_ERROR(restored.show(log), errors::log_restored);
    EXPECT_ERROR(log.follow_reset(restored.org.leaves, restored.note(), restored.org.now),
                 errors::log_reset_unproven);
    // Somebody else than the root cannot sign it.
    EXPECT(!restored.org.append(reset, {&restored.org.anna.device.signing}).valid());
    EXPECT_ERROR(log.follow_reset(restored.org.leaves, restored.note(), restored.org.now),
                 errors::log_reset_unproven);
    restored.org.append_ok(reset, {&restored.org.root});
    EXPECT_OK(log.follow_reset(restored.org.leaves, restored.note(), restored.org.now));
    EXPECT_EQ(log.checkpoint().incarnation, 2U);
    EXPECT_EQ(log.state().resets().size(), 1U);
    // A note of what was given up is no fork.
    EXPECT_ERROR(log.judge_note(server.note()), errors::note_given_up);
    EXPECT(!log.evidence());
    // An invitation from before does not stop a newcomer.
    Log newcomer(server.pinned());
    EXPECT_OK(newcomer.pin(server.note()));
    EXPECT_OK(restored.show(newcomer));
}

TEST(log_judges_notes_that_others_carry) {
    Server server;
    const std::string early = server.note();
    server.pulse();
    Log log = caught_up(server);
    EXPECT_OK(log.judge_note(early));
    EXPECT_EQ(log.judge_note(early)->size, 6U);
    server.pulse();
    EXPECT_ERROR(log.judge_note(server.note()), errors::note_too_new);
    EXPECT_ERROR(log.judge_note("nonsense"), errors::bad_note);
    testing::SeededEntropy entropy(3);
    const NoteKey thief = NoteKey::generate(entropy);
    EXPECT_ERROR(log.judge_note(sign_checkpoint(*parse_note(early), thief)), errors::note_unsigned);
}

TEST(log_judges_old_notes_by_a_consistency_proof) {
    Server server;
    const std::string early = server.note();
    MemoryTree tree;
    for (const Bytes& leaf : server.org.leaves) tree.append(leaf_hash(leaf));
    // More sizes than are kept; noise is cheap and takes places like anything else.
    Log log = caught_up(server);
    for (std::size_t i = 0; i < Log::kKeptRoots + 10; ++i) {
        server.org.apply(Bytes{0xFF});
        tree.append(leaf_hash(Bytes{0xFF}));
    }
    EXPECT_OK(server.show(log));
    EXPECT_ERROR(log.judge_note(early), errors::note_unproven);
    const Proof proof = *consistency_proof(tree, 6, tree.size());
    EXPECT_OK(log.judge_note(early, proof));
    const auto stored = Log::decode(log.encode());
    REQUIRE_OK(stored);
    EXPECT(stored->frontier() == log.frontier());

    Server other;
    other.org.leaves[5].back() ^= 1;
    EXPECT_ERROR(log.judge_note(other.note(), proof), errors::bad_consistency_proof);
}

}  // namespace obhut::directory
