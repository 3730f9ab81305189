// History: who did what in a space, and whether all of it verifies.
#pragma once

#include <map>

#include "client/engine_types.h"
#include "client/spaces/space_parts.h"

namespace obhut::client {

// Labels give names of people and groups for lists; whoever is not in it is shown by id.
struct Labels : std::map<UserId, Person> {
    std::map<GroupId, std::string> groups;
};

std::vector<MemberView> members_of(const Session& session, const space::Chain& chain,
                                   const Labels& labels);

// log_of: see Engine::log.
Result<std::vector<LogLine>> log_of(Space::Parts& space, const Labels& labels, std::uint64_t before,
                                    std::size_t limit);

// verify_space: see Engine::verify.
Result<VerifyReport> verify_space(Space& space, ContentChecker* content, Progress* progress);

}  // namespace obhut::client
