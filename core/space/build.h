// Making links: each function fills in what the chain knows, seals, signs. What comes out is valid
// if the chain accepts it: append it to a copy of the chain before sending. docs/protocol/space.md.
#pragma once

#include "core/space/chain.h"
#include "core/space/commit.h"

namespace obhut::space {

// Author is the device that signs, under the newest checkpoint it knows.
struct Author {
    const SigningKey& key;
    DeviceId device;
    Bytes note;
    Millis time = 0;
    std::uint64_t incarnation =
        0;  // of the server, as the note says; a chain's first link takes it
};

// new_genesis makes the genesis of a shared space.
Bytes new_genesis(const OrgId& org, const DeviceId& creator, Entropy& entropy);

// sign_link wraps and signs an encoded payload.
Bytes sign_link(const OrgId& org, LinkKind kind, Bytes payload, const SigningKey& key);

// NewRoster is what a roster entry is to say.
struct NewRoster {
    std::vector<Member> members;  // in any order; `boxed` is taken away where a key is missing
    std::optional<UserId> owner;
    std::optional<Skip> skip;
    EpochNumber stands_on = 0;                // with skip only: the newest good epoch
    std::optional<std::uint64_t> limit = {};  // bytes that the space may take
};

struct BuiltRoster {
    Bytes link;
    EpochNumber epoch = 0;
    EpochKey key;
    EpochMaterial material;
};

// member_of makes a member with the principal's newest key; boxed unless that is stale.
// Errors: unknown_principal (no key in the directory, or not active).
Result<Member> member_of(const DirectoryView& view, const PrincipalId& principal, Role role,
                         Position size);

// build_roster makes the next roster entry with a fresh epoch key. `keys` holds the key of the
// epoch it stands on. Errors: no_epoch_key, bad_roster (nobody could be given a box, or too many
// members), unknown_principal.
Result<BuiltRoster> build_roster(const Chain& chain, const Author& author, NewRoster wanted,
                                 const EpochKeys& keys, KemKeySource& kem_keys, Entropy& entropy);

struct BuiltCommit {
    Bytes link;
    Hash hash;  // with Summary::operation what a retry looks for in the chain
};

// build_commit makes the next commit on the newest epoch. Sort the lists first.
// Errors: no_epoch_key, bad_summary, chain_held.
Result<BuiltCommit> build_commit(const Chain& chain, const Author& author, const EpochKeys& keys,
                                 const Reference& root, const Summary& summary, const Lists& lists,
                                 Entropy& entropy);

// Marks.
Bytes build_left(const Chain& chain, const Author& author);
Bytes build_closed(const Chain& chain, const Author& author);
Bytes build_resumed(const Chain& chain, const Author& author, std::uint64_t incarnation);
Bytes build_reset(const Chain& chain, const Author& author, std::uint64_t incarnation,
                  const Head& lost, ResetReason reason);
// build_settled confirms or reverts everything that is held. The chain must hold something.
Bytes build_settled(const Chain& chain, const Author& author, bool confirm);

}  // namespace obhut::space
