// Error codes of the directory: E-0250 to E-0349. Those of entries say why one is invalid for all.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

// Merkle tree, notes and the client's copy of the log
// an inclusion proof does not lead to the root
inline constexpr Code bad_inclusion_proof{250, Kind::corrupt};
// two roots are not proven to be of one log
inline constexpr Code bad_consistency_proof{251, Kind::corrupt};
inline constexpr Code bad_note{252, Kind::corrupt};        // not a signed note, or not a checkpoint
inline constexpr Code note_unsigned{253, Kind::corrupt};   // no valid signature of the log's key
inline constexpr Code note_wrong_log{254, Kind::corrupt};  // a checkpoint of another log
// the entries do not lead to the signed root
inline constexpr Code log_mismatch{255, Kind::corrupt};
inline constexpr Code log_forked{256,
                                 Kind::corrupt};  // two signed notes that contradict each other
// the log shown is shorter than one seen before
inline constexpr Code log_went_back{257, Kind::corrupt};
// an entry is more than a day ahead of our clock
inline constexpr Code log_ahead_of_clock{258, Kind::corrupt};
inline constexpr Code log_wrong_root{259, Kind::corrupt};  // not the organisation that was pinned
// a note's time is not its last valid entry's
inline constexpr Code checkpoint_time{260, Kind::corrupt};
// the server came back with less: offer what it lacks
inline constexpr Code log_restored{261, Kind::conflict};
inline constexpr Code log_gap{262, Kind::corrupt};  // entries do not continue where ours end
// a hash of a part of the tree that is not complete
inline constexpr Code no_such_subtree{263, Kind::missing};
inline constexpr Code bad_tile_path{264, Kind::usage};  // not a path of C2SP tlog-tiles
// a new history without a reset signed by the root
inline constexpr Code log_reset_unproven{265, Kind::corrupt};
// an old note needs a consistency proof to be judged
inline constexpr Code note_unproven{266, Kind::missing};
// a box is not under the root of its generation
inline constexpr Code box_not_listed{267, Kind::corrupt};
inline constexpr Code note_too_new{268, Kind::retry};  // a note larger than our log: catch up first
// a note of entries that a reset has given up
inline constexpr Code note_given_up{269, Kind::refused};

// Entries: form
// a kind of entry this version does not know
inline constexpr Code entry_unknown_kind{270, Kind::upgrade};
inline constexpr Code entry_too_large{271, Kind::usage};  // over 65,535 bytes
// the log begins with another entry than a root's
inline constexpr Code entry_not_first{272, Kind::refused};
// does not name the newest entry about its subject
inline constexpr Code entry_replayed{273, Kind::conflict};
inline constexpr Code entry_back_in_time{274, Kind::refused};  // earlier than the last valid entry
// suite not allowed by the organisation's policy
inline constexpr Code entry_suite{275, Kind::refused};

// Entries: signatures
inline constexpr Code entry_signature{280, Kind::refused};  // a signature does not verify
// number of signatures is not what the kind needs
inline constexpr Code entry_unsigned{281, Kind::refused};
// signed by a key that is in no valid entry
inline constexpr Code signer_unknown{282, Kind::refused};
// signed by a device that does not count any more
inline constexpr Code signer_inactive{283, Kind::refused};
inline constexpr Code signer_not_root{284, Kind::refused};   // only the root may sign this
inline constexpr Code signer_not_admin{285, Kind::refused};  // only an administrator may sign this
// needs a full device or the kit, not a web device
inline constexpr Code signer_not_full{286, Kind::refused};
inline constexpr Code signer_not_owner{287, Kind::refused};  // about another person than the signer
// only the group's managers may sign this
inline constexpr Code signer_not_manager{288, Kind::refused};
inline constexpr Code signer_not_kit{289, Kind::refused};  // only the kit may sign this

// Entries: organisation
// the new root is not the one committed to
inline constexpr Code root_not_committed{290, Kind::refused};
// below a compiled floor, or weaker than before
inline constexpr Code policy_out_of_bounds{291, Kind::refused};
inline constexpr Code user_exists{292, Kind::refused};   // a user id is given once
inline constexpr Code user_unknown{293, Kind::refused};  // no such user
// the user is not in the state this needs
inline constexpr Code user_wrong_status{294, Kind::refused};
inline constexpr Code invitation_expired{295,
                                         Kind::refused};  // enrolled after the invitation's end
inline constexpr Code invitation_wrong_key{296, Kind::refused};  // not signed by the invitation
inline constexpr Code too_late_to_enable{297, Kind::refused};    // disabled more than 30 days ago
inline constexpr Code admin_already{298, Kind::refused};  // is (or is not) an administrator already
inline constexpr Code service_unknown{299, Kind::refused};  // no such service key
// snapshot of another size than the log has there, or too soon after the last one
inline constexpr Code snapshot_position{300, Kind::refused};
// a reset must go back, and only forward in incarnation
inline constexpr Code reset_position{301, Kind::refused};
inline constexpr Code snapshot_false{302, Kind::refused};  // not the state there is at that place

// Snapshots that a client begins at
// what the server gives as a snapshot cannot be read
inline constexpr Code snapshot_malformed{303, Kind::corrupt};
// what the server gives is not the snapshot that was vouched for
inline constexpr Code snapshot_mismatch{304, Kind::corrupt};
// the entries before it lead to another state than the one that was vouched for
inline constexpr Code snapshot_untrue{305, Kind::corrupt};

// Entries: devices, keys, kit
inline constexpr Code device_exists{310, Kind::refused};   // these keys are registered already
inline constexpr Code device_unknown{311, Kind::refused};  // no such device of this user
// the device has been revoked or retired already
inline constexpr Code device_ended{312, Kind::refused};
inline constexpr Code device_bad_key{313,
                                     Kind::refused};  // a public key is malformed or used twice
// a kit in a device's place, or the reverse
inline constexpr Code device_wrong_kind{314, Kind::refused};
inline constexpr Code too_many_devices{315, Kind::refused};  // over the limit per user
// replaced without notice or before its time
inline constexpr Code kit_needs_notice{316, Kind::refused};
inline constexpr Code kit_notice_running{317, Kind::refused};     // a notice is running already
inline constexpr Code kit_no_notice{318, Kind::refused};          // there is no notice to cancel
inline constexpr Code kit_confirmed_already{319, Kind::refused};  // the kit is confirmed already
inline constexpr Code kit_differs{320, Kind::refused};     // not the kit that the notice announced
inline constexpr Code kit_parameters{321, Kind::refused};  // class of password hashing not allowed
inline constexpr Code generation_number{322, Kind::refused};  // not the next generation
// a key that this principal has had before
inline constexpr Code generation_key{323, Kind::refused};
inline constexpr Code generation_boxes{324, Kind::refused};  // list of those without box is wrong
// nothing is sealed to a stale generation
inline constexpr Code generation_stale{325, Kind::refused};

// Entries: groups and spaces
inline constexpr Code group_exists{330, Kind::refused};   // a group id is given once
inline constexpr Code group_unknown{331, Kind::refused};  // no such group, or it is deleted
// adds who is in, removes who is not, or not a person
inline constexpr Code group_members{332, Kind::refused};
// managers must be members, and one must remain
inline constexpr Code group_managers{333, Kind::refused};
inline constexpr Code group_buckets{334, Kind::refused};  // a bucket is overfull or not sealed anew
// the group of all is made once, by an administrator
inline constexpr Code group_everyone{335, Kind::refused};
inline constexpr Code group_member_change{336,
                                          Kind::refused};  // a member changed more than the key
inline constexpr Code space_closed{337,
                                   Kind::refused};  // the chain of this space is closed already
inline constexpr Code state_malformed{338, Kind::corrupt};   // stored state does not decode
inline constexpr Code too_many_members{339, Kind::refused};  // over the limit of a group

}  // namespace obhut::errors
