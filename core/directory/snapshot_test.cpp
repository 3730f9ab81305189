// Snapshots: written, read again, and what a server could do to them.
#include "core/directory/snapshot.h"

#include "core/directory/log.h"
#include "core/directory/testing/people.h"
#include "tests/support/test.h"

namespace obhut::directory {

using testing::TestOrg;

namespace {

// An organisation at a size, the pages of its state there, and what a member would vouch for.
struct Written {
    TestOrg org;
    Snapshot vouched;
    Frontier tree;
    std::vector<Bytes> pages;

    explicit Written(std::size_t people = 20) {
        org.found();
        for (std::size_t i = 0; i < people; ++i) org.join();
        for (const Bytes& leaf : org.leaves) tree.append(leaf_hash(leaf));
        const StateMap map = org.state.map();
        vouched = {org.state.size(), tree.root(), map.root, map.records};
        EXPECT_OK(write_snapshot(org.state, [this](Bytes page) -> Result<> {
            pages.push_back(std::move(page));
            return {};
        }));
    }

    Result<State> read() const { return read(pages, vouched); }
    static Result<State> read(const std::vector<Bytes>& pages, const Snapshot& vouched) {
        SnapshotReader reader(vouched);
        for (const Bytes& page : pages) TRY(reader.take(page));
        return reader.finish();
    }
    // The pages that a server would make of another state.
    static std::vector<Bytes> pages_of(const State& state) {
        std::vector<Bytes> pages;
        EXPECT_OK(write_snapshot(state, [&](Bytes page) -> Result<> {
            pages.push_back(std::move(page));
            return {};
        }));
        return pages;
    }
};

}  // namespace

TEST(a_snapshot_is_the_state_again) {
    Written written;
    const auto read = written.read();
    REQUIRE_OK(read);
    EXPECT_EQ(read->encode(), written.org.state.encode());
    // The indexes are there: what comes after it acts as it would have.
    auto log = Log::from_snapshot({written.org.state.org(), written.org.state.root_fingerprint()},
                                  written.vouched, written.tree, std::move(*written.read()));
    REQUIRE_OK(log);
    const std::size_t before = written.org.leaves.size();
    written.org.join();
    const std::vector<Bytes> later(written.org.leaves.begin() + static_cast<long>(before),
                                   written.org.leaves.end());
    for (const Bytes& leaf : later) written.tree.append(leaf_hash(leaf));
    const std::string note =
        sign_checkpoint({log_origin(written.org.state.org()), written.tree.size(),
                         written.tree.root(), 1, written.org.state.last_time()},
                        written.org.log_key);
    const auto added = log->add(before, later, note, written.org.now);
    REQUIRE_OK(added);
    EXPECT(*added);
    EXPECT_EQ(log->state().encode(), written.org.state.encode());
}

TEST(a_snapshot_of_several_pages) {
    Written written(1500);
    EXPECT(written.pages.size() >= 2);
    const auto read = written.read();
    REQUIRE_OK(read);
    EXPECT(read->map() == written.org.state.map());
    // A page that is lost, in the middle of a record or between two.
    for (std::size_t gone = 0; gone < written.pages.size(); ++gone) {
        auto fewer = written.pages;
        fewer.erase(fewer.begin() + static_cast<long>(gone));
        EXPECT(!Written::read(fewer, written.vouched));
    }
    auto swapped = written.pages;
    std::swap(swapped[0], swapped[1]);
    EXPECT(!Written::read(swapped, written.vouched));
}

TEST(sr02_a_snapshot_is_that_which_was_vouched_for) {
    Written written;
    // One person more: a record added, others changed.
    TestOrg other = std::move(Written().org);
    other.join();
    Snapshot longer = written.vouched;
    longer.records = other.state.map().records;
    EXPECT_ERROR(Written::read(Written::pages_of(other.state), written.vouched),
                 errors::snapshot_malformed);
    EXPECT_ERROR(Written::read(Written::pages_of(other.state), longer), errors::snapshot_mismatch);
    // One record other than it was; nothing added.
    TestOrg pulsed = std::move(Written().org);
    pulsed.append_ok(Pulse{pulsed.anna.id}, {&pulsed.anna.device.signing});
    Snapshot same_size = written.vouched;
    same_size.size = pulsed.state.size();
    EXPECT_ERROR(Written::read(Written::pages_of(pulsed.state), same_size),
                 errors::snapshot_mismatch);
    // An older one.
    Snapshot newer = written.vouched;
    newer.map_root = pulsed.state.map().root;
    EXPECT_ERROR(Written::read(written.pages, newer), errors::snapshot_mismatch);
}

TEST(a_snapshot_that_is_cut_or_blown_up_is_refused) {
    Written written;
    REQUIRE(written.pages.size() == 1);
    Bytes cut = written.pages[0];
    cut.pop_back();
    EXPECT_ERROR(Written::read({cut}, written.vouched), errors::snapshot_malformed);
    EXPECT_ERROR(Written::read({}, written.vouched), errors::snapshot_mismatch);
    EXPECT_ERROR(Written::read({Bytes(100, 7)}, written.vouched), errors::snapshot_malformed);
    EXPECT_ERROR(Written::read({written.pages[0], written.pages[0]}, written.vouched),
                 errors::snapshot_malformed);
}

TEST(sr02_a_snapshot_stands_in_the_tree_that_was_vouched_for) {
    Written written;
    const PinnedRoot pinned{written.org.state.org(), written.org.state.root_fingerprint()};
    Frontier longer = written.tree;
    longer.append(Hash{});
    EXPECT_ERROR(Log::from_snapshot(pinned, written.vouched, longer, std::move(*written.read())),
                 errors::snapshot_mismatch);
    Frontier other;
    for (Position at = 0; at < written.vouched.size; ++at) other.append(Hash{});
    EXPECT_ERROR(Log::from_snapshot(pinned, written.vouched, other, std::move(*written.read())),
                 errors::snapshot_mismatch);
}

}  // namespace obhut::directory
