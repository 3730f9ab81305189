// Spaces and groups made by somebody whose key is stale at that moment.
#include "client/engine.h"
#include "tests/support/actions.h"

namespace obhut::client {
namespace {

using test::read;
using test::Town;
using test::write;

// Town in which bernd was disabled by mistake: his key is stale, and no device of his has run
// since.
struct Mistake : Town {
    Mistake() {
        EXPECT_OK(anna.engine().disable(bernd.engine().status().user));
        EXPECT_OK(anna.engine().enable(bernd.engine().status().user));
    }
};

TEST(sr36_a_space_is_made_by_who_comes_back_with_a_stale_key) {
    Mistake town;
    const auto space = town.bernd.engine().create_space("Neu");
    REQUIRE_OK(space);
    EXPECT_OK(write(town.bernd, *space, "x/first", "mine"));
    EXPECT(read(town.bernd, *space, "x/first") == "mine");
    EXPECT_EQ(town.bernd.engine().status().alarms, 0U);
}

TEST(sr36_a_group_is_made_by_who_comes_back_with_a_stale_key) {
    Mistake town;
    const auto group = town.bernd.engine().create_group("Amt", {});
    REQUIRE_OK(group);
    EXPECT_EQ(town.bernd.engine().status().alarms, 0U);
}

}  // namespace
}  // namespace obhut::client
