#include "client/engine.h"

#include "client/testing/world.h"
#include "tests/support/test.h"

namespace obhut::client {

using testing::Actor;
using testing::get;
using testing::put;
using testing::World;

TEST(engine_two_people_share_a_space) {
    World world;
    Actor& anna = world.found();
    Actor& bernd = world.join(anna, "bernd@example.org");
    const auto akten = anna.engine->create_space("Akten");
    REQUIRE_OK(akten);
    EXPECT_OK(anna.engine->share(*akten, bernd.principal(), Role::editor));
    Space* hers = anna.engine->space(*akten).value();
    REQUIRE_OK(put(*hers, "d/1", "hello"));

    const auto found = bernd.engine->find_space("Akten");
    REQUIRE_OK(found);
    EXPECT_EQ(found->hex(), akten->hex());
    Space* his = bernd.engine->space(*found).value();
    EXPECT_EQ(get(*his, "d/1"), "hello");
    REQUIRE_OK(put(*his, "d/2", "world"));
    EXPECT_OK(hers->refresh());
    EXPECT_EQ(get(*hers, "d/2"), "world");
}

}  // namespace obhut::client
