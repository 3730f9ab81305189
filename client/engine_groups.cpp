// The engine's groups.
#include <algorithm>

#include "client/engine_parts.h"
#include "client/groups/groups.h"
#include "client/names/names.h"
#include "client/spaces/maker.h"

namespace obhut::client {
namespace {

Result<Space*> readable_home(Shelf& shelf, const GroupId& group) {
    Space* space = TRY(shelf.group_home(group));
    TRY(space->refresh());
    TRY(space->snapshot());
    return space;
}

}  // namespace

Result<GroupId> Engine::create_group(const std::string& name, const std::vector<UserId>& members) {
    TRY(check_name(name));
    for (const GroupView& group : TRY(groups()))
        if (group.name == name) return fail(errors::group_ambiguous);
    TRY(check_group_name(parts_->session, parts_->shelf, name));
    const GroupId id = TRY(client::create_group(parts_->session, members));
    TRY(give_name(parts_->session, parts_->shelf, principal(id), name));
    TRY(make_group_home(parts_->session, id));
    return id;
}

Result<std::vector<GroupView>> Engine::groups() {
    TRY(catch_up());
    const auto names = parts_->shelf.group_names();
    const auto wished =
        wished_names(parts_->session, parts_->shelf).value_or(std::vector<Wished>());
    std::vector<GroupView> groups;
    for (const auto& [id, record] : parts_->session.directory.state().groups()) {
        if (record.deleted) continue;
        GroupView view = group_view(parts_->session, id);
        if (const auto name = names.find(id); name != names.end()) view.name = name->second;
        for (const Wished& wish : wished)
            if (wish.about == principal(id) && wish.sent) view.wished = wish.name;
        groups.push_back(std::move(view));
    }
    std::sort(groups.begin(), groups.end(), [](const GroupView& a, const GroupView& b) {
        return std::tie(a.name, a.id) < std::tie(b.name, b.id);
    });
    return groups;
}

Result<GroupView> Engine::find_group(std::string_view name) {
    std::vector<GroupView> found;
    for (GroupView& group : TRY(groups())) {
        if (group.id.hex() == name) return std::move(group);
        const bool all = group.everyone && group.name.empty() && (name == "all" || name == "alle");
        if (all || (!group.name.empty() && group.name == name)) found.push_back(std::move(group));
    }
    if (found.empty()) return fail(errors::group_not_found);
    if (found.size() > 1) return fail(errors::group_ambiguous);
    return std::move(found.front());
}

Result<std::vector<GroupMemberView>> Engine::group_members(const GroupId& group) {
    TRY(catch_up());
    Session& session = parts_->session;
    const Labels labels = TRY(parts_->labels());
    const directory::State& state = session.directory.state();
    const directory::GroupRecord* record = state.group(group);
    if (record == nullptr || record->deleted) return fail(errors::group_not_found);
    std::vector<GroupMemberView> members;
    for (const UserId& user : record->members) {
        GroupMemberView view;
        view.user = user;
        view.label = user.hex();
        if (const auto person = labels.find(user); person != labels.end()) {
            view.label = person->second.label();
            view.email = person->second.email;
            view.active = person->second.status == UserStatus::active;
        }
        view.manager = record->everyone ? state.is_admin(user) : record->has_manager(user);
        view.boxed =
            !std::binary_search(record->without_box.begin(), record->without_box.end(), user);
        view.self = user == session.user();
        members.push_back(std::move(view));
    }
    return members;
}

Result<> Engine::add_to_group(const GroupId& group, const std::vector<UserId>& users,
                              bool as_managers) {
    return client::add_to_group(parts_->session, group, users, as_managers);
}

Result<> Engine::remove_from_group(const GroupId& group, const std::vector<UserId>& users) {
    return client::remove_from_group(parts_->session, group, users);
}

Result<> Engine::delete_group(const GroupId& group) {
    return client::delete_group(parts_->session, group);
}

Result<> Engine::rename_group(const GroupId& group, const std::string& name) {
    TRY(catch_up());
    const directory::GroupRecord* record = parts_->session.directory.state().group(group);
    if (record == nullptr || record->deleted) return fail(errors::group_not_found);
    return give_name(parts_->session, parts_->shelf, principal(group), name);
}

Result<Space*> Engine::group_home(const GroupId& group) {
    TRY(catch_up());
    const directory::GroupRecord* record = parts_->session.directory.state().group(group);
    if (record == nullptr || record->deleted || !record->has(parts_->session.user()))
        return fail(errors::group_not_found);
    if (record->everyone) return fail(errors::no_group_inbox);
    return parts_->shelf.group_home(group);
}

Result<std::vector<Mailbox>> Engine::mailboxes() {
    std::vector<Mailbox> mailboxes{{TRY(home()), std::nullopt, {}}};
    for (const GroupView& group : TRY(groups())) {
        if (!group.member || group.everyone) continue;
        const auto opened = readable_home(parts_->shelf, group.id);
        // Nobody has made it yet, or this user waits for a box: the other members can look.
        const bool waits = !opened && (opened.error().is(errors::space_not_found) ||
                                       opened.error().is(errors::space_not_readable));
        if (opened)
            mailboxes.push_back({*opened, group, {}});
        else if (!waits)
            mailboxes.push_back({nullptr, group, opened.error()});
    }
    return mailboxes;
}

}  // namespace obhut::client
