// Rules about members: who may do what, which keys may be used, and what an editor's roster entry
// must be. docs/protocol/space.md §2. Pure functions of a list of members and the directory at a
// checkpoint.
#pragma once

#include "core/space/directory_view.h"
#include "core/space/errors.h"

namespace obhut::space {

// Membership is what the rules look at: the newest roster entry that counts, and who has left
// since.
struct Membership {
    const SpaceId& space;
    const std::vector<Member>& members;
    const std::vector<UserId>& left;
    Hash roster;  // of the roster entry's link; zero for one that is not in the chain yet
};

// role_of is the role of an active user, directly or by groups; none if the user is no member. An
// editor counts as manager while no manager is active; a reader whom an administrator raised while
// no editor is active either.
std::optional<Role> role_of(const DirectoryView& view, const Membership& membership,
                            const UserId& user, Position size);

// authority_ended is the first entry of the directory after `size` by which the device lost what
// let it act in `needed`; none if it still may as far as the directory knows.
std::optional<Position> authority_ended(const DirectoryView& view, const Membership& membership,
                                        const directory::DeviceRecord& device, Role needed,
                                        Position size);

// is_active tells whether a principal counts: a user enrolled and not disabled, a group with such a
// member.
bool is_active(const DirectoryView& view, const PrincipalId& principal, Position size);

// has_active_manager tells whether some manager among the members is active (and has not left).
bool has_active_manager(const DirectoryView& view, const Membership& membership, Position size);

// recomputed_members is the list that follows without anybody's decision: who left or is disabled
// is out, generations are the newest, `boxed` is set for all whose generation is not stale. What an
// editor may sign, but for `boxed`.
std::vector<Member> recomputed_members(const DirectoryView& view, const Membership& membership,
                                       Position size);

// check_members demands of a new list: order, known active principals, newest generations, no box
// for a stale one, at least one box. Errors: bad_roster, unknown_principal, generation_not_newest,
// stale_generation.
Result<> check_members(const DirectoryView& view, const std::vector<Member>& members,
                       Position size);

// The duty to start a new epoch.
enum class Rotation : std::uint8_t {
    none,
    waiting,  // something is newer or stale, commits are still valid
    due,      // commits on this epoch are invalid
};

inline constexpr Millis kRotationGrace = 7 * kDay;

// rotation_duty judges an epoch sealed to `members` at a checkpoint. O(members).
Rotation rotation_duty(const DirectoryView& view, const std::vector<Member>& members,
                       const Checkpoint& at);

}  // namespace obhut::space
