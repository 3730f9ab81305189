#include "core/space/chain.h"

#include "core/space/errors.h"
#include "tests/support/space_world.h"

namespace obhut::space::testing {

// ---- the main path

TEST(chain_takes_a_short_history) {
    Office office;
    EXPECT_EQ(office.chain.head().sequence, 2U);
    EXPECT(office.take(office.commit(office.bernd)));
    EXPECT_EQ(office.chain.standing().commit()->sequence, 3U);
    EXPECT(office.take(office.roster(office.anna, {{principal(office.anna), Role::manager}})));
    EXPECT_EQ(office.chain.last_epoch(), 2U);
    EXPECT(office.take(office.commit(office.anna)));
    EXPECT_EQ(office.chain.standing().roster->members.size(), 1U);
    office.refused(office.commit(office.bernd), errors::role_too_low);
}

TEST(chain_store_and_load) {
    Office office;
    const Bytes stored = office.chain.store();
    auto loaded = Chain::load(stored);
    REQUIRE_OK(loaded);
    EXPECT(loaded->store() == stored);
    EXPECT_OK(loaded->append(office.commit(office.bernd), office.judging()));
    for (std::size_t cut = 0; cut < stored.size(); cut += 17)
        EXPECT(!Chain::load(ByteView(stored).first(cut)));
}

TEST(chain_newcomer_needs_rosters_and_head_only) {
    World world;
    const UserId anna = world.directory.enroll();
    const UserId bernd = world.directory.enroll();
    const Roles both = {{principal(anna), Role::manager}, {principal(bernd), Role::editor}};
    world.begin(anna);
    const Bytes first = world.roster(anna, both);
    world.take(first);
    world.take(world.commit(anna));
    world.take(world.commit(bernd));
    const Bytes second = world.roster(anna, both);
    world.take(second);
    world.take(world.commit(anna));
    const Bytes head = world.commit(bernd);
    world.take(head);

    Chain newcomer = *Chain::begin(world.chain.id(), world.org, world.genesis);
    EXPECT_ERROR(newcomer.append_sparse(second, world.judging()), errors::wrong_roster);
    EXPECT_OK(newcomer.append_sparse(first, world.judging()));
    EXPECT_ERROR(newcomer.append_sparse(head, world.judging()), errors::wrong_roster);
    EXPECT_ERROR(newcomer.append(second, world.judging()), errors::head_moved);
    EXPECT_OK(newcomer.append_sparse(second, world.judging()));
    EXPECT(!newcomer.standing().commit_known());
    EXPECT_OK(newcomer.append_sparse(head, world.judging()));
    EXPECT(newcomer.head() == world.chain.head());
    EXPECT(newcomer.standing().commit_known());
    EXPECT_OK(newcomer.append(world.commit(anna), world.judging()));
    EXPECT_ERROR(newcomer.append_sparse(head, world.judging()), errors::head_moved);
}

TEST(chain_newcomer_skips_commits_right_before_the_head) {
    World world;
    const UserId anna = world.directory.enroll();
    world.begin(anna);
    const Bytes first = world.roster(anna, {{principal(anna), Role::manager}});
    world.take(first);
    world.take(world.commit(anna));
    const Bytes head = world.commit(anna);
    world.take(head);
    Chain newcomer = *Chain::begin(world.chain.id(), world.org, world.genesis);
    EXPECT_OK(newcomer.append_sparse(first, world.judging()));
    EXPECT_OK(newcomer.append_sparse(head, world.judging()));
    EXPECT(newcomer.store() == world.chain.store());
}

}  // namespace obhut::space::testing
