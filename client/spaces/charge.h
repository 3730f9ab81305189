// Charge: who answers for a space. Its owner, whose quota it counts for; and, where only readers
// are left, one of them whom an administrator makes its manager (docs/protocol/space.md §2).
#pragma once

#include <string>

#include "client/spaces/space.h"

namespace obhut::client {

class Engine;

// owner_of is the owner as the newest roster entry has it; none: the organisation.
std::optional<UserId> owner_of(Space& space);
// set_owner makes a new roster entry that names another. Errors: not_manager, owner_unchanged,
// owner_refused (only oneself, unless one is an administrator).
Result<> set_owner(Space& space, const std::optional<UserId>& owner);
// limit_of is how many bytes a space may take, as its managers have set it; none: they have not.
std::optional<std::uint64_t> limit_of(Space& space);
// set_limit makes a new roster entry that says so, for the server and everybody to see. Errors:
// not_manager.
Result<> set_limit(Space& space, const std::optional<std::uint64_t>& bytes);
// usage_of is the number of bytes that the server counts for a space, versions and trash included.
Result<std::uint64_t> usage_of(Space& space);

// Raising names a reader and the roster entry that lists him. Its text is what a reader gives an
// administrator, who need not be in the space: it is no secret, and void with the next entry.
struct Raising {
    SpaceId space;
    UserId user;
    Hash roster;

    std::string text() const;
    // parse takes what text() gave. Errors: raising_malformed.
    static Result<Raising> parse(std::string_view text);
};
inline constexpr std::string_view kRaisingPrefix = "raise:";

// raising_of is for a reader of this space, which has nobody left who may write. Errors:
// somebody_may_write, member_unchanged (no reader of this space).
Result<Raising> raising_of(Space& space, const UserId& user);
// raise_reader logs it, shown to all; the reader's device makes him manager by the next roster
// entry. Nobody gets a key by it. Errors: not_administrator, person_unknown.
Result<> raise_reader(Engine& engine, const Raising& raising);

}  // namespace obhut::client
