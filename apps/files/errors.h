// Error codes of files: E-0550 to E-0599.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

inline constexpr Code name_not_allowed{
    550, Kind::usage};  // empty, ".", "..", with "/" or NUL, not UTF-8, > 255 bytes
inline constexpr Code path_not_found{551, Kind::missing};  // nothing has this path
inline constexpr Code not_a_folder{
    552, Kind::usage};  // a file or symlink stands where a folder is needed
inline constexpr Code is_a_folder{553, Kind::usage};       // a folder stands where a file is needed
inline constexpr Code name_taken{554, Kind::usage};        // something else has this name already
inline constexpr Code move_into_itself{555, Kind::usage};  // a folder cannot go below itself
inline constexpr Code version_not_found{556, Kind::missing};  // the file has no such version
inline constexpr Code not_in_trash{557, Kind::missing};       // nothing like that is in the trash
inline constexpr Code root_is_fixed{
    558, Kind::usage};  // the space's topmost folder is not moved or removed
inline constexpr Code entry_malformed{559, Kind::corrupt};  // an entry that contradicts itself
inline constexpr Code key_malformed{560, Kind::corrupt};    // a key that is none of files
inline constexpr Code folders_in_a_loop{
    561, Kind::corrupt};  // a folder that is inside itself, or too deep to tell

inline constexpr Code not_linkable{562, Kind::usage};  // neither a file nor a folder

}  // namespace obhut::errors
