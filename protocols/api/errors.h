// Error codes of the HTTP interface: E-0703 and E-0714 to E-0739. Both sides use them: the server
// answers the number in the header `obhut-error`, the client makes the code of it (problem.h).
#pragma once

#include "protocols/http/errors.h"

namespace obhut::errors {

// error number this version does not know
inline constexpr Code unknown_answer{703, Kind::upgrade};
inline constexpr Code rate_limited{715, Kind::retry};  // too many requests
inline constexpr Code server_busy{716, Kind::retry};   // over capacity or stopping
// the server's own fault; see its log
inline constexpr Code server_failed{717, Kind::retry};
inline constexpr Code no_organisation{718, Kind::missing};  // nothing created here yet
// one organisation per data directory
inline constexpr Code organisation_exists{719, Kind::refused};
// creating takes the token obhutd printed
inline constexpr Code token_wrong{720, Kind::refused};
// a log entry is not valid at its place; detail: the reason's number
inline constexpr Code entry_refused{721, Kind::refused};
// key, box, blob or opening does not match its hash
inline constexpr Code material_wrong{722, Kind::refused};
// the one answer to every failed sign-in
inline constexpr Code sign_in_refused{723, Kind::sign_in};
inline constexpr Code chain_moved{724, Kind::conflict};  // the chain has grown; body: Head
// a link is not valid at its place; detail: the reason's number
inline constexpr Code link_refused{725, Kind::refused};
// lists do not match the commit or what is stored
inline constexpr Code lists_wrong{726, Kind::refused};
// raised or created but not stored; body: ObjectsMissing
inline constexpr Code upload_missing{727, Kind::conflict};
// no such space, or the caller is not in it
inline constexpr Code space_unknown{728, Kind::missing};
inline constexpr Code over_quota{729, Kind::refused};  // growth beyond a quota
inline constexpr Code not_there{730, Kind::missing};   // the thing asked for does not exist
// a restored server: waits for a manager's resume
inline constexpr Code space_read_only{731, Kind::refused};
// the entry's time is too far from the server's clock
inline constexpr Code entry_time{732, Kind::refused};
// the log has grown in between: read it, sign again
inline constexpr Code log_moved{733, Kind::conflict};
// uploading takes a role that may write
inline constexpr Code not_a_writer{734, Kind::refused};
// the one answer to every failed opening of a link: unknown, ended, expired, used up, wrong proof
inline constexpr Code link_closed{735, Kind::missing};
// a change of a link that does not fit: another space's, made twice, without its record
inline constexpr Code link_wrong{736, Kind::refused};
// drops to that key are not taken any more: seal to the newest
inline constexpr Code inbox_reseal{737, Kind::conflict};
// somebody else holds or has changed the lease
inline constexpr Code lease_moved{738, Kind::conflict};
// a drop or lease that does not fit what the server can check
inline constexpr Code drop_refused{739, Kind::refused};
// restored from a backup just now: what it has lost comes first
inline constexpr Code log_waits{714, Kind::retry};

}  // namespace obhut::errors
