// Error codes of obhutd itself: E-0790 to E-0849. They are shown to the operator, never sent.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

inline constexpr Code log_damaged{790,
                                  Kind::corrupt};  // the stored log is not what its checkpoint says
inline constexpr Code chain_damaged{791, Kind::corrupt};  // a stored chain does not verify
inline constexpr Code config_invalid{800, Kind::usage};   // a setting is not understood
inline constexpr Code address_in_use{801, Kind::local};   // another program listens there
inline constexpr Code address_refused{802, Kind::local};  // cannot listen at that address
inline constexpr Code certificate_invalid{
    803, Kind::local};  // certificate or key cannot be read or do not fit
inline constexpr Code too_few_files{804, Kind::local};  // the limit of open files is too low

}  // namespace obhut::errors
