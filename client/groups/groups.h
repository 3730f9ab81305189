// Groups: made, changed and healed. What is decided stands in the directory's rules
// (core/directory/rules_group.cpp); here is who does it when.
//
// Adding takes a box of the newest key for each who joins, so spaces notice nothing; removing
// starts a new key, as does whatever made the present one stale. Any member's device heals a group
// (run_duties), so that it does not wait for its managers.
#pragma once

#include "client/engine_types.h"
#include "client/session.h"

namespace obhut::client {

inline constexpr std::size_t kMaxMembersAtOnce = 1000;  // who come or go in one entry

// create_group makes a group of this user, its manager, and of `members`. Errors: no_key_yet (one
// of them has not joined); those of append_built.
Result<GroupId> create_group(Session& session, std::vector<UserId> members);

// add_to_group takes people in, as managers if so wished; who is in it already may become one.
// Errors: group_not_found, not_group_manager, no_key_yet, group_unchanged.
Result<> add_to_group(Session& session, const GroupId& group, const std::vector<UserId>& users,
                      bool as_managers);
// remove_from_group takes people out and, where this device may, starts the new key at once. An
// administrator who is no manager may do it too: then the members' devices start it. Errors:
// group_not_found, not_group_manager, last_group_manager, group_unchanged.
Result<> remove_from_group(Session& session, const GroupId& group,
                           const std::vector<UserId>& users);
// delete_group ends a group for good. Errors: group_not_found, not_group_manager.
Result<> delete_group(Session& session, const GroupId& group);

// heal_groups starts new keys of this user's groups where they are stale or somebody waits for a
// box, and takes who has joined into group *all* (administrators only). Gives how many entries it
// took. Errors: the first; the other groups are healed all the same.
Result<std::size_t> heal_groups(Session& session);

// group_state says what a person is told of a group.
GroupView group_view(const Session& session, const GroupId& group);

}  // namespace obhut::client
