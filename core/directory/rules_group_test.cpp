// Hostile tests of entries about groups: who changes them, and that no stale key stays in use.
#include "core/directory/state_data.h"
#include "core/directory/testing/people.h"
#include "tests/support/test.h"

namespace obhut::directory {

using testing::TestDevice;
using testing::TestOrg;
using testing::TestUser;

namespace {

constexpr Code kValid{0, Kind::local};

// Anna is an administrator; Bernd manages a group with Carla and Doris in it; Emil is outside.
struct Story {
    TestOrg org;
    TestUser bernd, carla, doris, emil;
    GroupId id;

    Story() {
        org.found();
        bernd = org.join();
        carla = org.join();
        doris = org.join();
        emil = org.join();
        id = org.create_group(bernd, {carla.id, doris.id});
    }
    const GroupRecord& group() const { return *org.state.group(id); }
    const Generation& newest() const { return group().generations.back(); }
    GroupChanged change() const {
        GroupChanged body;
        body.group = id;
        return body;
    }
    GroupChanged rotation() {
        GroupChanged body = change();
        body.generation = org.group_generation(&group());
        return body;
    }
    Code changed(const GroupChanged& body, const TestUser& by) {
        return org.refused(body, {&by.device.signing});
    }
    void steal(const TestUser& user) {
        const TestDevice phone = org.add_device(user, user.device);
        org.append_ok(DeviceRevoked{user.id, phone.id(), {}, {}}, {&user.device.signing});
    }
    void disable(const TestUser& user) {
        org.append_ok(UserDisabled{user.id, {}}, {&org.anna.device.signing});
    }
};

}  // namespace

TEST(group_is_made_by_one_of_its_managers) {
    Story story;
    TestOrg& org = story.org;
    const GroupId id = org.entropy.id<GroupId>();
    GroupCreated body{id,
                      false,
                      seats(nullptr, {story.carla.id, story.doris.id}),
                      {story.carla.id},
                      org.group_generation(nullptr)};
    const auto check = [&](const GroupCreated& b, const TestUser& by) {
        return org.refused(b, {&by.device.signing});
    };
    EXPECT(check(body, story.bernd) == errors::signer_not_manager);
    EXPECT(check(body, org.anna) == errors::signer_not_manager);
    EXPECT(org.refused(body, {&org.root}) == errors::signer_not_manager);
    GroupCreated bad = body;
    bad.managers = {story.carla.id, story.emil.id};
    std::sort(bad.managers.begin(), bad.managers.end());
    EXPECT(check(bad, story.carla) == errors::group_managers);
    bad = body;
    bad.members.push_back(bad.members.back());
    EXPECT(check(bad, story.carla) == errors::not_canonical);
    bad = body;
    bad.members[0].user = org.entropy.id<UserId>();
    std::sort(bad.members.begin(), bad.members.end(),
              [](const GroupMember& a, const GroupMember& b) { return a.user < b.user; });
    EXPECT(check(bad, story.carla) == errors::group_members);
    bad = body;
    bad.generation.number = 2;
    EXPECT(check(bad, story.carla) == errors::generation_number);
    EXPECT(check(body, story.carla) == kValid);
    // An id is given once. The entry names a predecessor, so this is no replay.
    EXPECT(check(body, story.carla) == errors::group_exists);
}

TEST(group_of_all_is_made_once_by_an_administrator) {
    TestOrg org;
    org.found();
    const TestUser bernd = org.join();
    const auto all = [&](const TestUser& by) {
        return GroupCreated{
            org.entropy.id<GroupId>(), true, {{by.id, 0}}, {}, org.group_generation(nullptr)};
    };
    EXPECT(org.refused(all(bernd), {&bernd.device.signing}) == errors::group_everyone);
    EXPECT(org.refused(all(org.anna), {&org.anna.device.signing}) == errors::group_everyone);
    // Its managers are the administrators, whoever they are now.
    const GroupRecord& group = *org.state.group(org.everyone);
    EXPECT(org.state.is_manager(group, org.anna.id));
    GroupChanged add;
    add.group = org.everyone;
    add.added = seats(&group, {bernd.id});
    add.added_boxes = org.random_hash();
    EXPECT(org.refused(add, {&bernd.device.signing}) == errors::signer_not_manager);
    org.append_ok(add, {&org.anna.device.signing});
    EXPECT(group.has(bernd.id));
    EXPECT(!org.state.is_manager(group, bernd.id));
    org.append_ok(AdminGranted{bernd.id}, {&org.root});
    EXPECT(org.state.is_manager(group, bernd.id));
    GroupChanged managers;
    managers.group = org.everyone;
    managers.managers_added = {bernd.id};
    EXPECT(org.refused(managers, {&org.anna.device.signing}) == errors::group_managers);
    GroupChanged gone;
    gone.group = org.everyone;
    gone.deleted = true;
    EXPECT(org.refused(gone, {&org.anna.device.signing}) == errors::group_everyone);
}

TEST(group_is_changed_by_managers_only) {
    Story story;
    GroupChanged add = story.change();
    add.added = seats(&story.group(), {story.emil.id});
    add.added_boxes = story.org.random_hash();
    EXPECT(story.changed(add, story.emil) == errors::signer_not_manager);
    EXPECT(story.changed(add, story.org.anna) == errors::signer_not_manager);
    EXPECT(story.changed(add, story.carla) == errors::group_member_change);
    EXPECT(story.org.refused(add, {&story.org.root}) == errors::signer_not_manager);
    EXPECT(story.changed(add, story.bernd) == kValid);
    EXPECT(story.group().has(story.emil.id));
    EXPECT(story.group().without_box.empty());
    EXPECT(!story.newest().stale());
    EXPECT(story.changed(add, story.bernd) == errors::group_members);
    // Positions: in since then, not before.
    EXPECT(story.group().has_at(story.emil.id, story.org.state.size()));
    EXPECT(!story.group().has_at(story.emil.id, story.org.state.size() - 2));
}

TEST(group_members_renew_the_key_and_nothing_else) {
    Story story;
    const auto check = [&](auto change) {
        GroupChanged body = story.rotation();
        change(body);
        return story.changed(body, story.carla);
    };
    EXPECT(check([&](GroupChanged& b) { b.removed = {story.doris.id}; }) ==
           errors::group_member_change);
    EXPECT(check([&](GroupChanged& b) { b.managers_added = {story.carla.id}; }) ==
           errors::group_member_change);
    EXPECT(check([&](GroupChanged& b) { b.managers_removed = {story.bernd.id}; }) ==
           errors::group_member_change);
    EXPECT(check([&](GroupChanged& b) { b.deleted = true; }) == errors::group_member_change);
    EXPECT(check([&](GroupChanged& b) { b.generation.reset(); }) == errors::group_member_change);
    EXPECT(check([](GroupChanged&) {}) == kValid);
    story.disable(story.doris);
    EXPECT(check([&](GroupChanged& b) {
               b.removed = {story.doris.id};
               b.generation->without_box.clear();
           }) == kValid);
    EXPECT(!story.group().has(story.doris.id));
    EXPECT(story.group().has_at(story.doris.id, story.org.state.size() - 1));
}

TEST(group_without_an_active_manager_is_managed_by_its_members) {
    Story story;
    story.disable(story.bernd);
    EXPECT(story.org.state.is_manager(story.group(), story.carla.id));
    GroupChanged body = story.change();
    body.managers_added = {story.carla.id};
    body.removed = {story.bernd.id};
    EXPECT(story.changed(body, story.emil) == errors::signer_not_manager);
    EXPECT(story.changed(body, story.carla) == kValid);
    EXPECT(story.group().managers == std::vector<UserId>{story.carla.id});
    EXPECT(!story.org.state.is_manager(story.group(), story.doris.id));
}

TEST(last_manager_of_a_group_names_another_before_leaving) {
    Story story;
    GroupChanged body = story.change();
    body.managers_removed = {story.bernd.id};
    EXPECT(story.changed(body, story.bernd) == errors::group_managers);
    body.managers_removed.clear();
    body.removed = {story.bernd.id};
    EXPECT(story.changed(body, story.bernd) == errors::group_managers);
    body.managers_added = {story.emil.id};
    EXPECT(story.changed(body, story.bernd) == errors::group_managers);
    body.managers_added = {story.carla.id};
    EXPECT(story.changed(body, story.bernd) == kValid);
    EXPECT(story.newest().stale_at_once);
}

TEST(removal_makes_the_generation_stale_even_with_its_answer) {
    Story story;
    GroupChanged body = story.rotation();
    body.removed = {story.doris.id};
    body.heads = story.org.random_hash();
    const Position at = story.org.state.size();
    EXPECT(story.changed(body, story.bernd) == kValid);
    EXPECT(story.group().generations[0].stale_at_once_at(at + 1));
    EXPECT(!story.group().generations[1].stale());
    EXPECT(story.org.state.heads_root(at) == body.heads);
    EXPECT(story.group().past[0].heads == body.heads);
}

TEST(administrators_only_remove_from_groups) {
    Story story;
    const auto check = [&](std::vector<UserId> users, const TestUser& by) {
        return story.org.refused(RemovedFromGroup{story.id, users, {}}, {&by.device.signing});
    };
    EXPECT(check({story.doris.id}, story.bernd) == errors::signer_not_admin);
    EXPECT(check({}, story.org.anna) == errors::group_members);
    EXPECT(check({story.emil.id}, story.org.anna) == errors::group_members);
    EXPECT(check({story.bernd.id}, story.org.anna) == kValid);
    EXPECT(story.group().managers.empty());
    EXPECT(story.newest().stale_at_once);
    EXPECT(story.org.state.is_manager(story.group(), story.carla.id));
    EXPECT(!contains_sorted(story.org.state.user(story.bernd.id)->groups, story.id));
}

TEST(stolen_device_of_a_member_makes_the_group_stale) {
    Story story;
    story.steal(story.carla);
    EXPECT(story.newest().stale_at_once);
    EXPECT(story.group().stale == std::vector<UserId>{story.carla.id});
    GroupChanged body = story.rotation();
    body.generation->without_box.clear();
    EXPECT(story.changed(body, story.doris) == errors::generation_stale);
    EXPECT(story.changed(story.rotation(), story.doris) == kValid);
    EXPECT(!story.newest().stale());
    EXPECT(story.group().without_box == std::vector<UserId>{story.carla.id});
    // A second theft of hers does not concern what was made without her; her own rotation makes
    // nothing stale.
    story.steal(story.carla);
    EXPECT(!story.newest().stale());
    story.org.rotate(story.carla, story.carla.device);
    EXPECT(story.group().stale.empty());
    EXPECT(!story.newest().stale());
    EXPECT(story.changed(story.rotation(), story.carla) == kValid);
    EXPECT(story.group().without_box.empty());
}

TEST(group_key_is_not_sealed_to_a_newcomer_whose_key_is_stale) {
    Story story;
    story.steal(story.emil);
    GroupChanged body = story.rotation();
    body.added = seats(&story.group(), {story.emil.id});
    EXPECT(story.changed(body, story.bernd) == errors::generation_stale);
    body.generation->without_box = {story.emil.id};
    EXPECT(story.changed(body, story.bernd) == kValid);
    EXPECT(story.group().stale == std::vector<UserId>{story.emil.id});
}

TEST(group_generations_follow_with_fresh_keys) {
    Story story;
    GroupChanged body = story.rotation();
    body.generation->number = 3;
    EXPECT(story.changed(body, story.bernd) == errors::generation_number);
    body = story.rotation();
    body.generation->key = story.newest().key;
    EXPECT(story.changed(body, story.bernd) == errors::generation_key);
    body = story.rotation();
    body.generation->link = Hash{};
    EXPECT(story.changed(body, story.bernd) == errors::generation_number);
    body = story.rotation();
    body.generation->without_box = {story.emil.id};
    EXPECT(story.changed(body, story.bernd) == errors::generation_boxes);
    body = story.rotation();
    body.generation->buckets = {{0, story.org.entropy.id<KemKeyHash>(), {}}};
    EXPECT(story.changed(body, story.bernd) == errors::group_buckets);
}

TEST(group_that_is_deleted_stays_deleted) {
    Story story;
    GroupChanged body = story.change();
    body.deleted = true;
    EXPECT(story.changed(body, story.bernd) == kValid);
    EXPECT(!story.group().has(story.carla.id));
    EXPECT(story.group().has_at(story.carla.id, story.org.state.size() - 1));
    EXPECT(!story.group().has_at(story.carla.id, story.org.state.size()));
    EXPECT(story.newest().stale_at_once);
    EXPECT(story.org.state.user(story.carla.id)->groups.empty());
    EXPECT(story.changed(story.rotation(), story.bernd) == errors::group_unknown);
    EXPECT(story.org.refused(RemovedFromGroup{story.id, {story.carla.id}, {}},
                             {&story.org.anna.device.signing}) == errors::group_unknown);
}

TEST(group_over_128_is_sealed_in_buckets) {
    TestOrg org;
    org.found();
    std::vector<TestUser> people;
    std::vector<UserId> ids;
    for (int i = 0; i < 129; ++i) {
        people.push_back(org.join());
        ids.push_back(people.back().id);
    }
    const GroupId id = org.create_group(org.anna, {ids.begin(), ids.begin() + 127});
    const GroupRecord& group = *org.state.group(id);
    EXPECT(!group.bucketed());
    EXPECT_EQ(group.buckets.size(), 1U);
    EXPECT_EQ(group.buckets[0].members, kBucketMembers);
    const SigningKey& manager = org.anna.device.signing;
    GroupChanged add;
    add.group = id;
    add.added = {{ids[127], 0}};
    EXPECT(org.refused(add, {&manager}) == errors::group_buckets);  // full
    add.added = seats(&group, {ids[127], ids[128]});
    EXPECT_EQ(add.added[0].bucket, 1);
    add.generation = org.group_generation(&group);
    EXPECT(org.refused(add, {&manager}) == errors::group_buckets);  // no keys for the buckets
    const auto bucket_key = [&](std::uint16_t index) {
        return BucketKey{index, org.entropy.id<KemKeyHash>(), org.random_hash()};
    };
    add.generation->buckets = {bucket_key(0), bucket_key(1)};
    org.append_ok(add, {&manager});
    EXPECT(group.bucketed());

    // One theft costs one bucket, and it must be that one.
    const TestUser& victim = people[127];
    const TestDevice phone = org.add_device(victim, victim.device);
    org.append_ok(DeviceRevoked{victim.id, phone.id(), {}, {}}, {&victim.device.signing});
    EXPECT(group.buckets[1].changed && !group.buckets[0].changed);
    GroupChanged rotate;
    rotate.group = id;
    rotate.generation = org.group_generation(&group);
    EXPECT(org.refused(rotate, {&manager}) == errors::group_buckets);
    rotate.generation->buckets = {bucket_key(0)};
    EXPECT(org.refused(rotate, {&manager}) == errors::group_buckets);
    rotate.generation->buckets = {{1, *group.buckets[1].key, {}}};
    EXPECT(org.refused(rotate, {&manager}) == errors::generation_key);
    rotate.generation->buckets = {bucket_key(1)};
    org.append_ok(rotate, {&manager});
    EXPECT(!group.buckets[1].changed);
    // Back to 128 or fewer in bucket 0: sealed directly again.
    GroupChanged shrink;
    shrink.group = id;
    shrink.removed = {ids[127], ids[128]};
    std::sort(shrink.removed.begin(), shrink.removed.end());
    shrink.generation = org.group_generation(&group);
    shrink.generation->without_box.clear();
    org.append_ok(shrink, {&manager});
    EXPECT(!group.bucketed());
    EXPECT(group.buckets[0].changed);
}

TEST(boxes_of_a_generation_are_those_signed) {
    testing::SeededEntropy entropy(5);
    std::vector<HolderBox> boxes;
    for (int i = 0; i < 5; ++i)
        boxes.push_back({holder(entropy.id<DeviceId>()), Bytes(40, static_cast<std::uint8_t>(i))});
    std::sort(boxes.begin(), boxes.end(),
              [](const auto& a, const auto& b) { return a.holder < b.holder; });
    const Hash root = boxes_root(boxes);
    EXPECT_OK(check_boxes(boxes, root));
    MemoryTree tree;
    for (const HolderBox& box : boxes) tree.append(box_leaf(box));
    EXPECT_OK(check_box(boxes[3], 3, 5, *inclusion_proof(tree, 3, 5), root));
    EXPECT_ERROR(check_box(boxes[2], 3, 5, *inclusion_proof(tree, 3, 5), root),
                 errors::box_not_listed);
    std::vector<HolderBox> altered = boxes;
    altered[1].box[0] ^= 1;
    EXPECT_ERROR(check_boxes(altered, root), errors::box_not_listed);
    std::swap(boxes[0], boxes[1]);
    EXPECT_ERROR(check_boxes(boxes, root), errors::box_not_listed);
    EXPECT_EQ(holder(std::uint16_t{0x0102}).hex(),
              std::string("0400000000000000000000000000000102"));
    EXPECT_EQ(box_context(principal(UserId{}), 7, holder(DeviceId{})).size(), 17U + 4 + 17);
}

}  // namespace obhut::directory
