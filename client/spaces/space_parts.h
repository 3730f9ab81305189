// The parts of a Space: private to client/spaces.
#pragma once

#include "client/journal/chunks.h"
#include "client/journal/journal.h"
#include "client/objects/node_cache.h"
#include "client/session.h"
#include "client/spaces/chain_sync.h"
#include "client/spaces/space.h"
#include "client/spaces/space_keys.h"

namespace obhut::client {

struct Space::Parts {
    Parts(Session& session, const SpaceId& space);

    Session& session;
    SpaceId id;
    ChainSync chain;
    SpaceKeys keys;
    ObjectExchange exchange;
    NodeCache cache;
    ChunkJournal chunks;
    tree::WriteBatch batch;  // what the commit being made creates; read through by `nodes`
    tree::Nodes nodes;
    std::optional<Snapshot> snapshot;
    unsigned replaced = 0;       // chains that `snapshot` does not belong to any more
    std::vector<ObjectId> lost;  // content that the server asked for and nobody here has

    // withheld is why the server does not give what it must have: a restored one may lack it.
    Error withheld();
    // role of this user now; none if they are no member any more.
    std::optional<Role> role() const;
    // open_snapshot opens the tree of a commit of the chain.
    Result<Snapshot> open_snapshot(space::Sequence commit);
    // newest opens the newest commit that counts, once.
    Result<const Snapshot*> newest();
};

}  // namespace obhut::client
