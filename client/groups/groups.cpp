#include "client/groups/groups.h"

#include <algorithm>

#include "client/directory/changes.h"
#include "client/directory/people.h"
#include "client/groups/group_key.h"
#include "core/crypto/hash.h"

namespace obhut::client {
namespace {

using directory::GroupRecord;

// Members of buckets that changed since they were sealed: so many boxes the next generation costs.
// When it would be more than this, the change brings the generation along.
constexpr std::size_t kMaxUnsealed = 1500;
constexpr Millis kUndoDisable = 30 * kDay;
constexpr Millis kHealWithin = 10 * 60 * 1000;  // in a large group, by members who do not manage it

const GroupRecord* living(const Session& session, const GroupId& id) {
    const GroupRecord* group = session.directory.state().group(id);
    return group == nullptr || group->deleted ? nullptr : group;
}

Result<const GroupRecord*> managed(const Session& session, const GroupId& id) {
    const GroupRecord* group = living(session, id);
    if (group == nullptr) return fail(errors::group_not_found);
    if (!session.directory.state().is_manager(*group, session.user()))
        return fail(errors::not_group_manager);
    return group;
}

void sort_unique(std::vector<UserId>& users) {
    std::sort(users.begin(), users.end());
    users.erase(std::unique(users.begin(), users.end()), users.end());
}

void take_entries(directory::Draft& draft, api::Append& request) {
    for (Bytes& entry : draft.take()) request.entries.emplace_back(std::move(entry));
}

std::size_t unsealed_members(const GroupRecord& group) {
    std::size_t members = 0;
    for (const directory::BucketRecord& bucket : group.buckets)
        if (bucket.changed) members += bucket.members;
    return members;
}

// A change being drafted, with what goes along.
struct Drafted {
    directory::GroupChanged entry;
    api::Append request;
    std::optional<KemSecretKey> secret;  // of the generation that it starts
};

Result<> add_generation(Session& session, const GroupRecord& group, const GroupMove& move,
                        Drafted& drafted) {
    GroupKey made = TRY(make_group_key(session, group.id, &group, move));
    drafted.entry.generation = std::move(made.entry);
    for (const KemPublicKey& key : made.keys) drafted.request.keys.push_back(key);
    drafted.request.generations.push_back(std::move(made.material));
    drafted.secret = std::move(made.secret);
    return {};
}

// add_boxes seals the newest key to those who join; false if somebody's key cannot be had, and a
// generation must name him.
Result<bool> add_boxes(Session& session, const GroupRecord& group, const GroupMove& move,
                       Drafted& drafted) {
    const PrincipalId id = principal(group.id);
    const std::uint32_t number = group.generations.back().number;
    std::vector<KemKeyHash> hashes;
    for (const directory::GroupMember& member : move.added) {
        const KemKeyHash* hash = fresh_key(session.directory.state(), member.user);
        if (hash == nullptr) return false;
        hashes.push_back(*hash);
    }
    const KemSecretKey* secret = TRY(session.rings.secret(id, number));
    TRY(session.kem_keys.fetch(hashes));
    api::GenerationMaterial material;
    material.principal = id;
    material.number = number;
    std::vector<directory::HolderBox> boxes;
    for (std::size_t i = 0; i < move.added.size(); ++i) {
        const auto key = session.kem_keys.find(hashes[i]);
        if (!key) return false;
        const directory::HolderId holder = directory::holder(move.added[i].user);
        Bytes box = TRY(
            seal_to_holder(session.org(), id, number, *secret, {holder, *key}, session.entropy));
        material.boxes.push_back({api::RecipientId::from(holder.view()), box});
        boxes.push_back({holder, std::move(box)});
    }
    drafted.entry.added_boxes = directory::boxes_root(boxes);
    drafted.request.generations.push_back(std::move(material));
    return true;
}

// seal gives those who join their way to the key: a box of the newest one, or a new one for all
// where that is due anyway.
Result<> seal(Session& session, const GroupRecord& group, const GroupMove& move, Drafted& drafted) {
    const bool small = unsealed_members(group) + move.added.size() <= kMaxUnsealed;
    const bool fresh = !group.generations.back().stale();
    if (move.removed.empty() && fresh && small) {
        if (move.added.empty()) return {};
        if (TRY(add_boxes(session, group, move, drafted))) return {};
    }
    return add_generation(session, group, move, drafted);
}

// Change drafts one change on the newest state; no entry if there is nothing to do any more.
using DraftChange = std::function<Result<std::optional<Drafted>>()>;

Result<bool> append_change(Session& session, const DraftChange& draft_change) {
    std::optional<Drafted> drafted;
    TRY(append_built(session, [&]() -> Result<api::Append> {
        drafted = TRY(draft_change());
        if (!drafted) return api::Append();
        if (drafted->secret)
            TRY(deposit_buckets(session, drafted->entry.group, *drafted->entry.generation,
                                drafted->request.generations.front()));
        directory::Draft draft = session.draft();
        draft.add(drafted->entry, {&session.secrets().signing});
        take_entries(draft, drafted->request);
        return drafted->request;
    }));
    if (!drafted) return false;
    if (drafted->secret) TRY(session.rings.keep(*drafted->secret));
    return true;
}

// members_to_add gives those of `users` who are not in the group. Errors: no_key_yet.
Result<std::vector<UserId>> not_yet_in(const directory::State& state, const GroupRecord& group,
                                       const std::vector<UserId>& users) {
    std::vector<UserId> joining;
    for (const UserId& user : users) {
        if (group.has(user)) continue;
        const directory::UserRecord* record = state.user(user);
        if (record == nullptr || record->status != UserStatus::active)
            return fail(errors::no_key_yet);
        joining.push_back(user);
    }
    return joining;
}

Result<> add_some(Session& session, const GroupId& id, const std::vector<UserId>& users,
                  bool as_managers, bool& changed) {
    changed |= TRY(append_change(session, [&]() -> Result<std::optional<Drafted>> {
        const GroupRecord group = *TRY(managed(session, id));
        GroupMove move;
        move.added =
            directory::seats(&group, TRY(not_yet_in(session.directory.state(), group, users)));
        Drafted drafted;
        drafted.entry.group = id;
        for (const UserId& user : users)
            if (as_managers && !group.has_manager(user))
                drafted.entry.managers_added.push_back(user);
        if (move.added.empty() && drafted.entry.managers_added.empty())
            return std::optional<Drafted>();
        drafted.entry.added = move.added;
        TRY(seal(session, group, move, drafted));
        return std::optional(std::move(drafted));
    }));
    return {};
}

std::vector<UserId> disabled_for_good(const Session& session, const GroupRecord& group) {
    const directory::State& state = session.directory.state();
    std::vector<UserId> gone;
    for (const UserId& user : group.without_box) {
        const directory::UserRecord* record = state.user(user);
        if (record != nullptr && record->status == UserStatus::disabled &&
            session.directory.state().last_time() > record->disabled_time + kUndoDisable)
            gone.push_back(user);
    }
    return gone;
}

// Many thousand devices hear of a large group's duty at once; its managers' answer first, the
// others' one after the other.
bool is_our_turn(Session& session, const GroupRecord& group) {
    const directory::Generation& newest = group.generations.back();
    if (group.members.size() <= directory::kBucketMembers || !newest.stale()) return true;
    if (session.directory.state().is_manager(group, session.user())) return true;
    Bytes seed = to_bytes(session.device().view());
    append(seed, newest.key.view());
    const Millis wait = read_be32(sha256(seed).view()) % kHealWithin;
    return session.remote.now() >= newest.stale_time + wait;
}

Result<bool> heal(Session& session, const GroupId& id) {
    return append_change(session, [&]() -> Result<std::optional<Drafted>> {
        const GroupRecord* found = living(session, id);
        if (found == nullptr || !found->has(session.user())) return std::optional<Drafted>();
        const GroupRecord group = *found;
        if (!group.generations.back().stale()) {
            // What the server withholds makes no duty.
            std::vector<KemKeyHash> hashes;
            for (const UserId& user : waits_for_box(session.directory.state(), group))
                hashes.push_back(*fresh_key(session.directory.state(), user));
            TRY(session.kem_keys.fetch(hashes));
            const bool any = std::any_of(hashes.begin(), hashes.end(), [&](const KemKeyHash& key) {
                return session.kem_keys.find(key).has_value();
            });
            if (!any) return std::optional<Drafted>();
        }
        GroupMove move;
        move.removed = disabled_for_good(session, group);
        Drafted drafted;
        drafted.entry.group = id;
        drafted.entry.removed = move.removed;
        TRY(add_generation(session, group, move, drafted));
        return std::optional(std::move(drafted));
    });
}

bool heals_here(Session& session, const GroupRecord& group) {
    if (group.deleted || group.generations.empty()) return false;
    const directory::State& state = session.directory.state();
    const bool due = group.generations.back().stale() || !waits_for_box(state, group).empty();
    // Whose own key is stale or who waits for a box himself cannot.
    const auto& without = group.without_box;
    return due && !std::binary_search(without.begin(), without.end(), session.user()) &&
           is_our_turn(session, group);
}

// Who is active and not in group *all* yet.
std::vector<UserId> newcomers(const Session& session, const GroupRecord& everyone) {
    std::vector<UserId> users;
    for (const auto& [id, user] : session.directory.state().users()) {
        if (users.size() == kMaxMembersAtOnce) break;
        if (!everyone.has(id) && fresh_key(session.directory.state(), id) != nullptr)
            users.push_back(id);
    }
    return users;
}

Result<std::size_t> take_in_newcomers(Session& session) {
    const auto everyone = session.directory.state().everyone();
    if (!everyone || !session.is_administrator()) return std::size_t{0};
    std::size_t done = 0;
    for (;;) {
        const GroupRecord* group = living(session, *everyone);
        if (group == nullptr) return done;
        const std::vector<UserId> users = newcomers(session, *group);
        bool changed = false;
        if (!users.empty()) TRY(add_some(session, *everyone, users, false, changed));
        if (!changed) return done;
        ++done;
    }
}

}  // namespace

Result<GroupId> create_group(Session& session, std::vector<UserId> members) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    members.push_back(session.user());
    sort_unique(members);
    const GroupId id = session.entropy.id<GroupId>();
    // The first entry has this user alone; who else belongs to it is added, as to any group.
    std::optional<KemSecretKey> secret;
    TRY(append_built(session, [&]() -> Result<api::Append> {
        TRY(not_yet_in(session.directory.state(), GroupRecord(), members));
        GroupMove move;
        move.added = directory::seats(nullptr, {session.user()});
        GroupKey made = TRY(make_group_key(session, id, nullptr, move));
        directory::Draft draft = session.draft();
        draft.add(directory::GroupCreated{id, false, move.added, {session.user()}, made.entry},
                  {&session.secrets().signing});
        api::Append request;
        request.keys = std::move(made.keys);
        request.generations.push_back(std::move(made.material));
        take_entries(draft, request);
        secret = std::move(made.secret);
        return request;
    }));
    TRY(session.rings.keep(*secret));
    std::erase(members, session.user());
    if (!members.empty()) TRY(add_to_group(session, id, members, false));
    return id;
}

Result<> add_to_group(Session& session, const GroupId& group, const std::vector<UserId>& users,
                      bool as_managers) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    std::vector<UserId> all = users;
    sort_unique(all);
    bool changed = false;
    for (std::size_t from = 0; from < all.size(); from += kMaxMembersAtOnce) {
        const std::size_t upto = std::min(from + kMaxMembersAtOnce, all.size());
        const auto at = all.begin();
        TRY(add_some(
            session, group,
            {at + static_cast<std::ptrdiff_t>(from), at + static_cast<std::ptrdiff_t>(upto)},
            as_managers, changed));
    }
    if (!changed) return fail(errors::group_unchanged);
    return {};
}

Result<> remove_from_group(Session& session, const GroupId& id, const std::vector<UserId>& users) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    std::vector<UserId> all = users;
    sort_unique(all);
    if (all.size() > kMaxMembersAtOnce) return fail(errors::change_too_large);
    const GroupRecord* known = living(session, id);
    if (known == nullptr) return fail(errors::group_not_found);
    std::erase_if(all, [&](const UserId& user) { return !known->has(user); });
    if (all.empty()) return fail(errors::group_unchanged);
    if (!session.directory.state().is_manager(*known, session.user())) {
        if (!session.is_administrator()) return fail(errors::not_group_manager);
        const Hash heads = TRY(concerned_heads(session, {principal(id)}));
        TRY(append_entry(session, directory::RemovedFromGroup{id, all, heads}));
        return {};
    }
    const Hash heads = TRY(concerned_heads(session, {principal(id)}));
    const bool leaves = std::binary_search(all.begin(), all.end(), session.user());
    TRY(append_change(session, [&]() -> Result<std::optional<Drafted>> {
        const GroupRecord group = *TRY(managed(session, id));
        const bool managers_left =
            group.everyone ||
            std::any_of(group.managers.begin(), group.managers.end(), [&](const UserId& user) {
                return !std::binary_search(all.begin(), all.end(), user);
            });
        if (!managers_left && !group.managers.empty()) return fail(errors::last_group_manager);
        Drafted drafted;
        drafted.entry.group = id;
        GroupMove move;
        for (const UserId& user : all)
            if (group.has(user)) move.removed.push_back(user);
        if (move.removed.empty()) return std::optional<Drafted>();
        drafted.entry.removed = move.removed;
        drafted.entry.heads = heads;
        // Who leaves must not know the next key: the others start it.
        const auto& without = group.without_box;
        const bool has_key = !std::binary_search(without.begin(), without.end(), session.user());
        if (!leaves && group.has(session.user()) && has_key)
            TRY(add_generation(session, group, move, drafted));
        return std::optional(std::move(drafted));
    }));
    return {};
}

Result<> delete_group(Session& session, const GroupId& id) {
    TRY(session.ready());
    TRY(session.directory.catch_up());
    TRY(managed(session, id));
    directory::GroupChanged entry;
    entry.group = id;
    entry.deleted = true;
    entry.heads = TRY(concerned_heads(session, {principal(id)}));
    return append_entry(session, entry);
}

Result<std::size_t> heal_groups(Session& session) {
    std::size_t done = TRY(take_in_newcomers(session));
    const directory::UserRecord* self = TRY(session.self());
    const std::vector<GroupId> groups = self->groups;
    std::optional<Error> trouble;
    for (const GroupId& id : groups) {
        const GroupRecord* group = living(session, id);
        if (group == nullptr || !heals_here(session, *group)) continue;
        const auto healed = heal(session, id);
        if (healed && *healed) ++done;
        if (!healed && !trouble) trouble = healed.error();
    }
    if (trouble) return std::unexpected(*trouble);
    return done;
}

GroupView group_view(const Session& session, const GroupId& id) {
    const directory::State& state = session.directory.state();
    GroupView view;
    view.id = id;
    const GroupRecord* group = state.group(id);
    if (group == nullptr) return view;
    view.everyone = group->everyone;
    view.deleted = group->deleted;
    view.members = group->members.size();
    view.member = group->has(session.user());
    view.manager = state.is_manager(*group, session.user());
    view.stale = !group->generations.empty() && group->generations.back().stale();
    view.without_box = group->without_box.size();
    return view;
}

}  // namespace obhut::client
