// Error codes of the HTTP interface: E-0700 to E-0749. Both sides use them: the server answers the
// number in the header `obhut-error`, the client turns it back into the code
// (protocols/api/problem.h).
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

inline constexpr Code http_malformed{
    700, Kind::usage};  // request or answer is not what HTTP or the route allows
inline constexpr Code http_not_found{701, Kind::missing};  // no such path
inline constexpr Code http_too_large{702, Kind::usage};    // body or header over the limit
inline constexpr Code unknown_answer{703,
                                     Kind::upgrade};  // error number this version does not know
inline constexpr Code signature_missing{704, Kind::sign_in};  // the request must be signed
inline constexpr Code signature_malformed{
    705, Kind::usage};  // signature headers not in the form of http.md §4
inline constexpr Code signature_components{
    706, Kind::refused};  // the signature does not cover what it must
inline constexpr Code signature_wrong{707, Kind::refused};  // it does not verify
inline constexpr Code digest_wrong{708, Kind::corrupt};     // body is not what its digest says
inline constexpr Code clock_skew{709, Kind::retry};  // `created` too far from the server's clock
inline constexpr Code nonce_used{710, Kind::retry};  // this signature was seen before
inline constexpr Code device_not_active{711, Kind::sign_in};  // unknown, retired or revoked device
inline constexpr Code signature_purpose{
    712, Kind::refused};  // signed for another organisation or purpose

inline constexpr Code rate_limited{715, Kind::retry};       // too many requests
inline constexpr Code server_busy{716, Kind::retry};        // over capacity or stopping
inline constexpr Code server_failed{717, Kind::retry};      // the server's own fault; see its log
inline constexpr Code no_organisation{718, Kind::missing};  // nothing created here yet
inline constexpr Code organisation_exists{719,
                                          Kind::refused};  // one organisation per data directory
inline constexpr Code token_wrong{720, Kind::refused};    // creating takes the token obhutd printed
inline constexpr Code entry_refused{721, Kind::refused};  // a log entry is not valid at its place
inline constexpr Code material_wrong{
    722, Kind::refused};  // key, box, blob or opening does not match its hash
inline constexpr Code sign_in_refused{723,
                                      Kind::sign_in};    // the one answer to every failed sign-in
inline constexpr Code head_moved{724, Kind::conflict};   // the chain has grown; body: Head
inline constexpr Code link_refused{725, Kind::refused};  // a link is not valid at its place
inline constexpr Code lists_wrong{726, Kind::refused};   // lists do not match the commit
inline constexpr Code objects_missing{
    727, Kind::conflict};  // raised but not stored; body: ObjectsMissing
inline constexpr Code space_unknown{728,
                                    Kind::missing};    // no such space, or the caller is not in it
inline constexpr Code over_quota{729, Kind::refused};  // growth beyond the owner's quota
inline constexpr Code not_there{730, Kind::missing};   // the thing asked for does not exist
inline constexpr Code space_read_only{
    731, Kind::refused};  // restored server: waits for a manager's resume
inline constexpr Code entry_time{732,
                                 Kind::refused};  // entry's time too far from the server's clock
inline constexpr Code log_moved{
    733, Kind::conflict};  // the log has grown in between; read it, sign again

inline constexpr Code unreachable{740, Kind::retry};  // no connection; nothing was sent
inline constexpr Code outcome_unknown{741,
                                      Kind::retry};     // sent, but no answer: it may have happened
inline constexpr Code cancelled{742, Kind::retry};      // the caller asked to stop
inline constexpr Code not_trusted{743, Kind::refused};  // the server's certificate does not verify

}  // namespace obhut::errors
