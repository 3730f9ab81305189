// Error codes of the operating system's side: E-0850 to E-0899. The detail is errno where there is
// one.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

inline constexpr Code file_missing{850, Kind::missing};       // no such file or directory
inline constexpr Code file_exists{851, Kind::conflict};       // a file is there already
inline constexpr Code file_refused{852, Kind::local};         // no permission, or a read-only disk
inline constexpr Code file_disk_full{853, Kind::local};       // no space or over a disk quota
inline constexpr Code file_failed{854, Kind::local};          // any other failure
inline constexpr Code file_too_large{855, Kind::usage};       // larger than the caller takes
inline constexpr Code directory_locked{856, Kind::conflict};  // another program holds the directory
inline constexpr Code bad_server_url{860, Kind::usage};       // not http:// or https:// with a host
inline constexpr Code transport_failed{861, Kind::local};     // libcurl cannot be set up

}  // namespace obhut::errors
