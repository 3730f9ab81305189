// Error codes of the engine: E-0600 to E-0699, and E-1000 to E-1149.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

// What a person typed
inline constexpr Code text_damaged{600,
                                   Kind::usage};  // kit, code or invitation: mistyped or cut off
inline constexpr Code text_foreign{601, Kind::usage};  // text of another kind in this place
inline constexpr Code text_version{602,
                                   Kind::upgrade};  // kit, code or invitation of a newer version
inline constexpr Code host_malformed{603, Kind::usage};   // not an http or https URL of a server
inline constexpr Code password_empty{604, Kind::usage};   // a password or passphrase of no bytes
inline constexpr Code email_malformed{605, Kind::usage};  // not an e-mail address
inline constexpr Code name_malformed{606, Kind::usage};   // empty, too long, or control characters

// Profile and store
inline constexpr Code no_profile{610,
                                 Kind::sign_in};  // nothing created, joined or signed in here yet
inline constexpr Code profile_exists{611, Kind::usage};         // this store has a profile already
inline constexpr Code profile_locked{612, Kind::sign_in};       // unlock first
inline constexpr Code passphrase_wrong{613, Kind::sign_in};     // the profile does not open with it
inline constexpr Code keyring_unavailable{614, Kind::sign_in};  // no keyring, or it refused
inline constexpr Code keyring_empty{615, Kind::sign_in};  // the keyring has no key of this profile
inline constexpr Code profile_damaged{
    616, Kind::corrupt};  // the store's records do not decode or do not fit
inline constexpr Code profile_newer{617, Kind::upgrade};   // written by a newer version
inline constexpr Code local_store_busy{618, Kind::retry};  // another program holds the store
inline constexpr Code store_full{619, Kind::local};        // no space left on this machine
inline constexpr Code store_failed{620, Kind::local};      // the store cannot be read or written
inline constexpr Code store_damaged{621, Kind::corrupt};   // the store's file is not one
inline constexpr Code clock_off{622,
                                Kind::local};  // this machine's clock is wrong by more than a day

// Kit, sign-in, linking
inline constexpr Code kit_mismatch{630,
                                   Kind::corrupt};  // kit or root kit does not fit the directory
inline constexpr Code root_mismatch{631, Kind::corrupt};  // another organisation than was pinned
inline constexpr Code secret_mismatch{
    632, Kind::corrupt};  // a secret's public part is not the directory's
inline constexpr Code linking_wrong_answer{633,
                                           Kind::corrupt};  // answer not made by who knows the code
inline constexpr Code linking_code_wrong{634, Kind::usage};  // no device waits under this code
inline constexpr Code linking_not_begun{635, Kind::usage};   // no linking has begun on this store
inline constexpr Code kit_not_here{636,
                                   Kind::usage};  // confirmed already: the kit is only on paper
inline constexpr Code invitation_foreign{637,
                                         Kind::corrupt};    // the server has another organisation
inline constexpr Code invitation_used{638, Kind::refused};  // somebody has enrolled by it already
inline constexpr Code invitation_over{639, Kind::refused};  // past its last day, or withdrawn

inline constexpr Code kit_notice_waits{640, Kind::refused};  // the notice of the new kit runs
inline constexpr Code kit_notice_elsewhere{641,
                                           Kind::refused};  // another device has announced a kit
inline constexpr Code kit_notice_none{642, Kind::usage};    // no notice is running
inline constexpr Code last_way_in{643, Kind::refused};      // the last device, and no kit is kept

// People
inline constexpr Code not_administrator{645, Kind::refused};  // only administrators may
inline constexpr Code already_invited{646, Kind::usage};      // this address is a person's already
inline constexpr Code person_unknown{647, Kind::missing};     // nobody of that name or address
inline constexpr Code person_ambiguous{648, Kind::usage};     // several people of that name
inline constexpr Code no_key_yet{
    649, Kind::refused};  // has not joined yet: nothing can be sealed to them
inline constexpr Code key_withheld{
    650, Kind::corrupt};  // the server does not give a key the directory has
inline constexpr Code key_mismatch{651,
                                   Kind::corrupt};  // a key that is not the one in the directory
inline constexpr Code device_is_this{644, Kind::usage};      // this very device: sign out instead
inline constexpr Code device_not_known{658, Kind::missing};  // no device of that number
inline constexpr Code device_ambiguous{659, Kind::usage};    // several devices begin so
inline constexpr Code device_not_own{652, Kind::refused};    // another person's device

// Groups
inline constexpr Code group_not_found{653, Kind::missing};     // no such group (any more)
inline constexpr Code group_ambiguous{654, Kind::usage};       // several groups of that name
inline constexpr Code not_group_manager{655, Kind::refused};   // only its managers change a group
inline constexpr Code last_group_manager{656, Kind::refused};  // somebody else must manage it first
inline constexpr Code group_unchanged{657, Kind::usage};       // nothing would change

// Spaces
inline constexpr Code space_ambiguous{660, Kind::usage};       // several spaces of that name
inline constexpr Code space_not_found{661, Kind::missing};     // no such space for this user
inline constexpr Code space_not_readable{662, Kind::refused};  // no key of its epoch for this user
// who made an epoch gave this device no key that is one; detail: space::SkipReason
inline constexpr Code epoch_broken{628, Kind::corrupt};
inline constexpr Code not_editor{663, Kind::refused};    // readers cannot write
inline constexpr Code not_manager{664, Kind::refused};   // only managers change the roster
inline constexpr Code last_manager{665, Kind::refused};  // somebody else must be manager first
inline constexpr Code home_missing{666, Kind::corrupt};  // the server does not show the home space
inline constexpr Code chain_went_back{667, Kind::corrupt};  // a chain shorter than one seen before
inline constexpr Code chain_forked{668, Kind::corrupt};  // another chain than the one seen before
inline constexpr Code genesis_mismatch{669, Kind::corrupt};  // not the genesis that was pinned
inline constexpr Code object_withheld{
    670, Kind::corrupt};  // the server does not give an object it must have
inline constexpr Code answer_malformed{671,
                                       Kind::corrupt};   // an answer that is not what was asked for
inline constexpr Code commit_gave_up{672, Kind::retry};  // others were first too many times
inline constexpr Code change_too_large{673, Kind::usage};  // more nodes than one commit may name
inline constexpr Code duty_waiting{674, Kind::retry};      // another program is doing this
// content that a change names is gone from the server: seal and upload it again
inline constexpr Code content_lost{676, Kind::conflict};
// the server has seen them before their signer's end: they can be confirmed and then changed back
inline constexpr Code held_is_older{678, Kind::refused};
inline constexpr Code nothing_held{677, Kind::usage};  // no changes wait for a decision
// a server restored from a backup lacks changes that other devices have
inline constexpr Code restored_behind{689, Kind::refused};
// a server restored from a backup has gone on without changes that this device has seen
inline constexpr Code restored_apart{690, Kind::refused};
inline constexpr Code nothing_lost{691, Kind::usage};  // there is nothing to give up
// a server restored from a backup lacks entries of the directory that other devices have
inline constexpr Code log_behind{692, Kind::refused};
// a server restored from a backup has gone on with a directory that lacks entries seen here
inline constexpr Code log_apart{693, Kind::refused};
// the organisation wants a newer version of this program for writing
inline constexpr Code client_too_old{694, Kind::upgrade};
inline constexpr Code member_unchanged{675, Kind::usage};  // has this role already, or is no member
// the owner of a space, for quota, is already this one
inline constexpr Code owner_unchanged{623, Kind::usage};
// only an administrator charges a space to somebody else, or to the organisation
inline constexpr Code owner_refused{695, Kind::refused};
inline constexpr Code somebody_may_write{696, Kind::usage};  // a space that is not left to readers
inline constexpr Code raising_malformed{697, Kind::usage};   // no code of a reader to be raised
// a space has as many links to folders as one commit can renew
inline constexpr Code too_many_links{624, Kind::refused};

// an entry of a link that contradicts itself
inline constexpr Code link_malformed{680, Kind::corrupt};
// a link's record that its secret does not open, or that is another link's
inline constexpr Code link_tampered{681, Kind::corrupt};
// a drop that does not open, or a letter that contradicts itself
inline constexpr Code letter_malformed{682, Kind::corrupt};
// a letter that claims to be what it is not: another's drop, a sender who did not sign
inline constexpr Code letter_forged{683, Kind::corrupt};
// signed by a device that does not count any more
inline constexpr Code letter_sender_gone{684, Kind::refused};
inline constexpr Code letter_too_large{685, Kind::usage};  // too many files, or too much text
// came by an upload link whose key is not in the space any more
inline constexpr Code letter_of_ended_link{686, Kind::refused};
// a statement of an inbox's key that does not verify, or is over
inline constexpr Code inbox_key_false{687, Kind::corrupt};
// what belongs to a letter that waited too long is gone from the server: it has to be sent anew
inline constexpr Code letter_files_gone{698, Kind::missing};
// no letter of that id waits to be sent
inline constexpr Code letter_not_waiting{699, Kind::missing};
inline constexpr Code lease_false{688, Kind::corrupt};  // a lease that does not verify, or is over

// the server shows a space no more that this device knows, and nothing says why
inline constexpr Code space_hidden{1000, Kind::corrupt};
// the same of a space that this device has not asked for in so long that it may have been closed
inline constexpr Code space_gone{1001, Kind::missing};
// founding, joining, signing in or linking was cut off: the same call again comes to its end
inline constexpr Code profile_unfinished{1002, Kind::sign_in};
// a key was renewed, and somebody else has to hand it over first, or to renew it
inline constexpr Code key_renewal_waits{1003, Kind::refused};

// Groups' inboxes and names: E-1100 to E-1149
// the key of whom it is for waits to be renewed: what is sent waits too
inline constexpr Code recipient_key_stale{1100, Kind::retry};
// what came to a group goes where every member of the group can write
inline constexpr Code target_not_groups{1101, Kind::usage};
// another member began to file it into a space that this user cannot look into
inline constexpr Code claimed_out_of_reach{1102, Kind::refused};
inline constexpr Code no_group_inbox{1103, Kind::usage};  // the group *all* has no inbox
inline constexpr Code name_in_use{1104, Kind::usage};     // somebody or something else is called so
inline constexpr Code wish_refused{1105, Kind::refused};  // a name that is not its sender's to wish
inline constexpr Code wish_overtaken{1106, Kind::refused};  // a name older than the one that counts

}  // namespace obhut::errors
