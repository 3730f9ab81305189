// What a chain asks of the directory, and of the signed notes that its links carry.
//
// Questions come with the size of a checkpoint: the answer is what followed from the log's first
// `size` entries, however much the asked one knows since. `directory_adapter.h` answers from
// directory::State.
#pragma once

#include "core/directory/state.h"
#include "core/space/records.h"

namespace obhut::space {

using directory::Position;

// Checkpoint is what a signed note says: how many entries of the log it covers, and the last valid
// entry's time.
struct Checkpoint {
    Position size = 0;
    Millis time = 0;
};

// NoteJudge tells whether a signed note is one of *our* log: signed by the log's key and consistent
// with what we hold. Called once per link; an implementation may cache by the bytes of the note.
// Errors: whatever the implementation names; Kind::retry if the log must be caught up with first.
class NoteJudge {
public:
    virtual ~NoteJudge() = default;
    virtual Result<Checkpoint> judge(ByteView note) = 0;
};

// PrincipalKey is the newest key of a principal at some checkpoint.
struct PrincipalKey {
    std::uint32_t generation = 0;
    KemKeyHash key;
    bool stale = false;
};

// Staleness of one generation, as far as a checkpoint has seen.
struct Staleness {
    Millis since = 0;      // time of the entry that made it stale
    bool at_once = false;  // theft, removal, disabling: no grace
};

class DirectoryView {
public:
    virtual ~DirectoryView() = default;

    // How many entries the directory has seen.
    virtual Position size() const = 0;
    // device: null if the log has no such device.
    virtual const directory::DeviceRecord* device(const DeviceId& id) const = 0;
    // user_active: enrolled and not disabled.
    virtual bool user_active(const UserId& user, Position size) const = 0;
    // group_has: whether the (existing) group lists the user.
    virtual bool group_has(const GroupId& group, const UserId& user, Position size) const = 0;
    // group_active: whether the group exists and lists an active user.
    virtual bool group_active(const GroupId& group, Position size) const = 0;
    // newest_key: absent if the principal has none yet.
    virtual std::optional<PrincipalKey> newest_key(const PrincipalId& id, Position size) const = 0;
    // staleness: absent while the generation is not stale.
    virtual std::optional<Staleness> staleness(const PrincipalId& id, std::uint32_t generation,
                                               Position size) const = 0;
    // raised: whether an administrator raised this user, a reader in the roster entry with that
    // hash ("only readers are left").
    virtual bool raised(const SpaceId& space, const UserId& user, const Hash& roster,
                        Position size) const = 0;
    // closed: the entry by which an administrator closed that space's chain, if there is one.
    virtual std::optional<Position> closed(const SpaceId& space, Position size) const = 0;
    // ended: the first entry from `size` on that revokes or disables the device or its user,
    // replaces the kit, or takes the user out of the group; not the device's own retiring.
    virtual std::optional<Position> device_ended(const DeviceId& id, Position size) const = 0;
    virtual std::optional<Position> removed_from_group(const GroupId& group, const UserId& user,
                                                       Position size) const = 0;
    // heads_root: the Merkle root of heads (heads.h) that the entry at that position carries, if
    // any.
    virtual std::optional<Hash> heads_root(Position event) const = 0;
};

}  // namespace obhut::space
