// The records of a space's chain, as they are signed and stored for ever. Format:
// docs/protocol/space.md §§1–5.
//
//     genesis ← roster entry ← commit ← commit ← roster entry ← mark ← …
//
// Link 0 is the genesis, unsigned; every other is a SignedLink around a payload of its kind. All
// name the link before by its hash, so one head stands for the whole chain. Nothing here can hold a
// key that opens anything: keys appear as hashes, commitments and sealed bytes. Parsing says
// nothing about validity; that is chain.h.
#pragma once

#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/base/record.h"
#include "core/crypto/kem_public.h"
#include "core/crypto/object_public.h"
#include "core/crypto/sign.h"
#include "core/crypto/suite.h"
#include "core/directory/principal.h"

namespace obhut::space {

using Sequence = std::uint64_t;     // place in the chain; the genesis has 0
using EpochNumber = std::uint64_t;  // the first roster entry makes epoch 1
using CommitSalt = FixedBytes<struct CommitSaltTag, 32>;

inline constexpr std::size_t kMaxMembers = 1024;
inline constexpr std::size_t kMaxNoteBytes = 4096;
inline constexpr std::size_t kMaxSummaryBytes = 64U << 10;  // sealed
inline constexpr std::size_t kSummaryUnit = 256;  // a summary is padded to a multiple of it
inline constexpr std::size_t kMaxPayloadBytes = 160U << 10;
inline constexpr std::size_t kMaxLinkBytes = kMaxPayloadBytes + 256;
inline constexpr std::size_t kSealedRootBytes = 40 + kObjectOverhead;

// Genesis is the beginning of a space. A shared one has creator and random, a home only its user or
// its group. The space id is the first half of the hash of its bytes.
struct Genesis {
    OrgId org;
    std::optional<UserId> home;       // only in a home: constant of organisation and user
    std::optional<DeviceId> creator;  // signs the first roster entry
    std::optional<Hash> random;
    std::optional<GroupId> group;  // only in a group's home: constant of organisation and group

    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.home);
        field(3, self.creator);
        field(4, self.random);
        field(5, self.group);
    }
};

enum class Role : std::uint8_t { reader = 1, editor = 2, manager = 3 };
constexpr bool is_known(Role role) { return role >= Role::reader && role <= Role::manager; }

struct Member {
    PrincipalId principal;
    Role role = Role::reader;
    std::uint32_t generation = 0;  // of the principal's X-Wing key
    KemKeyHash key;
    bool boxed = false;  // whether the epoch's key is sealed to it

    static void fields(auto& self, auto& field) {
        field(1, self.principal);
        field(2, self.role);
        field(3, self.generation);
        field(4, self.key);
        field(5, self.boxed);
    }
    friend bool operator==(const Member&, const Member&) = default;
};

// Position fields every signed link has.
struct LinkHeader {
    SpaceId space;
    Sequence sequence = 0;
    Hash previous;                  // hash of link sequence - 1
    std::uint64_t incarnation = 0;  // of the server
    Hash roster;  // hash of the newest roster entry or mark before this link; of the genesis if
                  // there is none
    Bytes note;   // the signed checkpoint of the directory that it was made under
    DeviceId device;
    Millis time = 0;  // by the device's clock; for people, nothing relies on it

    static void fields(auto& self, auto& field) {
        field(1, self.space);
        field(2, self.sequence);
        field(3, self.previous);
        field(4, self.incarnation);
        field(5, self.roster);
        field(6, self.note, kMaxNoteBytes);
        field(7, self.device);
        field(8, self.time);
    }
};

enum class SkipReason : std::uint8_t { box_broken = 1, history_broken = 2, reverted = 3 };
constexpr bool is_known(SkipReason reason) {
    return reason >= SkipReason::box_broken && reason <= SkipReason::reverted;
}

// Skip says that epochs after `stands_on` are set aside, and who signed the newest of them.
struct Skip {
    DeviceId blamed;
    SkipReason reason = SkipReason::box_broken;

    static void fields(auto& self, auto& field) {
        field(1, self.blamed);
        field(2, self.reason);
    }
};

// RosterEntry is the full list of members and with it a new epoch.
struct RosterEntry {
    LinkHeader header;
    EpochNumber epoch = 0;
    Suite suite = Suite::one;
    std::vector<Member> members;  // ascending by principal, none twice
    std::optional<UserId> owner;  // whose quota counts; absent: the organisation's
    Hash key_commitment;          // to the fresh K_n
    EpochNumber stands_on =
        0;  // whose key the history link gives: epoch - 1, less after a skip; 0 in epoch 1
    std::optional<Hash> history;         // SHA-256 of the history link; absent in epoch 1
    Hash boxes;                          // Merkle root of the boxes, in the order of members
    std::optional<Skip> skip;            // present if and only if stands_on + 1 < epoch
    std::optional<std::uint64_t> limit;  // bytes that the space may take; absent: not set here

    static void fields(auto& self, auto& field) {
        field(1, self.header);
        field(2, self.epoch);
        field(3, self.suite);
        field(4, self.members, kMaxMembers);
        field(5, self.owner);
        field(6, self.key_commitment);
        field(7, self.stands_on);
        field(8, self.history);
        field(9, self.boxes);
        field(10, self.skip);
        field(11, self.limit);
    }
};

struct ListDigest {
    std::uint64_t count = 0;
    Hash hash;  // docs/protocol/space.md §5

    static void fields(auto& self, auto& field) {
        field(1, self.count);
        field(2, self.hash);
    }
    friend bool operator==(const ListDigest&, const ListDigest&) = default;
};

// ListDigests bind the four lists that travel beside a commit (lists.h).
struct ListDigests {
    ListDigest nodes_created;
    ListDigest nodes_superseded;
    ListDigest content_raised;
    ListDigest content_lowered;

    static void fields(auto& self, auto& field) {
        field(1, self.nodes_created);
        field(2, self.nodes_superseded);
        field(3, self.content_raised);
        field(4, self.content_lowered);
    }
    friend bool operator==(const ListDigests&, const ListDigests&) = default;
};

// Commit is one new root of the space's tree.
struct Commit {
    LinkHeader header;
    EpochNumber epoch = 0;
    Sequence parent = 0;  // the commit against whose root the lists are; 0: the empty tree
    ObjectId root;
    CommitSalt salt;       // makes the keys of the next two unique; fresh on every try
    Bytes sealed_root;     // object key(32) ‖ size(8) of the root node
    Bytes sealed_summary;  // what was done and the operation's id, padded
    ListDigests lists;

    static void fields(auto& self, auto& field) {
        field(1, self.header);
        field(2, self.epoch);
        field(3, self.parent);
        field(4, self.root);
        field(5, self.salt);
        field(6, self.sealed_root, kSealedRootBytes);
        field(7, self.sealed_summary, kMaxSummaryBytes);
        field(8, self.lists);
    }
};

struct Head {
    Sequence sequence = 0;
    Hash hash;

    static void fields(auto& self, auto& field) {
        field(1, self.sequence);
        field(2, self.hash);
    }
    friend bool operator==(const Head&, const Head&) = default;
};

enum class MarkKind : std::uint8_t {
    left = 1,       // a member leaves; the next roster entry is without it
    closed = 2,     // a manager ends the chain
    resumed = 3,    // a manager goes on under a new incarnation of the server
    reset = 4,      // as resumed, giving up links that no device holds any more
    confirmed = 5,  // held links count (signing with the past)
    reverted = 6,   // held links do not count; the next commit stands on the root before them
};
constexpr bool is_known(MarkKind kind) {
    return kind >= MarkKind::left && kind <= MarkKind::reverted;
}

enum class ResetReason : std::uint8_t {
    unknown = 1,
    backup_too_old = 2,
    storage_lost = 3,
    attack = 4
};
constexpr bool is_known(ResetReason reason) {
    return reason >= ResetReason::unknown && reason <= ResetReason::attack;
}

// Mark changes the standing of the chain, not its content or keys.
struct Mark {
    LinkHeader header;
    MarkKind kind = MarkKind::left;
    std::optional<Head> lost;           // reset: the newest head that was seen and is given up
    std::optional<ResetReason> reason;  // reset
    std::optional<Head> settles;        // confirmed, reverted: the newest link that is settled

    static void fields(auto& self, auto& field) {
        field(1, self.header);
        field(2, self.kind);
        field(3, self.lost);
        field(4, self.reason);
        field(5, self.settles);
    }
};

enum class LinkKind : std::uint8_t { roster = 1, commit = 2, mark = 3 };
constexpr bool is_known(LinkKind kind) {
    return kind >= LinkKind::roster && kind <= LinkKind::mark;
}

// SignedLink is what travels, is stored and is hashed. The kind chooses the label of the signature.
struct SignedLink {
    LinkKind kind = LinkKind::commit;
    Bytes payload;  // the encoded RosterEntry, Commit or Mark
    KeyId signer;
    Signature signature;

    static void fields(auto& self, auto& field) {
        field(1, self.kind);
        field(2, self.payload, kMaxPayloadBytes);
        field(3, self.signer);
        field(4, self.signature);
    }
};

}  // namespace obhut::space
