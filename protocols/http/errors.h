// Error codes of HTTP itself: E-0700 to E-0713 and E-0740 to E-0749.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

// request or answer is not what HTTP or the route allows
inline constexpr Code http_malformed{700, Kind::usage};
inline constexpr Code http_not_found{701, Kind::missing};     // no such path
inline constexpr Code http_too_large{702, Kind::usage};       // body or header over the limit
inline constexpr Code signature_missing{704, Kind::sign_in};  // the request must be signed
// signature headers not in the form of http.md §4
inline constexpr Code signature_malformed{705, Kind::usage};
// the signature does not cover what it must
inline constexpr Code signature_components{706, Kind::refused};
inline constexpr Code signature_wrong{707, Kind::refused};  // it does not verify
inline constexpr Code digest_wrong{708, Kind::corrupt};     // body is not what its digest says
// `created` too far from the server's clock
inline constexpr Code clock_skew{709, Kind::retry};
inline constexpr Code nonce_used{710, Kind::retry};  // this signature was seen before
// unknown, retired or revoked device
inline constexpr Code device_refused{711, Kind::sign_in};
// signed for another organisation or purpose
inline constexpr Code signature_purpose{712, Kind::refused};
// no server's answer, but that of something on the way (a proxy, a login page): what was asked may
// have happened
inline constexpr Code foreign_answer{713, Kind::retry};
inline constexpr Code unreachable{740, Kind::retry};  // no connection; nothing was sent
// sent, but no answer: it may have happened
inline constexpr Code outcome_unknown{741, Kind::retry};
inline constexpr Code cancelled{742, Kind::retry};  // the caller asked to stop
// the server's certificate does not verify
inline constexpr Code not_trusted{743, Kind::refused};

}  // namespace obhut::errors
