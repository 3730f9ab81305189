// Rules of entries about groups: created, changed by managers (or, the key alone, by members),
// removed from by administrators. Members sit in buckets of 128; while all are in bucket 0 the key
// is sealed to each of them.
#include "core/directory/rules.h"

namespace obhut::directory {

namespace {

std::vector<UserId> users_of(const std::vector<GroupMember>& members) {
    std::vector<UserId> users;
    users.reserve(members.size());
    for (const GroupMember& member : members) users.push_back(member.user);
    return users;
}

bool is_active(const State::Data& data, const UserId& user) {
    const auto found = data.users.find(user);
    return found != data.users.end() && found->second.status == UserStatus::active;
}

bool is_active_admin(const State::Data& data, const UserId& user) {
    return data.admins.contains(user) && is_active(data, user);
}

}  // namespace

bool is_manager(const State::Data& data, const GroupRecord& group, const UserId& user) {
    if (group.deleted || !is_active(data, user)) return false;
    if (group.everyone) return is_active_admin(data, user);
    if (group.has_manager(user)) return true;
    const bool managed =
        std::any_of(group.managers.begin(), group.managers.end(),
                    [&](const UserId& manager) { return is_active(data, manager); });
    return !managed && group.has(user);
}

Result<const GroupRecord*> Rules::living_group(const GroupId& id) const {
    const auto found = data_.groups.find(id);
    if (found == data_.groups.end() || found->second.deleted) return fail(errors::group_unknown);
    return &found->second;
}

// plan checks a change of members and computes the buckets that follow from it.
Result<Rules::GroupPlan> Rules::plan(const GroupRecord& group,
                                     const std::vector<GroupMember>& added,
                                     const std::vector<UserId>& removed) const {
    GroupPlan plan{added, removed, group.buckets, group.members.size(), {}};
    if (!strictly_ascending(removed) || !strictly_ascending(users_of(added)))
        return fail(errors::not_canonical);
    for (const UserId& user : removed) {
        const auto bucket = group.bucket_of(user);
        if (!bucket) return fail(errors::group_members);
        --plan.buckets[*bucket].members;
        plan.buckets[*bucket].changed = true;
    }
    for (const GroupMember& member : added) {
        if (group.bucket_of(member.user) || !is_active(data_, member.user))
            return fail(errors::group_members);
        if (member.bucket >= kMaxBuckets) return fail(errors::group_buckets);
        if (member.bucket >= plan.buckets.size())
            plan.buckets.resize(member.bucket + std::size_t{1});
        BucketRecord& bucket = plan.buckets[member.bucket];
        if (bucket.members == kBucketMembers) return fail(errors::group_buckets);
        ++bucket.members;
        bucket.changed = true;
    }
    plan.members = plan.members - removed.size() + added.size();
    return plan;
}

bool Rules::in_plan(const GroupRecord& group, const GroupPlan& plan, const UserId& user) const {
    if (contains_sorted(group.members, user)) return !contains_sorted(plan.removed, user);
    return std::binary_search(
        plan.added.begin(), plan.added.end(), GroupMember{user, 0},
        [](const GroupMember& a, const GroupMember& b) { return a.user < b.user; });
}

// check_buckets demands that the key of every bucket that changed is new, and notes the new ones in
// the plan.
Result<> Rules::check_buckets(GroupPlan& plan, const GroupGeneration& next) const {
    const bool bucketed =
        std::any_of(plan.buckets.begin() + (plan.buckets.empty() ? 0 : 1), plan.buckets.end(),
                    [](const BucketRecord& bucket) { return bucket.members > 0; });
    if (!bucketed) {
        if (!next.buckets.empty()) return fail(errors::group_buckets);
        for (BucketRecord& bucket : plan.buckets) bucket.changed = bucket.key.has_value();
        return {};
    }
    std::optional<std::uint16_t> last;
    for (const BucketKey& fresh : next.buckets) {
        if (last && fresh.index <= *last) return fail(errors::not_canonical);
        last = fresh.index;
        if (fresh.index >= plan.buckets.size()) return fail(errors::group_buckets);
        BucketRecord& bucket = plan.buckets[fresh.index];
        if (bucket.members == 0) return fail(errors::group_buckets);
        VERIFY("SR-36/bucket-key-is-fresh", bucket.key != fresh.key, errors::generation_key);
        bucket.key = fresh.key;
        bucket.boxes = fresh.boxes;
        bucket.since = at_;
        bucket.changed = false;
    }
    const bool all_renewed =
        std::none_of(plan.buckets.begin(), plan.buckets.end(), [](const BucketRecord& bucket) {
            return bucket.members > 0 && (bucket.changed || !bucket.key);
        });
    VERIFY("SR-36/changed-buckets-renewed", all_renewed, errors::group_buckets);
    return {};
}

Result<> Rules::check_group_generation(const GroupRecord& group, GroupPlan& plan,
                                       const GroupGeneration& next) const {
    VERIFY("SR-36/group-generation-follows", next.number == group.generations.size() + 1,
           errors::generation_number);
    const bool had = std::any_of(group.generations.begin(), group.generations.end(),
                                 [&](const Generation& old) { return old.key == next.key; });
    VERIFY("SR-36/group-generation-is-fresh", !had, errors::generation_key);
    if (group.generations.empty() != next.link.is_zero()) return fail(errors::generation_number);
    if (!strictly_ascending(next.without_box)) return fail(errors::not_canonical);
    for (const UserId& user : next.without_box)
        if (!in_plan(group, plan, user)) return fail(errors::generation_boxes);
    bool sealed_to_stale = false;
    for (const UserId& user : group.stale)
        if (in_plan(group, plan, user) && !contains_sorted(next.without_box, user))
            sealed_to_stale = true;
    for (const GroupMember& member : plan.added)
        if (user_is_stale(member.user) && !contains_sorted(next.without_box, member.user))
            sealed_to_stale = true;
    VERIFY("SR-36/nothing-sealed-to-stale-key", !sealed_to_stale, errors::generation_stale);
    return check_buckets(plan, next);
}

Result<> Rules::rule(const GroupCreated& body) {
    if (signers_[0].device == nullptr) return fail(errors::signer_not_manager);
    if (data_.groups.contains(body.group)) return fail(errors::group_exists);
    GroupRecord group;
    group.id = body.group;
    group.everyone = body.everyone;
    GroupPlan made = TRY(plan(group, body.members, {}));
    if (made.members == 0) return fail(errors::group_members);
    if (!strictly_ascending(body.managers)) return fail(errors::not_canonical);
    for (const UserId& manager : body.managers)
        if (!in_plan(group, made, manager)) return fail(errors::group_managers);
    if (body.everyone) {
        VERIFY("SR-17/everyone-made-by-admin",
               !data_.whole.everyone && is_active_admin(data_, signer().user),
               errors::group_everyone);
        if (!body.managers.empty()) return fail(errors::group_managers);
    } else {
        VERIFY("SR-17/group-made-by-its-manager", contains_sorted(body.managers, signer().user),
               errors::signer_not_manager);
    }
    TRY(check_group_generation(group, made, body.generation));

    GroupRecord& record = data_.edit_group(body.group);
    record.id = body.group;
    record.everyone = body.everyone;
    record.managers = body.managers;
    if (body.everyone) data_.whole.everyone = body.group;
    change_members(record, made, true);
    start_group_generation(record, body.generation);
    return {};
}

// Managers change everything. Members only start a generation; they may drop those who are
// disabled.
Result<> Rules::check_group_authority(const GroupRecord& group, const GroupChanged& body) const {
    if (signers_[0].device == nullptr) return fail(errors::signer_not_manager);
    const UserId& user = signer().user;
    if (is_manager(data_, group, user)) return {};
    VERIFY("SR-17/group-changed-by-manager-or-member", group.has(user), errors::signer_not_manager);
    const bool disabled_only =
        std::all_of(body.removed.begin(), body.removed.end(), [&](const UserId& removed) {
            const auto found = data_.users.find(removed);
            return found != data_.users.end() && found->second.status == UserStatus::disabled;
        });
    const bool key_only = body.generation && body.added.empty() && body.managers_added.empty() &&
                          body.managers_removed.empty() && !body.deleted && disabled_only;
    VERIFY("SR-17/member-renews-key-only", key_only, errors::group_member_change);
    return {};
}

Result<> Rules::check_managers(const GroupRecord& group, const GroupPlan& plan,
                               const GroupChanged& body) const {
    if (!strictly_ascending(body.managers_added) || !strictly_ascending(body.managers_removed))
        return fail(errors::not_canonical);
    if (group.everyone)
        return body.managers_added.empty() && body.managers_removed.empty()
                   ? Result<>{}
                   : fail(errors::group_managers);
    for (const UserId& user : body.managers_added)
        if (!in_plan(group, plan, user) || contains_sorted(group.managers, user))
            return fail(errors::group_managers);
    for (const UserId& user : body.managers_removed)
        if (!contains_sorted(group.managers, user)) return fail(errors::group_managers);
    // A manager who leaves names another before; who was disabled or dropped did not leave.
    const auto stays = [&](const UserId& user) {
        return !contains_sorted(body.managers_removed, user) &&
               !contains_sorted(plan.removed, user);
    };
    const bool some = !body.managers_added.empty() ||
                      std::any_of(group.managers.begin(), group.managers.end(), stays);
    const bool took =
        !body.managers_removed.empty() ||
        std::any_of(plan.removed.begin(), plan.removed.end(), [&](const UserId& user) {
            return contains_sorted(group.managers, user) && is_active(data_, user);
        });
    return some || !took || body.deleted ? Result<>{} : fail(errors::group_managers);
}

Result<> Rules::rule(const GroupChanged& body) {
    const GroupRecord& before = *TRY(living_group(body.group));
    TRY(check_group_authority(before, body));
    GroupPlan change = TRY(plan(before, body.added, body.removed));
    change.heads = body.heads;
    TRY(check_managers(before, change, body));
    if (body.deleted && before.everyone) return fail(errors::group_everyone);
    if (body.generation) TRY(check_group_generation(before, change, *body.generation));

    GroupRecord& group = data_.edit_group(body.group);
    for (const UserId& user : body.managers_added) insert_sorted(group.managers, user);
    for (const UserId& user : body.managers_removed) erase_sorted(group.managers, user);
    // What is sealed to the old key must move on, also if this very entry brings the new one.
    if (!body.removed.empty() || body.deleted) mark_stale(group.generations, true);
    change_members(group, change, body.added_boxes.has_value());
    if (body.generation) start_group_generation(group, *body.generation);
    if (!body.removed.empty() || body.deleted) record_heads(body.heads);
    if (body.deleted) {
        group.deleted = true;
        group.deleted_at = at_;
        for (const UserId& user : group.members)
            erase_sorted(data_.edit_user(user).groups, body.group);
    }
    return {};
}

Result<> Rules::rule(const RemovedFromGroup& body) {
    TRY(by_admin());
    const GroupRecord& before = *TRY(living_group(body.group));
    if (body.users.empty()) return fail(errors::group_members);
    GroupPlan change = TRY(plan(before, {}, body.users));
    change.heads = body.heads;
    GroupRecord& group = data_.edit_group(body.group);
    mark_stale(group.generations, true);
    change_members(group, change, false);
    record_heads(body.heads);
    return {};
}

void Rules::change_members(GroupRecord& group, const GroupPlan& plan, bool boxed) {
    const auto seat_of = [&](const UserId& user) {
        return std::lower_bound(group.members.begin(), group.members.end(), user) -
               group.members.begin();
    };
    for (const UserId& user : plan.removed) {
        const auto at = seat_of(user);
        group.past.push_back(
            {user, group.seats[static_cast<std::size_t>(at)].since, at_, plan.heads});
        group.members.erase(group.members.begin() + at);
        group.seats.erase(group.seats.begin() + at);
        erase_sorted(group.managers, user);
        erase_sorted(group.without_box, user);
        erase_sorted(group.stale, user);
        erase_sorted(data_.edit_user(user).groups, group.id);
    }
    for (const GroupMember& member : plan.added) {
        const auto at = seat_of(member.user);
        group.members.insert(group.members.begin() + at, member.user);
        group.seats.insert(group.seats.begin() + at, {at_, member.bucket});
        const bool stale = user_is_stale(member.user);
        if (stale) insert_sorted(group.stale, member.user);
        if (stale || !boxed) insert_sorted(group.without_box, member.user);
        insert_sorted(data_.edit_user(member.user).groups, group.id);
    }
    group.buckets = plan.buckets;
}

void Rules::start_group_generation(GroupRecord& group, const GroupGeneration& next) {
    Generation generation;
    generation.number = next.number;
    generation.key = next.key;
    generation.since = at_;
    generation.link = next.link;
    generation.boxes = next.boxes;
    group.generations.push_back(generation);
    group.without_box = next.without_box;
}

}  // namespace obhut::directory
