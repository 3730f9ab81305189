// Who answers for a space: owners, and readers who are left alone.
#include "client/spaces/charge.h"

#include <algorithm>

#include "client/spaces/rosters.h"
#include "protocols/api/errors.h"
#include "tests/support/actions.h"

namespace obhut::client {
namespace {

using test::Town;
using test::write;

UserId id_of(test::Person& person) { return person.engine().status().user; }
Space& space_of(test::Person& person, const SpaceId& id) {
    const auto space = person.engine().space(id);
    if (!EXPECT_OK(space)) std::abort();
    return **space;
}

// Left is a space of bernd's, in which carla and dora read; anna is an administrator and no member.
struct Left {
    Town town;
    test::Person& carla;
    test::Person& dora;
    SpaceId id;

    Left() : carla(town.world.join("carla", town.anna)), dora(town.world.join("dora", town.anna)) {
        const auto made = town.bernd.engine().create_space("Archiv");
        if (!EXPECT_OK(made)) return;
        id = *made;
        EXPECT_OK(test::share(town.bernd, id, carla, Role::reader));
        EXPECT_OK(test::share(town.bernd, id, dora, Role::reader));
        EXPECT_OK(write(town.bernd, id, "x/a", "by bernd"));
        for (test::Person* person : {&carla, &dora}) EXPECT_OK(test::read(*person, id, "x/a"));
    }
};

}  // namespace

TEST(a_reader_is_raised_where_only_readers_are_left) {
    Left left;
    test::Person& anna = left.town.anna;
    EXPECT_ERROR(raising_of(space_of(left.carla, left.id), id_of(left.carla)),
                 errors::somebody_may_write);
    REQUIRE_OK(anna.engine().disable(id_of(left.town.bernd)));
    const auto wish = raising_of(space_of(left.carla, left.id), id_of(left.carla));
    REQUIRE_OK(wish);
    EXPECT_ERROR(raise_reader(left.carla.engine(), *wish), errors::not_administrator);
    const auto read = Raising::parse(wish->text());
    REQUIRE_OK(read);
    REQUIRE_OK(raise_reader(anna.engine(), *read));
    // Dora is still a reader; carla's device makes itself manager, and goes on.
    REQUIRE_OK(left.carla.engine().run_duties());
    EXPECT_EQ(space_of(left.carla, left.id).role(), Role::manager);
    EXPECT_OK(write(left.carla, left.id, "x/b", "by carla"));
    EXPECT_ERROR(write(left.dora, left.id, "x/c", "no"), errors::not_editor);
    EXPECT_OK(test::share(left.carla, left.id, left.dora, Role::editor));
    EXPECT_OK(write(left.dora, left.id, "x/c", "by dora"));
    EXPECT_EQ(test::read(left.carla, left.id, "x/c").value_or(""), "by dora");
    // It was void with the next entry: nobody is raised twice by it.
    REQUIRE_OK(raise_reader(anna.engine(), *read));
    EXPECT_ERROR(raising_of(space_of(left.dora, left.id), id_of(left.dora)),
                 errors::somebody_may_write);
}

TEST(an_editor_in_charge_leaves_a_manager) {
    Left left;
    test::Person& carla = left.carla;
    EXPECT_OK(test::share(left.town.bernd, left.id, carla, Role::editor));
    REQUIRE_OK(left.town.anna.engine().disable(id_of(left.town.bernd)));
    // She counts as manager while there is none, and decides who is one from now on.
    EXPECT_OK(write(carla, left.id, "x/b", "by carla"));
    EXPECT_ERROR(test::share(carla, left.id, carla, Role::reader), errors::last_manager);
    EXPECT_ERROR(test::share(carla, left.id, left.dora, Role::editor), errors::last_manager);
    EXPECT_ERROR(test::unshare(carla, left.id, left.dora), errors::last_manager);
    EXPECT_OK(test::share(carla, left.id, carla, Role::manager));
    EXPECT_OK(test::share(carla, left.id, left.dora, Role::editor));
    EXPECT_ERROR(test::share(carla, left.id, carla, Role::editor), errors::last_manager);
}

TEST(a_raised_reader_manages_by_whatever_entry_comes_first) {
    Left left;
    REQUIRE_OK(left.town.anna.engine().disable(id_of(left.town.bernd)));
    const auto wish = raising_of(space_of(left.dora, left.id), id_of(left.dora));
    REQUIRE_OK(wish);
    REQUIRE_OK(raise_reader(left.town.anna.engine(), *wish));
    // A commit needs a fresh epoch first, since bernd is gone: that entry names her already.
    EXPECT_OK(write(left.dora, left.id, "x/b", "by dora"));
    EXPECT_EQ(space_of(left.dora, left.id).role(), Role::manager);
    EXPECT_ERROR(write(left.carla, left.id, "x/c", "no"), errors::not_editor);
}

TEST(sr_17_raising_gives_nothing_where_somebody_may_write) {
    Left left;
    REQUIRE_OK(space_of(left.carla, left.id).refresh());
    const Raising planted{
        left.id, id_of(left.carla),
        space_of(left.carla, left.id).parts().chain.chain().trusted().epochs.back().link.hash};
    REQUIRE_OK(raise_reader(left.town.anna.engine(), planted));
    REQUIRE_OK(left.carla.engine().run_duties());
    EXPECT_EQ(space_of(left.carla, left.id).role(), Role::reader);
    EXPECT_ERROR(write(left.carla, left.id, "x/b", "no"), errors::not_editor);
}

TEST(a_reader_gives_a_manager_the_key_that_only_readers_have) {
    Left left;
    test::Person& anna = left.town.anna;
    test::Person& bernd = left.town.bernd;
    test::Person& carla = left.carla;
    test::Person& dora = left.dora;
    EXPECT_OK(test::share(bernd, left.id, carla, Role::editor));
    EXPECT_OK(test::read(carla, left.id, "x/a"));
    // Disabled by mistake: his key is stale when carla's device renews the epoch.
    REQUIRE_OK(anna.engine().disable(id_of(bernd)));
    REQUIRE_OK(anna.engine().enable(id_of(bernd)));
    REQUIRE_OK(carla.engine().run_duties());
    EXPECT_OK(write(carla, left.id, "x/b", "by carla"));
    REQUIRE_OK(anna.engine().disable(id_of(carla)));
    // He has no fresh key yet: to renew would be of no use.
    REQUIRE_OK(dora.engine().run_duties());
    const std::uint64_t before = space_of(dora, left.id).sequence();
    EXPECT_ERROR(write(bernd, left.id, "x/c", "no"), errors::space_not_readable);
    REQUIRE_OK(bernd.engine().run_duties());
    EXPECT_ERROR(write(bernd, left.id, "x/c", "no"), errors::space_not_readable);
    REQUIRE_OK(dora.engine().run_duties());
    EXPECT_EQ(space_of(dora, left.id).sequence(), before + 1);
    EXPECT_EQ(space_of(dora, left.id).role(), Role::reader);
    EXPECT_ERROR(write(dora, left.id, "x/c", "no"), errors::not_editor);
    EXPECT_OK(write(bernd, left.id, "x/c", "by bernd"));
    EXPECT_EQ(test::text(test::read(bernd, left.id, "x/b")), "by carla");
    EXPECT_EQ(test::text(test::read(dora, left.id, "x/c")), "by bernd");
    // And once: from now on he can.
    const std::uint64_t after = space_of(dora, left.id).sequence();
    REQUIRE_OK(dora.engine().run_duties());
    EXPECT_EQ(space_of(dora, left.id).sequence(), after);
}

TEST(raising_codes_are_checked) {
    const Raising raising{SpaceId{{1}}, UserId{{2}}, Hash{{3}}};
    const auto same = Raising::parse(raising.text());
    REQUIRE_OK(same);
    EXPECT(same->space == raising.space && same->user == raising.user &&
           same->roster == raising.roster);
    for (const std::string& bad : {std::string(), std::string("raise:"), raising.text() + "00",
                                   raising.text().substr(1), "raise:" + std::string(128, 'x')})
        EXPECT_ERROR(Raising::parse(bad), errors::raising_malformed);
}

TEST(a_space_is_charged_to_who_takes_it) {
    Town town;
    Space& annas = space_of(town.anna, town.akten);
    EXPECT(owner_of(annas) == id_of(town.anna));
    EXPECT_ERROR(set_owner(annas, id_of(town.anna)), errors::owner_unchanged);
    EXPECT_ERROR(set_owner(space_of(town.bernd, town.akten), id_of(town.bernd)),
                 errors::not_manager);
    REQUIRE_OK(test::share(town.anna, town.akten, town.bernd, Role::manager));
    const auto used = [](test::Person& person) { return person.engine().quota().value().used; };
    const std::uint64_t annas_use = used(town.anna);
    const std::uint64_t bernds_use = used(town.bernd);
    const auto size = usage_of(annas);
    REQUIRE_OK(size);
    // Bernd is no administrator: he takes it on himself, and charges nobody else.
    Space& bernds = space_of(town.bernd, town.akten);
    EXPECT_ERROR(set_owner(bernds, std::nullopt), errors::owner_refused);
    EXPECT_OK(set_owner(bernds, id_of(town.bernd)));
    EXPECT(used(town.bernd) >= bernds_use + *size);
    EXPECT(used(town.anna) < annas_use);
    EXPECT_OK(annas.refresh());
    EXPECT(owner_of(annas) == id_of(town.bernd));
    EXPECT_ERROR(set_owner(bernds, id_of(town.anna)), errors::owner_refused);
    // Who manages goes on without deciding anew whose it is; anna, an administrator, may.
    EXPECT_OK(test::share(town.anna, town.akten, town.bernd, Role::editor));
    EXPECT(owner_of(annas) == id_of(town.bernd));
    EXPECT_OK(set_owner(annas, std::nullopt));
    EXPECT(owner_of(annas) == std::nullopt);
    EXPECT_OK(write(town.bernd, town.akten, "x/b", "by bernd"));
}

TEST(managers_limit_a_space_and_everybody_keeps_the_limit) {
    Town town;
    Space& annas = space_of(town.anna, town.akten);
    EXPECT(!limit_of(annas));
    EXPECT_ERROR(set_limit(space_of(town.bernd, town.akten), 1'000'000), errors::not_manager);
    EXPECT_OK(set_limit(annas, 200'000));
    EXPECT_OK(set_limit(annas, 200'000));  // nothing to do
    EXPECT_EQ(limit_of(annas).value_or(0), 200'000U);
    const std::uint64_t sequence = annas.sequence();
    // An editor's device renews the epoch, and leaves the limit as it is.
    EXPECT_OK(town.bernd.engine().spaces());
    EXPECT_EQ(limit_of(space_of(town.bernd, town.akten)).value_or(0), 200'000U);
    EXPECT_OK(Rosters(space_of(town.bernd, town.akten).parts()).rotate());
    EXPECT_OK(annas.refresh());
    EXPECT(annas.sequence() > sequence);
    EXPECT_EQ(limit_of(annas).value_or(0), 200'000U);
    // Who shares it does not change it either; and nothing of it stands in the way of the epoch.
    test::Person& carla = town.world.join("carla", town.anna);
    EXPECT_OK(test::share(town.anna, town.akten, carla, Role::reader));
    EXPECT_EQ(limit_of(annas).value_or(0), 200'000U);
    const auto full = [&] {
        const auto conditions = town.anna.engine().conditions();
        return std::ranges::count(conditions, ConditionKind::space_full, &Condition::kind);
    };
    EXPECT_EQ(full(), 0);
    EXPECT_OK(set_limit(annas, 0));
    EXPECT_EQ(full(), 1);
    EXPECT_OK(write(town.anna, town.akten, "x/small", "tidying is no growth"));
    EXPECT_OK(set_limit(annas, std::nullopt));
    EXPECT(!limit_of(annas));
    EXPECT_EQ(full(), 0);
}

}  // namespace obhut::client
