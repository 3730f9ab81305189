// People come and go: stolen devices, colleagues who leave, kits, spaces that end.
#include "client/directory/people.h"

#include <algorithm>

#include "client/directory/rotation.h"
#include "client/engine.h"
#include "client/spaces/space_parts.h"
#include "core/directory/errors.h"
#include "core/space/errors.h"
#include "protocols/api/errors.h"
#include "protocols/api/heads.h"
#include "tests/support/actions.h"

namespace obhut::client {
namespace {

using test::device_of;
using test::read;
using test::share;
using test::text;
using test::Town;
using test::World;
using test::write;

UserId id_of(test::Person& person) { return person.engine().status().user; }
// refused tells that nothing came back, and that this is no alarm.
template <class T>
bool refused(const Result<T>& result) {
    return !result && result.error().kind() != Kind::corrupt;
}

bool is_active(test::Person& asked, const DeviceId& device) {
    EXPECT_OK(asked.engine().catch_up());
    return asked.engine().session().directory.state().device_active(device);
}

bool has(test::Person& person, ConditionKind kind) {
    EXPECT_OK(person.engine().catch_up());
    const auto conditions = person.engine().conditions();
    return std::any_of(conditions.begin(), conditions.end(),
                       [&](const Condition& condition) { return condition.kind == kind; });
}

// Theft is a town in which bernd has a second device, the laptop, which let in a third.
struct Theft {
    Town town;
    test::Person& laptop;
    test::Person& successor;

    Theft() : laptop(town.world.stranger("laptop")), successor(town.world.stranger("successor")) {
        EXPECT_OK(test::link(town.bernd, laptop));
        EXPECT_OK(test::link(laptop, successor));
    }
};

}  // namespace

TEST(sr_34_stolen_laptop_goes_with_what_it_added) {
    Theft theft;
    EXPECT_EQ(text(read(theft.successor, theft.town.akten, "x/first")), "written by anna");
    const auto ended = theft.town.bernd.engine().revoke_device(device_of(theft.laptop));
    REQUIRE_OK(ended);
    EXPECT_EQ(ended->size(), 2U);
    EXPECT(!is_active(theft.town.anna, device_of(theft.laptop)));
    EXPECT(!is_active(theft.town.anna, device_of(theft.successor)));
    EXPECT(refused(write(theft.successor, theft.town.akten, "x/t", "thief")));
    // Everything heals by itself: bernd's key with the revocation, the space by whoever is there.
    EXPECT_OK(theft.town.anna.engine().run_duties());
    EXPECT_OK(write(theft.town.anna, theft.town.akten, "x/2", "after"));
    EXPECT_EQ(text(read(theft.town.bernd, theft.town.akten, "x/2")), "after");
    EXPECT(refused(read(theft.laptop, theft.town.akten, "x/2")));
    EXPECT(has(theft.laptop, ConditionKind::device_ended));
}

TEST(sr_34_new_device_revokes_the_old_one_before_it_opened_anything) {
    Town town;
    test::Person& laptop = town.world.stranger("laptop");
    EXPECT_OK(test::link(town.bernd, laptop));
    const auto ended = laptop.engine().revoke_device(device_of(town.bernd));
    REQUIRE_OK(ended);
    EXPECT_OK(laptop.engine().run_duties());
    EXPECT_EQ(text(read(laptop, town.akten, "x/first")), "written by anna");
    const auto spaces = laptop.engine().spaces();
    REQUIRE_OK(spaces);
    for (const SpaceView& view : *spaces) EXPECT(view.readable && !view.trouble);
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(write(laptop, town.akten, "x/2", "after"));
    EXPECT_EQ(laptop.engine().status().alarms, 0U);
}

TEST(sr_34_new_device_of_the_founder_revokes_the_old_one) {
    Town town;
    test::Person& laptop = town.world.stranger("laptop");
    EXPECT_OK(test::link(town.anna, laptop));
    const auto ended = laptop.engine().revoke_device(device_of(town.anna));
    REQUIRE_OK(ended);
    EXPECT_OK(laptop.engine().run_duties());
    EXPECT_EQ(text(read(laptop, town.akten, "x/first")), "written by anna");
    const auto spaces = laptop.engine().spaces();
    REQUIRE_OK(spaces);
    EXPECT_EQ(spaces->size(), 3U);
    for (const SpaceView& view : *spaces) EXPECT(view.readable && !view.trouble);
    EXPECT_OK(write(laptop, town.akten, "x/2", "after"));
    EXPECT_EQ(laptop.engine().status().alarms, 0U);
}

// The revocation names no heads: of all that the old device signed, the home's beginning included,
// the new one cannot tell when it was made. Its owner can.
TEST(sr_33_home_held_from_its_beginning_is_settled_by_its_owner) {
    Town town;
    test::Person& laptop = town.world.stranger("laptop");
    EXPECT_OK(test::link(town.bernd, laptop));
    Session& session = laptop.engine().session();
    const auto* self = session.directory.state().user(id_of(laptop));
    directory::DeviceRevoked entry;
    entry.user = id_of(laptop);
    entry.device = device_of(town.bernd);
    entry.keep = {self->kit->device};
    EXPECT_OK(append_and_rotate(session, entry, session.secrets().signing, {}));
    EXPECT_ERROR(read(laptop, town.akten, "x/first"), errors::chain_held);
    const auto conditions = laptop.engine().conditions();
    const auto held = std::find_if(conditions.begin(), conditions.end(), [](const auto& one) {
        return one.kind == ConditionKind::space_held;
    });
    REQUIRE(held != conditions.end());
    EXPECT(held->own);
    const SpaceId home = space::space_id(space::home_genesis(session.org(), id_of(laptop)));
    EXPECT_EQ(held->id, home.hex());
    EXPECT_ERROR(laptop.engine().settle_space(home, false), errors::held_is_older);
    EXPECT_OK(laptop.engine().settle_space(home, true));
    EXPECT(!has(laptop, ConditionKind::space_held));
    EXPECT_OK(laptop.engine().run_duties());
    EXPECT_EQ(text(read(laptop, town.akten, "x/first")), "written by anna");
    EXPECT_OK(write(laptop, town.akten, "x/2", "after"));
    EXPECT_EQ(text(read(town.anna, town.akten, "x/2")), "after");
}

TEST(sr_34_device_kept_by_name_stays) {
    Theft theft;
    const auto ended = theft.town.bernd.engine().revoke_device(device_of(theft.laptop),
                                                               {device_of(theft.successor)});
    REQUIRE_OK(ended);
    EXPECT_EQ(ended->size(), 1U);
    EXPECT(is_active(theft.town.anna, device_of(theft.successor)));
    EXPECT_OK(theft.successor.engine().run_duties());
    EXPECT_OK(theft.town.anna.engine().run_duties());
    EXPECT_EQ(text(read(theft.successor, theft.town.akten, "x/first")), "written by anna");
    EXPECT_ERROR(theft.town.bernd.engine().revoke_device(device_of(theft.town.bernd)),
                 errors::device_is_this);
    EXPECT_ERROR(theft.town.bernd.engine().revoke_device(device_of(theft.town.anna)),
                 errors::device_not_own);
}

TEST(sr_34_administrator_revokes_and_the_owner_heals) {
    Theft theft;
    EXPECT_OK(theft.town.anna.engine().revoke_device(device_of(theft.laptop)));
    EXPECT(has(theft.town.bernd, ConditionKind::key_stale));
    EXPECT_OK(theft.town.bernd.engine().run_duties());
    EXPECT(!has(theft.town.bernd, ConditionKind::key_stale));
    EXPECT_OK(theft.town.anna.engine().run_duties());
    EXPECT_OK(write(theft.town.anna, theft.town.akten, "x/2", "after"));
    EXPECT_EQ(text(read(theft.town.bernd, theft.town.akten, "x/2")), "after");
    EXPECT(refused(read(theft.laptop, theft.town.akten, "x/2")));
}

TEST(sr_34_owner_writes_at_once_although_every_key_is_stale) {
    Theft theft;
    test::Person& bernd = theft.town.bernd;
    const auto home = bernd.engine().home();
    REQUIRE_OK(home);
    const SpaceId id = (*home)->id();
    EXPECT_OK(theft.town.anna.engine().revoke_device(device_of(theft.laptop)));
    EXPECT(has(bernd, ConditionKind::key_stale));
    // Nobody has a fresh key in his home: his own comes first, then the home's.
    EXPECT_OK(write(bernd, id, "x/1", "after"));
    EXPECT(!has(bernd, ConditionKind::key_stale));
    EXPECT_EQ(text(read(bernd, id, "x/1")), "after");
    EXPECT(refused(read(theft.laptop, id, "x/1")));
}

TEST(sr_33_honest_history_of_a_stolen_laptop_counts) {
    Theft theft;
    EXPECT_OK(write(theft.laptop, theft.town.akten, "x/2", "before the theft"));
    EXPECT_OK(theft.town.bernd.engine().revoke_device(device_of(theft.laptop)));
    // Anna hears of the theft first, and sees the change only now: it is proven to be older.
    EXPECT_OK(theft.town.anna.engine().catch_up());
    EXPECT_EQ(text(read(theft.town.anna, theft.town.akten, "x/2")), "before the theft");
    EXPECT_EQ(theft.town.anna.engine().status().alarms, 0U);
    EXPECT(!has(theft.town.anna, ConditionKind::space_held));
}

TEST(sr_33_without_a_proof_the_past_waits_for_a_decision) {
    Theft theft;
    EXPECT_OK(write(theft.laptop, theft.town.akten, "x/2", "signed with the past"));
    // The revocation names no heads: nobody can tell when the change was made.
    auto& session = theft.town.bernd.engine().session();
    EXPECT_OK(append_entry(
        session, directory::DeviceRevoked{session.user(), device_of(theft.laptop), {}, {}}));
    EXPECT_OK(theft.town.bernd.engine().run_duties());
    EXPECT_OK(theft.town.anna.engine().catch_up());
    EXPECT_EQ(text(read(theft.town.anna, theft.town.akten, "x/2")), "");
    EXPECT(has(theft.town.anna, ConditionKind::space_held));
    EXPECT_EQ(theft.town.anna.engine().status().alarms, 1U);
    EXPECT_ERROR(theft.town.anna.engine().settle_space(theft.town.akten, false),
                 errors::held_is_older);
    EXPECT_OK(theft.town.anna.engine().settle_space(theft.town.akten, true));
    EXPECT_EQ(text(read(theft.town.anna, theft.town.akten, "x/2")), "signed with the past");
    EXPECT_ERROR(theft.town.anna.engine().settle_space(theft.town.akten, true),
                 errors::nothing_held);
}

TEST(sr_33_heads_are_for_those_concerned) {
    Town town;
    auto& bernd = town.bernd.engine().session();
    EXPECT_OK(bernd.remote.heads({principal(id_of(town.bernd))}));
    EXPECT_ERROR(bernd.remote.heads({principal(id_of(town.anna))}), errors::not_there);
    const auto list = bernd.remote.heads({principal(id_of(town.bernd))});
    REQUIRE_OK(list);
    const auto root = space::heads_root(list->heads);
    REQUIRE_OK(root);
    const SpaceId home = space::space_id(space::home_genesis(bernd.org(), bernd.user()));
    EXPECT_OK(bernd.remote.head_proof(*root, home));
    // A space of bernd's own is nobody else's business.
    EXPECT_ERROR(town.anna.engine().session().remote.head_proof(*root, home), errors::not_there);
}

TEST(people_disabled_and_enabled_again) {
    Town town;
    EXPECT_ERROR(town.bernd.engine().disable(id_of(town.anna)), errors::not_administrator);
    EXPECT_OK(town.anna.engine().disable(id_of(town.bernd)));
    EXPECT(has(town.bernd, ConditionKind::user_disabled));
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(write(town.anna, town.akten, "x/2", "without bernd"));
    EXPECT(refused(read(town.bernd, town.akten, "x/2")));
    EXPECT_OK(town.anna.engine().enable(id_of(town.bernd)));
    // The same devices, with a key that is stale until bernd's device renews it.
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT_OK(share(town.anna, town.akten, town.bernd, Role::editor));
    EXPECT_EQ(text(read(town.bernd, town.akten, "x/2")), "without bernd");
    EXPECT_OK(town.anna.engine().disable(id_of(town.bernd)));
    town.world.clock().advance(31 * kDay);
    EXPECT_ERROR(town.anna.engine().enable(id_of(town.bernd)), errors::too_late_to_enable);
}

TEST(people_invitation_withdrawn) {
    World world;
    test::Person& anna = world.found("anna");
    auto invitation = world.invitation("bernd", anna);
    REQUIRE_OK(invitation);
    const auto bernd = anna.engine().find_person("bernd@example.org");
    REQUIRE_OK(bernd);
    EXPECT_OK(anna.engine().withdraw_invitation(bernd->id));
    EXPECT_ERROR(anna.engine().withdraw_invitation(bernd->id), errors::invitation_over);
    EXPECT_ERROR(anna.engine().withdraw_invitation(id_of(anna)), errors::invitation_used);
    JoinRequest request;
    request.invitation = std::move(*invitation);
    request.password = SecretBytes(as_bytes(test::kPassphrase));
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    EXPECT_ERROR(world.stranger("bernd").engine().join(request), errors::invitation_over);
    EXPECT_OK(world.invitation("bernd", anna));
}

TEST(device_signs_out_and_wipes_itself) {
    Theft theft;
    const DeviceId laptop = device_of(theft.laptop);
    EXPECT_OK(theft.laptop.engine().retire());
    EXPECT(!theft.laptop.engine().status().exists);
    EXPECT(!is_active(theft.town.bernd, laptop));
    // Retiring is no theft: what it added stays, and no key is renewed.
    EXPECT(is_active(theft.town.bernd, device_of(theft.successor)));
    EXPECT(!has(theft.town.bernd, ConditionKind::key_stale));
    // A revoked device is only wiped.
    EXPECT_OK(theft.town.bernd.engine().revoke_device(device_of(theft.successor)));
    EXPECT_OK(theft.successor.engine().retire());
    EXPECT(!theft.successor.engine().status().exists);
}

TEST(kit_replaced_by_paper_at_once) {
    Town town;
    auto& engine = town.bernd.engine();
    const auto before = *engine.session().directory.state().user(id_of(town.bernd))->kit;
    const auto replaced =
        engine.replace_kit(as_bytes("another password"), &town.world.kit_of("bernd"));
    REQUIRE_OK(replaced);
    EXPECT(replaced->done);
    const auto* self = engine.session().directory.state().user(id_of(town.bernd));
    EXPECT(self->kit->device != before.device && !self->kit->confirmed);
    EXPECT(!self->generations.back().stale());
    EXPECT(has(town.bernd, ConditionKind::kit_unconfirmed));
    const auto paper = engine.emergency_kit();
    REQUIRE_OK(paper);
    EXPECT_OK(engine.confirm_kit());
    // The old paper opens nothing any more, the new one does.
    EXPECT_ERROR(engine.replace_kit(as_bytes("x"), &town.world.kit_of("bernd")),
                 errors::sign_in_refused);
    SignInRequest request;
    request.host = "http://obhut.test";
    request.email = town.bernd.email;
    request.recovery_key = paper->recovery_key.clone();
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    EXPECT_OK(town.world.stranger("tablet").engine().sign_in(request));
}

TEST(sr_34_kit_replaced_by_a_device_takes_seven_days) {
    Town town;
    auto& engine = town.bernd.engine();
    test::Person& tablet = town.world.stranger("tablet");
    EXPECT_OK(test::link(town.bernd, tablet));
    const auto announced = engine.replace_kit(as_bytes("another password"), nullptr);
    REQUIRE_OK(announced);
    EXPECT(!announced->done);
    EXPECT_EQ(announced->ready, town.world.clock().now() + 7 * kDay);
    EXPECT(has(tablet, ConditionKind::kit_notice));
    EXPECT_ERROR(engine.replace_kit(as_bytes("x")), errors::kit_notice_waits);
    EXPECT_ERROR(tablet.engine().replace_kit(as_bytes("x")), errors::kit_notice_elsewhere);
    // Any own device objects.
    EXPECT_OK(tablet.engine().cancel_kit_notice());
    EXPECT_ERROR(tablet.engine().cancel_kit_notice(), errors::kit_notice_none);
    EXPECT(!has(town.bernd, ConditionKind::kit_notice));
    REQUIRE_OK(engine.replace_kit(as_bytes("another password")));
    town.world.clock().advance(7 * kDay);
    // The program has ended meanwhile; what was announced is in the profile.
    EXPECT_OK(town.bernd.reopen());
    const auto replaced = town.bernd.engine().replace_kit(as_bytes("not used"));
    REQUIRE_OK(replaced);
    EXPECT(replaced->done);
    EXPECT_OK(town.bernd.engine().emergency_kit());
    EXPECT_OK(town.bernd.engine().confirm_kit());
}

TEST(who_is_enabled_again_leaves_a_space) {
    Town town;
    const UserId bernd = id_of(town.bernd);
    EXPECT_OK(town.anna.engine().disable(bernd));
    EXPECT_OK(town.bernd.engine().catch_up());
    EXPECT_OK(town.anna.engine().enable(bernd));
    // His device has heard of the first only.
    EXPECT_OK(town.bernd.engine().leave(town.akten));
}

TEST(space_closed_by_its_manager_is_over) {
    Town town;
    EXPECT_ERROR(town.bernd.engine().close_space(town.akten), errors::not_manager);
    EXPECT_OK(town.anna.engine().close_space(town.akten));
    EXPECT(refused(write(town.anna, town.akten, "x/2", "too late")));
    const auto spaces = town.bernd.engine().spaces();
    REQUIRE_OK(spaces);
    EXPECT(std::none_of(spaces->begin(), spaces->end(),
                        [&](const SpaceView& view) { return view.id == town.akten; }));
}

TEST(space_policy_is_kept_in_the_space) {
    Town town;
    const auto before = town.anna.engine().space_policy(town.akten);
    REQUIRE_OK(before);
    EXPECT_EQ(before->trash, 30U);
    EXPECT_OK(town.anna.engine().set_space_policy(town.akten, {10, 100, 5}));
    EXPECT_OK(read(town.bernd, town.akten, "x/first"));
    const auto after = town.bernd.engine().space_policy(town.akten);
    REQUIRE_OK(after);
    EXPECT_EQ(after->all_versions, 10U);
    EXPECT_EQ(after->trash, 5U);
}

TEST(people_enabled_again_sign_in_on_a_new_device) {
    Town town;
    const UserId bernd = id_of(town.bernd);
    EXPECT_OK(town.anna.engine().disable(bernd));
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.anna.engine().enable(bernd));
    EXPECT_OK(town.anna.engine().run_duties());
    // The old laptop is gone: nobody has renewed anything for Bernd yet.
    SignInRequest request;
    request.host = "http://obhut.test";
    request.email = town.bernd.email;
    request.recovery_key = town.world.kit_of("bernd").recovery_key.clone();
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    test::Person& tablet = town.world.stranger("tablet");
    EXPECT_OK(tablet.engine().sign_in(request));
    EXPECT_OK(tablet.engine().home());
    EXPECT_OK(tablet.engine().run_duties());
}

TEST(sr_33_history_whose_signers_were_all_disabled_once_is_no_alarm_to_a_new_device) {
    // Everything in the space is signed by people who were disabled and enabled since, each proven
    // to be older by a head of another time. A new device takes roster entries first: it has to
    // look at what it left out before it doubts anybody.
    Town town;
    test::Person& carla = town.world.join("carla", town.anna);
    const UserId bernd = id_of(town.bernd);
    const auto kasse = town.bernd.engine().create_space("Kasse");
    REQUIRE_OK(kasse);
    EXPECT_OK(share(town.bernd, *kasse, carla, Role::editor));
    EXPECT_OK(write(town.bernd, *kasse, "x/1", "eins"));
    EXPECT_OK(town.anna.engine().disable(bernd));
    EXPECT_OK(carla.engine().run_duties());
    EXPECT_OK(town.anna.engine().enable(bernd));
    EXPECT_OK(carla.engine().share(*kasse, principal(bernd), Role::manager));
    EXPECT_OK(town.anna.engine().disable(id_of(carla)));
    EXPECT_OK(town.anna.engine().enable(id_of(carla)));
    SignInRequest request;
    request.host = "http://obhut.test";
    request.email = town.bernd.email;
    request.recovery_key = town.world.kit_of("bernd").recovery_key.clone();
    request.protection = Protection::by_passphrase(as_bytes(test::kPassphrase));
    test::Person& tablet = town.world.stranger("tablet");
    REQUIRE_OK(tablet.engine().sign_in(request));
    EXPECT_OK(tablet.engine().spaces());
    EXPECT_EQ(tablet.engine().status().alarms, 0U);
    EXPECT(!has(tablet, ConditionKind::space_held));
}

TEST(organisation_has_its_name_in_the_address_book) {
    Town town;
    // Who is not in *all* yet cannot read it.
    EXPECT_ERROR(town.bernd.engine().organisation_name(), errors::space_not_found);
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_EQ(text(town.bernd.engine().organisation_name()), "Rathaus");
}

// Bernd comes back while his key is stale, and Carla, who has the newest key, is disabled before he
// got a box: nobody who is active has it.
TEST(space_whose_key_nobody_has_says_so_until_somebody_is_enabled_again) {
    Town town;
    test::Person& carla = town.world.join("carla", town.anna);
    const auto kasse = town.bernd.engine().create_space("Kasse");
    REQUIRE_OK(kasse);
    EXPECT_OK(share(town.bernd, *kasse, carla, Role::manager));
    EXPECT_OK(town.anna.engine().disable(id_of(town.bernd)));
    EXPECT_OK(carla.engine().run_duties());
    EXPECT_OK(write(carla, *kasse, "x/1", "carla's"));
    EXPECT_OK(town.anna.engine().enable(id_of(town.bernd)));
    EXPECT_OK(share(carla, *kasse, town.bernd, Role::manager));  // his key is stale still
    EXPECT(has(town.bernd, ConditionKind::space_waiting));
    EXPECT_OK(town.anna.engine().disable(id_of(carla)));
    EXPECT_OK(town.bernd.engine().run_duties());
    EXPECT(has(town.bernd, ConditionKind::space_keyless));
    EXPECT(!has(town.bernd, ConditionKind::space_waiting));
    // Its name is inside: that it is not there nobody can say.
    EXPECT_ERROR(town.bernd.engine().find_space("Kasse"), errors::space_not_readable);
    EXPECT_OK(town.anna.engine().enable(id_of(carla)));
    EXPECT_OK(carla.engine().run_duties());
    EXPECT(!has(town.bernd, ConditionKind::space_keyless));
    EXPECT_EQ(text(read(town.bernd, *kasse, "x/1")), "carla's");
}

TEST(address_book_that_waits_for_a_box_is_not_missing) {
    Town town;
    EXPECT_OK(town.anna.engine().run_duties());
    const UserId bernd = id_of(town.bernd);
    EXPECT_OK(town.anna.engine().disable(bernd));
    EXPECT_OK(town.anna.engine().run_duties());
    EXPECT_OK(town.anna.engine().set_name(bernd, "Bernd"));
    EXPECT_OK(town.anna.engine().enable(bernd));
    EXPECT_ERROR(town.bernd.engine().organisation_name(), errors::space_not_readable);
}

}  // namespace obhut::client
