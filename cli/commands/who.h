// Who a command is about: people, groups, or either ("group:NAME").
#pragma once

#include "cli/commands/common.h"

namespace obhut::cli {

inline constexpr Text kGroupWord{"GROUP", "GRUPPE"};
inline constexpr Text kMemberWord{"PERSON|group:NAME", "PERSON|group:NAME"};

// Named is a person or a group as it was named.
struct Named {
    PrincipalId principal;
    std::string label;
    std::string email;  // empty for a group

    bool is_group() const { return kind_of(principal) == PrincipalKind::group; }
    // into adds `user` and `email`, or `group` and `name`.
    void into(JsonObject& object) const;
};

// member_argument reads a person, or "group:NAME". Failures: person_unknown, group_not_found, ….
Outcome<Named> member_argument(client::Engine& engine, const std::string& text);
// people_arguments reads the arguments from an index on as people.
Outcome<std::vector<client::Person>> people_arguments(client::Engine& engine,
                                                      const Arguments& arguments, std::size_t from);
std::vector<UserId> ids_of(const std::vector<client::Person>& people);
// group_object is a group as JSON: id, name, members, member, manager, everyone, stale.
JsonObject group_object(const client::GroupView& group);
// group_label is what a person reads; *all* is called so.
std::string group_label(const client::GroupView& group, Language language);

}  // namespace obhut::cli
