// SpaceKeys: the epoch keys of one space, opened with this user's or their groups' secrets.
//
// A key is opened only for a roster entry that the chain has verified, and believed only if it is
// the one that entry commits to (SR-11, SR-25). Keys are kept sealed in the local store.
#pragma once

#include "client/spaces/chain_sync.h"
#include "core/space/commit.h"

namespace obhut::client {

class SpaceKeys {
public:
    SpaceKeys(Session& session, ChainSync& chain, const SpaceId& space)
        : session_(session), chain_(chain), space_(space) {}

    // key gives the key of an epoch. Errors: space_not_readable (no box for this user, or for
    // nobody any more), those of opening.
    Result<const EpochKey*> key(space::EpochNumber epoch);
    // ring holds what has been opened; newest() makes sure of the key of the newest epoch, and of
    // that before it as long as its commits are the newest.
    const space::EpochKeys& ring() const { return ring_; }
    Result<> newest();
    // broken tells why the newest epoch gives this device no key, if its signer is to blame: then
    // an editor sets it aside (SR-41, docs/protocol/space.md §4).
    std::optional<space::SkipReason> broken();
    // keep remembers a key that was opened, or one of our own making. It is kept under what it
    // commits to, not under its epoch: the entry it was made for may lose against another of the
    // same epoch.
    Result<> keep(space::EpochNumber epoch, const EpochKey& key);

    space::SpacePlace place() const { return {session_.org(), space_}; }

private:
    Bytes row_key(const Hash& commitment) const;
    Result<Hash> commitment_of(space::EpochNumber epoch) const;
    bool recall(space::EpochNumber epoch);
    Result<> open(space::EpochNumber epoch);
    Result<> walk_back(space::EpochNumber epoch);
    bool is_ours(const PrincipalId& principal) const;

    Session& session_;
    ChainSync& chain_;
    SpaceId space_;
    space::EpochKeys ring_;
    unsigned replaced_ = 0;  // chains that ring_ does not belong to any more
};

}  // namespace obhut::client
