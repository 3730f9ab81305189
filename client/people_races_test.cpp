// Two at once, and things in the wrong moment: who ends whom, and what is on its way meanwhile.
#include <functional>

#include "client/directory/people.h"
#include "client/engine.h"
#include "core/directory/errors.h"
#include "protocols/api/errors.h"
#include "tests/support/actions.h"

namespace obhut::client {
namespace {

using test::device_of;
using test::read;
using test::share;
using test::text;
using test::Town;
using test::unshare;
using test::write;

UserId id_of(test::Person& person) { return person.engine().status().user; }
// Meanwhile does something once, just before a request to that path reaches the server.
class Meanwhile final : public test::Adversary {
public:
    Meanwhile(std::string path, std::function<void()> doing)
        : path_(std::move(path)), doing_(std::move(doing)) {}

    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (!done_ && request.method == http::Method::post && request.path.ends_with(path_)) {
            done_ = true;
            doing_();
        }
        return server(request);
    }
    bool done() const { return done_; }

private:
    std::string path_;
    std::function<void()> doing_;
    bool done_ = false;
};

// Replay answers a path with what the server said there first.
class Replay final : public test::Adversary {
public:
    explicit Replay(std::string path) : path_(std::move(path)) {}

    Result<http::Response> exchange(const http::Request& request, const Server& server) override {
        if (!request.path.ends_with(path_)) return server(request);
        if (!first_) first_ = server(request);
        return *first_;
    }

private:
    std::string path_;
    std::optional<http::Response> first_;
};

void make_administrator(Town& town, test::Person& person) {
    EXPECT_OK(append_signed(town.anna.engine().session(), directory::AdminGranted{id_of(person)},
                            town.world.root_kit()->root));
    EXPECT_OK(person.engine().catch_up());
}

}  // namespace

TEST(sr_34_device_revoked_while_it_commits) {
    Town town;
    test::Person& laptop = town.world.stranger("laptop");
    EXPECT_OK(test::link(town.bernd, laptop));
    EXPECT_EQ(text(read(laptop, town.akten, "x/first")), "written by anna");
    Meanwhile theft("/links",
                    [&] { EXPECT_OK(town.bernd.engine().revoke_device(device_of(laptop))); });
    laptop.wire().attack(&theft);
    const auto written = write(laptop, town.akten, "x/2", "too late");
    EXPECT(theft.done() && !written);
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "");
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(write(town.anna, town.akten, "x/3", "goes on"));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/3")), "goes on");
    EXPECT_EQ(town.anna.engine().status().alarms, 0U);
}

TEST(sr_33_commit_that_was_first_counts) {
    Town town;
    test::Person& laptop = town.world.stranger("laptop");
    EXPECT_OK(test::link(town.bernd, laptop));
    // The change gets in between the list of heads and the entry: it is older than the entry, but
    // nothing proves it.
    Meanwhile honest("/log/entries",
                     [&] { EXPECT_OK(write(laptop, town.akten, "x/2", "just in time")); });
    EXPECT_OK(read(town.anna, town.akten, "x/first"));
    town.bernd.wire().attack(&honest);
    EXPECT_OK(town.bernd.engine().revoke_device(device_of(laptop)));
    town.bernd.wire().attack(nullptr);
    EXPECT_OK(town.anna.engine().catch_up());
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "");
    EXPECT_OK(town.anna.engine().settle_space(town.akten, true));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "just in time");
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/2")), "just in time");
}

TEST(people_two_administrators_end_each_other) {
    Town town;
    make_administrator(town, town.bernd);
    // Both decide on the same log; the first in it wins, and there is one left.
    Meanwhile other("/log/entries",
                    [&] { EXPECT_OK(town.bernd.engine().disable(id_of(town.anna))); });
    town.anna.wire().attack(&other);
    EXPECT(!town.anna.engine().disable(id_of(town.bernd)));
    town.anna.wire().attack(nullptr);
    EXPECT_OK(town.bernd.engine().catch_up());
    const auto& state = town.bernd.engine().session().directory.state();
    EXPECT(state.is_admin(id_of(town.bernd)) && !state.is_admin(id_of(town.anna)));
}

TEST(space_two_managers_remove_each_other) {
    Town town(Role::manager);
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    Meanwhile other("/links", [&] { EXPECT_OK(unshare(town.bernd, town.akten, town.anna)); });
    town.anna.wire().attack(&other);
    EXPECT(!unshare(town.anna, town.akten, town.bernd));
    town.anna.wire().attack(nullptr);
    EXPECT_OK(write(town.bernd, town.akten, "x/2", "bernd manages"));
    const auto members = town.bernd.engine().members(town.akten);
    REQUIRE_OK(members);
    EXPECT_EQ(members->size(), 1U);
}

TEST(sr_34_kit_notices_that_cross_leave_one_and_a_cancelled_one_never_counts) {
    Town town;
    test::Person& tablet = town.world.stranger("tablet");
    EXPECT_OK(test::link(town.bernd, tablet));
    const auto kit = [&] {
        EXPECT_OK(town.anna.engine().catch_up());
        return town.anna.engine().session().directory.state().user(id_of(town.bernd));
    };
    const DeviceId before = kit()->kit->device;
    Meanwhile first("/log/entries", [&] {
        const auto announced = tablet.engine().replace_kit(as_bytes("tablet"));
        EXPECT(announced && !announced->done);
    });
    town.bernd.wire().attack(&first);
    EXPECT_ERROR(town.bernd.engine().replace_kit(as_bytes("desk")), errors::kit_notice_elsewhere);
    EXPECT(first.done() && kit()->notice && kit()->notice->by == device_of(tablet));
    // It has run long enough; the owner objects at the moment at which it is to count.
    town.world.clock().advance(7 * kDay + kMinute);
    town.bernd.wire().attack(nullptr);
    EXPECT_OK(town.bernd.engine().catch_up());
    Meanwhile objects("/log/entries", [&] { EXPECT_OK(town.bernd.engine().cancel_kit_notice()); });
    tablet.wire().attack(&objects);
    const auto replaced = tablet.engine().replace_kit(as_bytes("tablet"));
    EXPECT(objects.done() && (!replaced || !replaced->done));
    EXPECT_EQ(kit()->kit->device, before);
}

TEST(sr_01_kit_that_was_replaced_is_refused_whatever_the_server_says) {
    Town town;
    Replay replay("/sign-in");
    town.bernd.wire().attack(&replay);
    EXPECT_OK(town.bernd.engine().replace_kit(as_bytes("new"), &town.world.kit_of("bernd")));
    // The old kit's blob again: it opens, and is not the one that the directory names.
    EXPECT_ERROR(town.bernd.engine().replace_kit(as_bytes("x"), &town.world.kit_of("bernd")),
                 errors::secret_mismatch);
}

}  // namespace obhut::client
