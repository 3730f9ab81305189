// Making spaces: genesis, first roster entry and first commit in one request.
#pragma once

#include "client/session.h"
#include "client/spaces/space_info.h"
#include "client/spaces/summary.h"
#include "core/space/records.h"

namespace obhut::client {

// A space that is to be.
struct NewSpaceWish {
    Bytes genesis;
    std::vector<std::pair<PrincipalId, space::Role>> members;
    std::optional<UserId> owner;                   // absent: the organisation
    std::vector<std::pair<Bytes, Bytes>> entries;  // of the first commit: keys and values
    std::string name;                              // for the history; empty where it has none
};

// make_space makes it and keeps chain and key. After a doubt the server is asked whether it is
// there. Errors: no_key_yet (a member without a key), those of Remote.
Result<SpaceId> make_space(Session& session, NewSpaceWish wish);

// make_home makes this user's home; only the device that enrols does it. make_address_book makes
// that of a new organisation; the group *all* must exist. make_group_home makes a group's home, by
// any member; another's that was first is as good.
Result<SpaceId> make_home(Session& session);
Result<SpaceId> make_group_home(Session& session, const GroupId& group);
Result<SpaceId> make_address_book(Session& session, const std::string& organisation);

}  // namespace obhut::client
