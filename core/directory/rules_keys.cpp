// Rules about generations of keys: which may follow which, and when one is stale.
//
// A user's generation is stale from the entry that disables him, revokes one of his devices or
// replaces his kit; a group's from the entry that removes, disables or makes stale a member that
// has a box of it. The rotation that answers makes nothing stale.
#include "core/directory/rules.h"

namespace obhut::directory {

Result<> Rules::check_generation(const UserRecord* user, const UserGeneration& generation) const {
    static const std::vector<Generation> kNone;
    const std::vector<Generation>& before = user == nullptr ? kNone : user->generations;
    VERIFY("SR-36/user-generation-follows", generation.number == before.size() + 1,
           errors::generation_number);
    const bool had = std::any_of(before.begin(), before.end(),
                                 [&](const Generation& old) { return old.key == generation.key; });
    VERIFY("SR-36/user-generation-is-fresh", !had, errors::generation_key);
    if (before.empty() != generation.link.is_zero()) return fail(errors::generation_number);
    return {};
}

Result<> Rules::check_boxes(const std::vector<DeviceId>& active,
                            const UserGeneration& generation) const {
    if (!strictly_ascending(generation.without_box)) return fail(errors::not_canonical);
    for (const DeviceId& id : generation.without_box)
        if (!contains_sorted(active, id)) return fail(errors::generation_boxes);
    return {};
}

Result<> Rules::rule(const UserKeyRotated& body) {
    TRY(by_own(body.user));
    const UserRecord& user = *TRY(user_in(body.user, UserStatus::active));
    TRY(check_generation(&user, body.generation));
    TRY(check_boxes(active_devices(user), body.generation));
    start_generation(body.user, body.generation);
    return {};
}

void Rules::start_generation(const UserId& id, const UserGeneration& generation) {
    UserRecord& user = data_.edit_user(id);
    Generation next;
    next.number = generation.number;
    next.key = generation.key;
    next.since = at_;
    next.link = generation.link;
    next.boxes = generation.boxes;
    user.generations.push_back(next);
    user.without_box = generation.without_box;
    for (const GroupId& group : user.groups) {
        // Without journal or change there is nothing to save, so look before editing: groups may be
        // large.
        if (contains_sorted(data_.groups.at(group).stale, id))
            erase_sorted(data_.edit_group(group).stale, id);
    }
}

bool Rules::user_is_stale(const UserId& user) const {
    const auto found = data_.users.find(user);
    return found == data_.users.end() || found->second.generations.empty() ||
           found->second.generations.back().stale();
}

// mark_stale marks all generations that are not marked yet: who holds one holds those before it.
void Rules::mark_stale(std::vector<Generation>& generations, bool at_once) {
    for (auto it = generations.rbegin(); it != generations.rend(); ++it) {
        // Marks are made on all older ones at a time, so what is before a marked one is marked.
        if (it->stale_since && (it->stale_at_once || !at_once)) return;
        if (!it->stale_since) {
            it->stale_since = at_;
            it->stale_time = entry_.time;
        }
        if (at_once && !it->stale_at_once) {
            it->stale_at_once = true;
            it->stale_at_once_since = at_;
        }
    }
}

void Rules::make_user_stale(const UserId& id, bool at_once) {
    UserRecord& user = data_.edit_user(id);
    mark_stale(user.generations, at_once);
    for (const GroupId& group_id : user.groups) {
        GroupRecord& group = data_.edit_group(group_id);
        // A generation that was made without him because he was stale already is not concerned.
        const bool answered =
            contains_sorted(group.stale, id) && contains_sorted(group.without_box, id);
        insert_sorted(group.stale, id);
        if (answered) continue;
        mark_stale(group.generations, at_once);
        if (const auto bucket = group.bucket_of(id)) group.buckets[*bucket].changed = true;
    }
}

}  // namespace obhut::directory
