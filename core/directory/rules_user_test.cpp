// Hostile tests of entries about people and their devices.
#include "core/directory/testing/people.h"
#include "tests/support/test.h"

namespace obhut::directory {

using testing::TestDevice;
using testing::TestOrg;
using testing::TestUser;

namespace {

TestOrg founded() {
    TestOrg org;
    org.found();
    return org;
}

const SigningKey& admin_key(const TestOrg& org) { return org.anna.device.signing; }

const UserRecord& record(const TestOrg& org, const TestUser& user) {
    return *org.state.user(user.id);
}

TestUser newcomer(TestOrg& org) {
    TestUser user = org.invite(org.anna.device);
    user.device = TestDevice::make(org.entropy);
    user.kit = TestDevice::make(org.entropy, DeviceKind::kit);
    return user;
}

}  // namespace

TEST(invitation_is_signed_by_an_administrator) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    TestUser ghost;
    ghost.id = org.entropy.id<UserId>();
    ghost.invitation = SigningKey::generate(org.entropy);
    EXPECT(org.refused(org.invitation_of(ghost), {&bernd.device.signing}) ==
           errors::signer_not_admin);
    // The root invites only the very first.
    EXPECT(org.refused(org.invitation_of(ghost), {&org.root}) == errors::signer_not_admin);
    UserInvited bad = org.invitation_of(ghost);
    bad.invitation = SigningPublicKey{};
    EXPECT(org.refused(bad, {&admin_key(org)}) == errors::device_bad_key);
}

TEST(user_id_is_given_and_enrolled_once) {
    TestOrg org = founded();
    TestUser bernd = org.join();
    EXPECT(org.refused(org.invitation_of(bernd), {&admin_key(org)}) == errors::user_exists);
    // The same invitation again, with an attacker's device.
    bernd.device = TestDevice::make(org.entropy);
    bernd.kit = TestDevice::make(org.entropy, DeviceKind::kit);
    EXPECT(org.refused(org.enrolment_of(bernd), {&bernd.invitation, &bernd.device.signing}) ==
           errors::user_wrong_status);
}

TEST(enrolment_needs_the_invitation_and_the_new_device) {
    TestOrg org = founded();
    TestUser user = newcomer(org);
    const UserEnrolled body = org.enrolment_of(user);
    const SigningKey guessed = SigningKey::generate(org.entropy);
    EXPECT(org.refused(body, {&guessed, &user.device.signing}) == errors::signer_unknown);
    EXPECT(org.refused(body, {&admin_key(org), &user.device.signing}) == errors::signer_unknown);
    EXPECT(org.refused(body, {&org.root, &user.device.signing}) == errors::invitation_wrong_key);
    EXPECT(org.refused(body, {&user.device.signing, &user.invitation}) ==
           errors::invitation_wrong_key);
    EXPECT(org.refused(body, {&user.invitation, &org.root}) == errors::entry_unsigned);
    EXPECT(org.refused(body, {&user.invitation}) == errors::entry_unsigned);
    org.append_ok(body, {&user.invitation, &user.device.signing});
    EXPECT(record(org, user).status == UserStatus::active);
}

TEST(enrolment_is_in_time_and_not_after_withdrawal) {
    TestOrg org = founded();
    TestUser late = newcomer(org);
    TestUser withdrawn = newcomer(org);
    EXPECT(org.refused(InvitationWithdrawn{late.id}, {&org.root}) == errors::signer_not_admin);
    org.append_ok(InvitationWithdrawn{withdrawn.id}, {&admin_key(org)});
    EXPECT(org.state.user_by_email(record(org, withdrawn).email_hash) == nullptr);
    EXPECT(org.refused(org.enrolment_of(withdrawn),
                       {&withdrawn.invitation, &withdrawn.device.signing}) ==
           errors::user_wrong_status);
    EXPECT(org.refused(InvitationWithdrawn{withdrawn.id}, {&admin_key(org)}) ==
           errors::user_wrong_status);
    org.wait(7 * kDay + 1);
    EXPECT(org.refused(org.enrolment_of(late), {&late.invitation, &late.device.signing}) ==
           errors::invitation_expired);
}

TEST(enrolment_takes_sound_and_fresh_keys) {
    TestOrg org = founded();
    TestUser user = newcomer(org);
    const auto check = [&](auto change) {
        UserEnrolled body = org.enrolment_of(user);
        change(body);
        return org.refused(body, {&user.invitation, &user.device.signing});
    };
    EXPECT(check([&](UserEnrolled& b) { b.device.request = RequestPublicKey{}; }) ==
           errors::device_bad_key);
    EXPECT(check([&](UserEnrolled& b) {
               b.device.request = RequestPublicKey::from(b.device.signing.view());
           }) == errors::device_bad_key);
    EXPECT(check([&](UserEnrolled& b) { b.kit.keys = org.anna.device.keys; }) ==
           errors::device_exists);
    EXPECT(check([&](UserEnrolled& b) { b.kit.keys = b.device; }) == errors::device_bad_key);
    EXPECT(check([&](UserEnrolled& b) { b.kit.keys.signing = org.root.public_key(); }) ==
           errors::device_exists);
    EXPECT(check([&](UserEnrolled& b) { b.kit.kdf_class = 0; }) == errors::kit_parameters);
    EXPECT(check([&](UserEnrolled& b) { b.device_kind = DeviceKind::kit; }) ==
           errors::device_wrong_kind);
    EXPECT(check([&](UserEnrolled& b) { b.generation.number = 2; }) == errors::generation_number);
    EXPECT(check([&](UserEnrolled& b) { b.generation.link = org.random_hash(); }) ==
           errors::generation_number);
    EXPECT(check([&](UserEnrolled& b) { b.generation.without_box = {org.anna.device.id()}; }) ==
           errors::generation_boxes);
    EXPECT(check([](UserEnrolled&) {}) == (Code{0, Kind::local}));
}

TEST(disabling_ends_all_devices_and_can_be_undone_for_30_days) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const TestUser carla = org.join();
    const GroupId group = org.create_group(org.anna, {bernd.id, carla.id});
    EXPECT(org.refused(UserDisabled{bernd.id, {}}, {&carla.device.signing}) ==
           errors::signer_not_admin);
    const Hash heads = org.random_hash();
    const Position at = org.state.size();
    org.append_ok(UserDisabled{bernd.id, heads}, {&admin_key(org)});
    EXPECT(org.state.heads_root(at) == heads);
    EXPECT(!org.state.heads_root(at + 1));
    EXPECT(!org.state.device_active(bernd.device.id()));
    EXPECT(org.state.device_active_at(bernd.device.id(), at));
    EXPECT(!org.state.device_active_at(bernd.device.id(), at + 1));
    EXPECT(record(org, bernd).generations.back().stale_at_once_at(at + 1));
    EXPECT(!record(org, bernd).generations.back().stale_at(at));
    EXPECT(org.state.group(group)->generations.back().stale_at_once);
    EXPECT(org.refused(Pulse{bernd.id}, {&bernd.device.signing}) == errors::signer_inactive);
    EXPECT(org.refused(Pulse{bernd.id}, {&bernd.kit.signing}) == errors::signer_inactive);

    org.wait(30 * kDay);
    EXPECT(org.refused(UserEnabled{bernd.id}, {&carla.device.signing}) == errors::signer_not_admin);
    org.append_ok(UserEnabled{bernd.id}, {&admin_key(org)});
    EXPECT(org.state.device_active(bernd.device.id()));
    EXPECT(!org.state.device_active_at(bernd.device.id(), org.state.size() - 1));
    EXPECT(!record(org, bernd).active_at(org.state.size() - 1));
    EXPECT(record(org, bernd).active_at(org.state.size()));
    EXPECT(record(org, bernd).generations.back().stale());  // until rotated
    org.rotate(bernd, bernd.device);
    EXPECT(!record(org, bernd).generations.back().stale());

    org.append_ok(UserDisabled{carla.id, {}}, {&admin_key(org)});
    org.wait(30 * kDay + 1);
    EXPECT(org.refused(UserEnabled{carla.id}, {&admin_key(org)}) == errors::too_late_to_enable);
}

TEST(enabling_brings_back_no_device_that_ended_before) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const TestDevice phone = org.add_device(bernd, bernd.device);
    const TestDevice old = org.add_device(bernd, bernd.device);
    org.append_ok(DeviceRetired{bernd.id, old.id()}, {&old.signing});
    org.append_ok(UserDisabled{bernd.id, {}}, {&admin_key(org)});
    // While he is disabled an administrator may still revoke a device.
    org.append_ok(DeviceRevoked{bernd.id, phone.id(), {}, {}}, {&admin_key(org)});
    org.append_ok(UserEnabled{bernd.id}, {&admin_key(org)});
    EXPECT(org.state.device_active(bernd.device.id()));
    EXPECT(!org.state.device_active(phone.id()));
    EXPECT(!org.state.device_active(old.id()));
}

TEST(administrator_who_is_disabled_signs_nothing) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    org.append_ok(AdminGranted{bernd.id}, {&org.root});
    org.append_ok(UserDisabled{org.anna.id, {}}, {&bernd.device.signing});
    EXPECT(org.refused(UserDisabled{bernd.id, {}}, {&admin_key(org)}) == errors::signer_inactive);
    EXPECT(!org.state.is_admin(org.anna.id));
}

TEST(nobody_adds_a_device_to_another_person) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const TestDevice ghost = TestDevice::make(org.entropy);
    const DeviceAdded body{bernd.id, ghost.keys, DeviceKind::full, 1, org.random_hash()};
    EXPECT(org.refused(body, {&admin_key(org)}) == errors::signer_not_owner);
    EXPECT(org.refused(body, {&org.anna.kit.signing}) == errors::signer_not_owner);
    EXPECT(org.refused(body, {&org.root}) == errors::signer_not_owner);
}

TEST(web_device_adds_and_revokes_nothing_without_the_kit) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const TestDevice browser = org.add_device(bernd, bernd.device, DeviceKind::web);
    const TestDevice phone = TestDevice::make(org.entropy);
    const DeviceAdded body{bernd.id, phone.keys, DeviceKind::full, 1, org.random_hash()};
    EXPECT(org.refused(body, {&browser.signing}) == errors::signer_not_full);
    EXPECT(org.refused(DeviceRevoked{bernd.id, bernd.device.id(), {}, {}}, {&browser.signing}) ==
           errors::signer_not_full);
    org.append_ok(body, {&bernd.kit.signing});
    EXPECT(org.state.device(phone.id())->added_by == bernd.kit.id());
    org.rotate(bernd, browser);  // any own device may
}

TEST(device_added_has_fresh_keys_and_the_newest_generation) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const TestDevice phone = TestDevice::make(org.entropy);
    const auto check = [&](const DeviceAdded& body) {
        return org.refused(body, {&bernd.device.signing});
    };
    EXPECT(check({bernd.id, org.anna.device.keys, DeviceKind::full, 1, {}}) ==
           errors::device_exists);
    EXPECT(check({bernd.id, bernd.device.keys, DeviceKind::full, 1, {}}) == errors::device_exists);
    EXPECT(check({bernd.id, phone.keys, DeviceKind::kit, 1, {}}) == errors::device_wrong_kind);
    EXPECT(check({bernd.id, phone.keys, DeviceKind::full, 2, {}}) == errors::generation_number);
    EXPECT(check({bernd.id, phone.keys, DeviceKind::full, 1, {}}) == (Code{0, Kind::local}));
    EXPECT(record(org, bernd).without_box == std::vector<DeviceId>{phone.id()});
    org.rotate(bernd, phone);
    EXPECT(record(org, bernd).without_box.empty());
}

TEST(devices_of_a_person_are_limited) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    for (std::size_t i = 2; i < kMaxDevicesPerUser; ++i) org.add_device(bernd, bernd.device);
    const TestDevice one_more = TestDevice::make(org.entropy);
    EXPECT(org.refused(DeviceAdded{bernd.id, one_more.keys, DeviceKind::full, 1, {}},
                       {&bernd.device.signing}) == errors::too_many_devices);
}

TEST(revoking_takes_what_the_device_added) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const TestDevice stolen = org.add_device(bernd, bernd.device);
    const TestDevice child = org.add_device(bernd, stolen);
    const TestDevice grandchild = org.add_device(bernd, child);
    const TestDevice kept = org.add_device(bernd, stolen);
    const TestDevice of_kept = org.add_device(bernd, kept);
    const TestDevice sibling = org.add_device(bernd, bernd.device);
    const Hash heads = org.random_hash();
    org.append_ok(DeviceRevoked{bernd.id, stolen.id(), {kept.id()}, heads},
                  {&bernd.device.signing});
    for (const TestDevice* gone : {&stolen, &child, &grandchild}) {
        EXPECT(!org.state.device_active(gone->id()));
        EXPECT(org.state.device(gone->id())->pauses[0].reason == EndReason::revoked);
        EXPECT(org.state.device(gone->id())->pauses[0].heads == heads);
    }
    for (const TestDevice* stays : {&kept, &of_kept, &sibling, &bernd.device, &bernd.kit})
        EXPECT(org.state.device_active(stays->id()));
    EXPECT(record(org, bernd).generations.back().stale_at_once);
}

TEST(revoking_takes_what_a_retired_device_added) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const TestDevice stolen = org.add_device(bernd, bernd.device);
    const TestDevice middle = org.add_device(bernd, stolen);
    const TestDevice last = org.add_device(bernd, middle);
    org.append_ok(DeviceRetired{bernd.id, middle.id()}, {&middle.signing});
    org.append_ok(DeviceRetired{bernd.id, stolen.id()}, {&stolen.signing});
    EXPECT(!record(org, bernd).generations.back().stale());  // retiring rotates nothing
    org.append_ok(DeviceRevoked{bernd.id, stolen.id(), {}, {}}, {&bernd.kit.signing});
    EXPECT(!org.state.device_active(last.id()));
    EXPECT(org.refused(DeviceRevoked{bernd.id, stolen.id(), {}, {}}, {&bernd.kit.signing}) ==
           errors::device_ended);
}

TEST(who_revokes_what_added_him_stays) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const TestDevice phone = org.add_device(bernd, bernd.device);
    org.append_ok(DeviceRevoked{bernd.id, bernd.device.id(), {}, {}}, {&phone.signing});
    EXPECT(org.state.device_active(phone.id()));
    EXPECT(!org.state.device_active(bernd.device.id()));
    EXPECT(org.state.device_active(bernd.kit.id()));
}

TEST(administrators_revoke_anybodys_device_and_others_only_their_own) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const TestUser carla = org.join();
    EXPECT(org.refused(DeviceRevoked{bernd.id, bernd.device.id(), {}, {}},
                       {&carla.device.signing}) == errors::signer_not_admin);
    EXPECT(org.refused(DeviceRevoked{bernd.id, carla.device.id(), {}, {}}, {&admin_key(org)}) ==
           errors::device_unknown);
    EXPECT(org.refused(DeviceRevoked{bernd.id, bernd.device.id(), {carla.device.id()}, {}},
                       {&admin_key(org)}) == errors::device_unknown);
    EXPECT(org.refused(DeviceRetired{bernd.id, bernd.device.id()}, {&admin_key(org)}) ==
           errors::signer_not_owner);
    EXPECT(org.refused(DeviceRetired{bernd.id, bernd.device.id()}, {&bernd.kit.signing}) ==
           errors::signer_not_owner);
    org.append_ok(DeviceRevoked{bernd.id, bernd.device.id(), {}, {}}, {&admin_key(org)});
}

TEST(pulse_is_ones_own) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    EXPECT(org.refused(Pulse{bernd.id}, {&admin_key(org)}) == errors::signer_not_owner);
    EXPECT(org.refused(Pulse{bernd.id}, {&org.root}) == errors::signer_not_owner);
}

TEST(user_key_follows_in_order_with_fresh_keys) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    UserGeneration good = org.user_generation(2);
    const auto check = [&](UserGeneration generation, const SigningKey& key) {
        return org.refused(UserKeyRotated{bernd.id, generation}, {&key});
    };
    const SigningKey& own = bernd.device.signing;
    EXPECT(check(good, admin_key(org)) == errors::signer_not_owner);
    EXPECT(check(org.user_generation(1), own) == errors::generation_number);
    EXPECT(check(org.user_generation(3), own) == errors::generation_number);
    UserGeneration same = good;
    same.key = record(org, bernd).generations[0].key;
    EXPECT(check(same, own) == errors::generation_key);
    UserGeneration unlinked = good;
    unlinked.link = Hash{};
    EXPECT(check(unlinked, own) == errors::generation_number);
    UserGeneration foreign = good;
    foreign.without_box = {org.anna.device.id()};
    EXPECT(check(foreign, own) == errors::generation_boxes);
    good.without_box = {bernd.kit.id()};
    EXPECT(check(good, own) == (Code{0, Kind::local}));
    EXPECT(record(org, bernd).without_box == std::vector<DeviceId>{bernd.kit.id()});
    EXPECT_EQ(org.state.generation(principal(bernd.id), 1)->number, 1U);
    EXPECT(org.state.generation(principal(bernd.id), 3) == nullptr);
    EXPECT_EQ(org.state.generation_at(principal(bernd.id), org.state.size() - 1)->number, 1U);
}

TEST(revocation_makes_all_generations_stale_that_the_device_held) {
    TestOrg org = founded();
    const TestUser bernd = org.join();
    const TestDevice phone = org.add_device(bernd, bernd.device);
    org.rotate(bernd, bernd.device);  // ordinary: the first one is not stale
    EXPECT(!record(org, bernd).generations[0].stale());
    org.append_ok(DeviceRevoked{bernd.id, phone.id(), {}, {}}, {&bernd.device.signing});
    EXPECT(record(org, bernd).generations[0].stale_at_once);
    EXPECT(record(org, bernd).generations[1].stale_at_once);
    org.rotate(bernd, bernd.device);
    EXPECT(!record(org, bernd).generations[2].stale());
}

}  // namespace obhut::directory
