// Error codes of spaces: E-0350 to E-0449.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

inline constexpr Code head_moved{350, Kind::conflict};  // a link that does not stand on the head
inline constexpr Code wrong_space{
    351, Kind::corrupt};  // a link, genesis or organisation of another space
inline constexpr Code wrong_incarnation{
    352, Kind::corrupt};  // incarnation changed without resume or reset
inline constexpr Code checkpoint_back{
    353, Kind::corrupt};  // a checkpoint older than one before it in the chain
inline constexpr Code unknown_device{354,
                                     Kind::corrupt};  // a link's device is not in the directory
inline constexpr Code device_not_active{
    355, Kind::corrupt};  // a link's device did not count at its checkpoint
inline constexpr Code wrong_signer{356,
                                   Kind::corrupt};  // the key that signed is not the named device's
inline constexpr Code role_too_low{357,
                                   Kind::refused};  // the device's user may not append such a link
inline constexpr Code epoch_not_newest{
    358, Kind::conflict};  // a commit under another epoch than the newest
inline constexpr Code bad_roster{
    359, Kind::corrupt};  // members not sorted, not unique, or numbers wrong
inline constexpr Code generation_not_newest{
    360, Kind::conflict};  // a member's key is not the directory's newest
inline constexpr Code stale_generation{361,
                                       Kind::conflict};  // a box for a generation that is stale
inline constexpr Code rotation_due{
    362, Kind::conflict};  // a commit on an epoch that had to be replaced before
inline constexpr Code chain_closed{363, Kind::refused};  // a link after the chain was closed
inline constexpr Code past_signature{
    364, Kind::refused};  // signed under a checkpoint before its signer's end
inline constexpr Code bad_genesis{365,
                                  Kind::corrupt};  // a genesis that is neither of the two kinds
inline constexpr Code not_recomputed{
    366, Kind::refused};  // an editor's roster entry changes more than it may
inline constexpr Code no_manager_left{367, Kind::refused};  // nobody would be manager any more
inline constexpr Code bad_mark{368, Kind::corrupt};  // a mark whose fields do not fit its kind
inline constexpr Code wrong_roster{369,
                                   Kind::corrupt};  // a link names another roster than the newest
inline constexpr Code wrong_parent{
    370, Kind::corrupt};  // a commit's lists are not against the newest root
inline constexpr Code bad_lists{371, Kind::corrupt};  // lists are not those the commit signed
inline constexpr Code bad_box_proof{372,
                                    Kind::corrupt};  // a box is not the one under the roster's root
inline constexpr Code bad_epoch_material{
    373, Kind::corrupt};  // history link or boxes do not fit the roster entry
inline constexpr Code wrong_epoch_key{374,
                                      Kind::corrupt};    // an epoch key is not the one committed to
inline constexpr Code no_epoch_key{375, Kind::sign_in};  // the key of this epoch is not in the ring
inline constexpr Code history_broken{376,
                                     Kind::corrupt};  // a history link does not give the key before
inline constexpr Code bad_summary{377, Kind::corrupt};  // a commit's summary is malformed
inline constexpr Code not_followed{
    378, Kind::corrupt};  // another chain than the pinned one, without a reset
inline constexpr Code unknown_principal{
    379, Kind::refused};  // a member that the directory does not have
inline constexpr Code chain_held{380,
                                 Kind::conflict};  // a link needs the held ones to be settled first
inline constexpr Code bad_head_proof{
    381, Kind::corrupt};  // a head is not under the root the directory names
inline constexpr Code checkpoint_ahead{
    382, Kind::retry};  // a checkpoint that the own directory has not reached

}  // namespace obhut::errors
