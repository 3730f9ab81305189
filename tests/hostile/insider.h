// An insider: somebody whose own program signs what the rules do not allow, or what is of no use to
// the others.
#pragma once

#include "client/session.h"
#include "client/spaces/space_parts.h"
#include "core/space/build.h"
#include "tests/support/actions.h"

namespace obhut::test {

// next_entry is the roster entry that follows, with what the insider likes in it.
inline Result<space::BuiltRoster> next_entry(
    Person& insider, const SpaceId& id,
    const std::function<void(space::NewRoster&)>& edit = [](space::NewRoster&) {}) {
    client::Space* space = TRY(insider.engine().space(id));
    TRY(space->refresh());
    client::Space::Parts& parts = space->parts();
    client::Session& session = parts.session;
    TRY(session.directory.catch_up());
    TRY(parts.keys.newest());
    const space::Chain& chain = parts.chain.chain();
    space::NewRoster wanted;
    wanted.owner = chain.trusted().roster->owner;
    wanted.members = chain.recomputed_members(session.directory.view(), session.directory.size());
    edit(wanted);
    std::vector<KemKeyHash> hashes;
    for (const space::Member& member : wanted.members) hashes.push_back(member.key);
    TRY(session.kem_keys.fetch(hashes));
    return space::build_roster(chain, session.author(), std::move(wanted), parts.keys.ring(),
                               session.kem_keys, session.entropy);
}

}  // namespace obhut::test
