// A group's next key: sealed to the members, or in a large group to the keys of buckets, of which
// only those that changed are made anew.
//
//     up to 128 members   group key → box to each member
//     more                group key → box to each bucket's key → box to each of its 128 members
//
// So one change in a group of 10,000 costs one bucket and a box for each of the others.
// Format and rules: docs/protocol/directory.md §§4, 5.
#pragma once

#include "client/session.h"

namespace obhut::client {

// GroupMove is who comes and who goes with a new generation.
struct GroupMove {
    std::vector<directory::GroupMember> added;  // ascending by user
    std::vector<UserId> removed;                // ascending
};

struct GroupKey {
    directory::GroupGeneration entry;
    KemSecretKey secret;
    std::vector<KemPublicKey> keys;  // of the group and of the buckets that are new
    api::GenerationMaterial material;
};

// make_group_key makes the generation that follows `before` (null: the first of a new group).
// Members whose key is stale, withheld or malformed are named without box. Cost: 0.1 ms for each
// member of a bucket that changed, and for each bucket. Errors: key_renewal_waits (this device has
// not the key before), those of the transport.
Result<GroupKey> make_group_key(Session& session, const GroupId& group,
                                const directory::GroupRecord* before, const GroupMove& move);

// deposit_buckets sends the boxes of fresh buckets ahead of the entry, in requests of half a MiB,
// if they are more than that: those of a group of 10,000 are 12 MB. What was sent is not in the
// material any more. Errors: those of the transport.
Result<> deposit_buckets(Session& session, const GroupId& group,
                         const directory::GroupGeneration& entry,
                         api::GenerationMaterial& material);

// waits_for_box gives the members who have no box of the newest generation although their key is
// fresh.
std::vector<UserId> waits_for_box(const directory::State& state,
                                  const directory::GroupRecord& group);

// fresh_key is the hash of a user's newest key; null while it is stale.
const KemKeyHash* fresh_key(const directory::State& state, const UserId& user);

}  // namespace obhut::client
