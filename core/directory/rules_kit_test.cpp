// Hostile tests of entries about the kit: a thief must not replace it, its owner must be able to.
#include "core/directory/testing/people.h"
#include "tests/support/test.h"

namespace obhut::directory {

using testing::TestDevice;
using testing::TestOrg;
using testing::TestUser;

namespace {

constexpr Code kValid{0, Kind::local};

// One person with a kit that is confirmed, two devices and a browser.
struct Story {
    TestOrg org;
    TestUser bernd;
    TestDevice phone;
    TestDevice browser;
    TestDevice fresh;  // a kit to come
    KitStatement announced;

    explicit Story(bool confirmed = true) {
        org.found();
        bernd = org.join();
        phone = org.add_device(bernd, bernd.device);
        browser = org.add_device(bernd, bernd.device, DeviceKind::web);
        fresh = TestDevice::make(org.entropy, DeviceKind::kit);
        announced = org.kit_statement(fresh);
        if (confirmed) org.append_ok(KitConfirmed{bernd.id}, {&phone.signing});
    }
    const UserRecord& user() const { return *org.state.user(bernd.id); }
    KitReplaced replacement() const { return {bernd.id, announced, {}}; }
    Code replaced_by(const TestDevice& device) {
        return org.refused(replacement(), {&device.signing});
    }
    void notice(const TestDevice& by) {
        org.append_ok(KitNotice{bernd.id, announced}, {&by.signing});
    }
};

}  // namespace

TEST(kit_is_replaced_at_once_by_the_enrolling_device_until_it_is_confirmed) {
    Story story(false);
    EXPECT(story.replaced_by(story.phone) == errors::kit_needs_notice);
    EXPECT(story.replaced_by(story.bernd.device) == kValid);
    EXPECT(!story.org.state.device_active(story.bernd.kit.id()));
    EXPECT(story.org.state.device(story.bernd.kit.id())->pauses[0].reason ==
           EndReason::kit_replaced);
    EXPECT(story.org.state.device_active(story.fresh.id()));
    EXPECT(story.user().kit->device == story.fresh.id());
    EXPECT(!story.user().kit->confirmed);
    EXPECT(story.user().generations.back().stale());
    EXPECT(!story.user().generations.back().stale_at_once);
    EXPECT(story.user().without_box == std::vector<DeviceId>{story.fresh.id()});
    EXPECT(story.org.refused(Pulse{story.bernd.id}, {&story.bernd.kit.signing}) ==
           errors::signer_inactive);
}

TEST(kit_that_is_confirmed_needs_notice) {
    Story story;
    EXPECT(story.org.refused(KitConfirmed{story.bernd.id}, {&story.phone.signing}) ==
           errors::kit_confirmed_already);
    EXPECT(story.replaced_by(story.bernd.device) == errors::kit_needs_notice);
    EXPECT(story.replaced_by(story.browser) == errors::kit_needs_notice);
    story.notice(story.bernd.device);
    story.org.wait(7 * kDay - 1);
    EXPECT(story.replaced_by(story.bernd.device) == errors::kit_needs_notice);
    story.org.wait(1);
    EXPECT(story.replaced_by(story.bernd.device) == kValid);
    EXPECT(story.user().generations.back().stale_at_once);
    EXPECT(!story.user().notice);
}

TEST(kit_replaces_itself_at_once) {
    Story story;
    EXPECT(story.replaced_by(story.bernd.kit) == kValid);
    EXPECT(story.org.state.device(story.fresh.id())->added_by == std::nullopt);
    EXPECT(!story.user().kit->installed_by);
}

TEST(kit_must_be_the_one_announced) {
    Story story;
    story.notice(story.phone);
    story.org.wait(8 * kDay);
    KitReplaced other = story.replacement();
    other.kit.password_blob.bytes[0] ^= 1;
    EXPECT(story.org.refused(other, {&story.phone.signing}) == errors::kit_differs);
    EXPECT(story.replaced_by(story.phone) == kValid);
}

TEST(kit_notice_is_cancelled_by_any_own_device_or_the_old_kit) {
    Story story;
    story.notice(story.phone);
    EXPECT(story.org.refused(KitNotice{story.bernd.id, story.announced},
                             {&story.bernd.device.signing}) == errors::kit_notice_running);
    EXPECT(story.org.refused(KitNoticeCancelled{story.bernd.id},
                             {&story.org.anna.device.signing}) == errors::signer_not_owner);
    story.org.append_ok(KitNoticeCancelled{story.bernd.id}, {&story.browser.signing});
    EXPECT(story.org.refused(KitNoticeCancelled{story.bernd.id}, {&story.browser.signing}) ==
           errors::kit_no_notice);
    story.org.wait(8 * kDay);
    EXPECT(story.replaced_by(story.phone) == errors::kit_needs_notice);
    story.notice(story.phone);
    story.org.append_ok(KitNoticeCancelled{story.bernd.id}, {&story.bernd.kit.signing});
}

TEST(kit_is_replaced_by_a_browser_after_14_days_with_an_administrator) {
    Story story;
    const SigningKey& admin = story.org.anna.device.signing;
    const TestUser carla = story.org.join();
    story.notice(story.browser);
    story.org.wait(14 * kDay - 1);
    EXPECT(story.org.refused(story.replacement(), {&story.browser.signing, &admin}) ==
           errors::kit_needs_notice);
    story.org.wait(1);
    EXPECT(story.replaced_by(story.browser) == errors::signer_not_admin);
    EXPECT(
        story.org.refused(story.replacement(), {&story.browser.signing, &carla.device.signing}) ==
        errors::signer_not_admin);
    EXPECT(story.org.refused(story.replacement(), {&admin, &story.browser.signing}) ==
           errors::signer_not_owner);
    EXPECT(story.org.refused(story.replacement(), {&story.browser.signing, &admin}) == kValid);
}

TEST(kit_is_not_revoked_like_a_device) {
    Story story;
    EXPECT(story.org.refused(DeviceRevoked{story.bernd.id, story.bernd.kit.id(), {}, {}},
                             {&story.phone.signing}) == errors::kit_needs_notice);
    EXPECT(story.org.refused(DeviceRevoked{story.bernd.id, story.bernd.kit.id(), {}, {}},
                             {&story.org.anna.device.signing}) == errors::kit_needs_notice);
    EXPECT(story.org.refused(DeviceRetired{story.bernd.id, story.bernd.kit.id()},
                             {&story.bernd.kit.signing}) == errors::device_wrong_kind);
}

TEST(kit_is_resealed_only_by_itself) {
    Story story;
    KitResealed body{story.bernd.id, story.org.random_hash(), story.org.random_hash(), 1};
    EXPECT(story.org.refused(body, {&story.phone.signing}) == errors::signer_not_kit);
    EXPECT(story.org.refused(body, {&story.org.anna.kit.signing}) == errors::signer_not_owner);
    body.kdf_class = 9;
    EXPECT(story.org.refused(body, {&story.bernd.kit.signing}) == errors::kit_parameters);
    body.kdf_class = 1;
    story.org.append_ok(body, {&story.bernd.kit.signing});
    EXPECT(story.user().kit->password_blob == body.password_blob);
    EXPECT(story.user().kit->confirmed);
    EXPECT(!story.user().generations.back().stale());
}

TEST(notice_of_a_thief_falls_with_his_device) {
    Story story;
    story.notice(story.phone);
    story.org.append_ok(DeviceRevoked{story.bernd.id, story.phone.id(), {}, {}},
                        {&story.bernd.device.signing});
    EXPECT(!story.user().notice);
    EXPECT(story.user().kit->device == story.bernd.kit.id());
}

TEST(kit_of_a_thief_falls_with_his_device) {
    Story story;
    story.notice(story.phone);
    story.org.wait(7 * kDay);
    EXPECT(story.replaced_by(story.phone) == kValid);
    // His kit adds a device and replaces itself; all of it goes.
    const TestDevice child = story.org.add_device(story.bernd, story.fresh);
    const TestDevice second = TestDevice::make(story.org.entropy, DeviceKind::kit);
    story.org.append_ok(KitReplaced{story.bernd.id, story.org.kit_statement(second), {}},
                        {&story.fresh.signing});
    story.org.append_ok(DeviceRevoked{story.bernd.id, story.phone.id(), {}, {}},
                        {&story.bernd.device.signing});
    EXPECT(!story.org.state.device_active(child.id()));
    EXPECT(!story.org.state.device_active(second.id()));
    EXPECT(!story.user().kit);
    // Now there is none: a full device puts one in, a browser does not.
    const TestDevice third = TestDevice::make(story.org.entropy, DeviceKind::kit);
    const KitReplaced body{story.bernd.id, story.org.kit_statement(third), {}};
    EXPECT(story.org.refused(body, {&story.browser.signing}) == errors::kit_needs_notice);
    story.org.append_ok(body, {&story.bernd.device.signing});
    EXPECT(story.user().kit->device == third.id());
}

TEST(kit_put_in_by_a_device_is_kept_by_name) {
    Story story;
    story.notice(story.phone);
    story.org.wait(7 * kDay);
    EXPECT(story.replaced_by(story.phone) == kValid);
    story.org.append_ok(DeviceRevoked{story.bernd.id, story.phone.id(), {story.fresh.id()}, {}},
                        {&story.bernd.device.signing});
    EXPECT(story.user().kit->device == story.fresh.id());
    EXPECT(story.org.state.device_active(story.fresh.id()));
}

}  // namespace obhut::directory
