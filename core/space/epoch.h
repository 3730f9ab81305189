// Epoch keys: made fresh with each roster entry, sealed to its members, tied to the one before.
// Members only: no server links this. docs/protocol/space.md §4.
//
//     K_n ─┬─ commitment      HKDF(K_n, epoch_commitment, org, space, n)       public, in the
//     roster entry
//          ├─ history link    K_(n-1) sealed under HKDF(K_n, epoch_history_link, …)
//          ├─ commits         HKDF(K_n, epoch_root_key | epoch_summary, salt)  commit.h
//          └─ boxes           K_n sealed to each member's X-Wing key
#pragma once

#include <map>

#include "core/crypto/box.h"
#include "core/crypto/object.h"
#include "core/space/material.h"

namespace obhut::space {

// SpacePlace names a space in key derivations.
struct SpacePlace {
    OrgId org;
    SpaceId space;
};

// KemKeySource gives the public keys that members' hashes stand for; the bytes may come from
// anywhere.
class KemKeySource {
public:
    virtual ~KemKeySource() = default;
    // find: absent if the key is withheld. A wrong one does no harm: its hash is checked.
    virtual std::optional<KemPublicKey> find(const Member& member) = 0;
};

struct SealedEpoch {
    EpochKey key;
    Hash commitment;
    EpochMaterial material;
};

// Hash that tells K_n from every other key without giving it away.
Hash epoch_commitment(const SpacePlace& place, EpochNumber epoch, const EpochKey& key);

// seal_epoch makes a fresh K_n and seals it to the members marked boxed, and `previous` under it
// (null in epoch 1). A member whose key is withheld, not the one its hash names, or malformed loses
// its mark: the epoch goes on (SR-41). Costs an X-Wing encapsulation, about 0.1 ms, for each box.
SealedEpoch seal_epoch(const SpacePlace& place, EpochNumber epoch, std::vector<Member>& members,
                       const EpochKey* previous, KemKeySource& keys, Entropy& entropy);

// open_epoch opens one's own box and checks everything the roster entry says about it.
// Errors: bad_box_proof, box_tampered (and other errors of open_box), wrong_epoch_key.
Result<EpochKey> open_epoch(const SpacePlace& place, const RosterEntry& entry, const ProvenBox& box,
                            const KemSecretKey& key);

// open_history gives the key of the epoch that `entry` stands on. `before` is that epoch's roster
// entry. Errors: history_broken.
Result<EpochKey> open_history(const SpacePlace& place, const RosterEntry& entry,
                              const EpochKey& key, ByteView history, const RosterEntry& before);

// EpochKeys is the ring of one space's keys. A device keeps the key before until box and history
// link of the newest epoch have both opened; forgetting is the caller's.
class EpochKeys {
public:
    void add(EpochNumber epoch, EpochKey key);
    void forget(EpochNumber epoch) { keys_.erase(epoch); }
    // find: null if the ring has no such key.
    const EpochKey* find(EpochNumber epoch) const;
    // Number of the newest key; 0 for an empty ring.
    EpochNumber newest() const { return keys_.empty() ? 0 : keys_.rbegin()->first; }
    std::size_t size() const { return keys_.size(); }

    // accept takes the key of a new epoch: opens the box, then the history link, which has to give
    // the key that the roster entry before commits to. Nothing changes on error: the caller may
    // skip the epoch then. `history` and `before` are null in epoch 1, and `before` also if nothing
    // is known of the epoch before. Errors: those of open_epoch; history_broken.
    Result<> accept(const SpacePlace& place, const RosterEntry& entry, const ProvenBox& box,
                    const KemSecretKey& key, const Bytes* history, const RosterEntry* before);
    // walk_back adds the key of the epoch that `entry` stands on, whose own key is in the ring.
    // Errors: no_epoch_key, history_broken.
    Result<> walk_back(const SpacePlace& place, const RosterEntry& entry, ByteView history,
                       const RosterEntry& before);

    const std::map<EpochNumber, EpochKey>& all() const { return keys_; }

private:
    std::map<EpochNumber, EpochKey> keys_;
};

}  // namespace obhut::space
