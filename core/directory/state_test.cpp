#include "core/directory/state.h"

#include "core/directory/testing/people.h"
#include "tests/support/test.h"

namespace obhut::directory {

using testing::TestOrg;
using testing::TestUser;

TEST(an_organisation_begins_grows_and_is_stored) {
    TestOrg org;
    org.found();
    EXPECT_EQ(org.state.size(), 6U);
    EXPECT_EQ(org.state.valid_entries(), 6U);
    EXPECT(org.state.org() == organisation_id(org.root_statement()));
    EXPECT(org.state.is_admin(org.anna.id));
    REQUIRE(org.state.everyone());

    const TestUser bernd = org.join();
    EXPECT(!org.state.is_admin(bernd.id));
    const testing::TestDevice phone = org.add_device(bernd, bernd.device);
    org.append_ok(Pulse{bernd.id}, {&phone.signing});
    org.rotate(bernd, phone);
    const GroupId group = org.create_group(org.anna, {bernd.id});
    EXPECT(org.state.group(group)->has(bernd.id));
    EXPECT(org.state.user_by_email(sha256(bernd.id.view())) == org.state.user(bernd.id));
    EXPECT_EQ(org.state.newest_generation(principal(bernd.id))->number, 2U);
    EXPECT(org.state.device(key_id(phone.signing.public_key())) == org.state.device(phone.id()));

    const auto back = State::decode(org.state.encode());
    REQUIRE_OK(back);
    EXPECT_EQ(back->encode(), org.state.encode());
    EXPECT(back->map().root == org.state.map().root);
    EXPECT(back->device(key_id(phone.signing.public_key())) != nullptr);
}

}  // namespace obhut::directory
