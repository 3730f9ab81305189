// The engine's groups.
#include <algorithm>

#include "client/engine_parts.h"
#include "client/groups/groups.h"

namespace obhut::client {

Result<GroupId> Engine::create_group(const std::string& name, const std::vector<UserId>& members) {
    TRY(check_name(name));
    for (const GroupView& group : TRY(groups()))
        if (group.name == name) return fail(errors::group_ambiguous);
    const GroupId id = TRY(client::create_group(parts_->session, members));
    TRY(parts_->shelf.set_group_name(id, name));
    return id;
}

Result<std::vector<GroupView>> Engine::groups() {
    TRY(catch_up());
    const auto names = parts_->shelf.group_names();
    std::vector<GroupView> groups;
    for (const auto& [id, record] : parts_->session.directory.state().groups()) {
        if (record.deleted) continue;
        GroupView view = group_view(parts_->session, id);
        if (const auto name = names.find(id); name != names.end()) view.name = name->second;
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
    return parts_->shelf.set_group_name(group, name);
}

}  // namespace obhut::client
