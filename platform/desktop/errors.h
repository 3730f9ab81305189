// Error codes of the desktop: E-0870 to E-0899; those of files that platform/errors.h has are not
// here again. The detail is errno where there is one.
#pragma once

#include "platform/errors.h"

namespace obhut::errors {

inline constexpr Code file_in_the_way{
    870, Kind::local};  // a file where a folder is needed, or the reverse
inline constexpr Code file_changed{871, Kind::retry};   // the file changed while it was read
inline constexpr Code unusual_file{872, Kind::usage};   // neither file, folder nor symbolic link
inline constexpr Code name_not_utf8{873, Kind::usage};  // a name that is not valid UTF-8
inline constexpr Code unsafe_name{
    874, Kind::corrupt};  // a name that would leave its folder: "..", '/', NUL
inline constexpr Code folder_loop{875, Kind::usage};          // a folder that contains itself
inline constexpr Code too_many_open_files{876, Kind::local};  // the process's or the system's limit
inline constexpr Code path_too_long{877, Kind::usage};        // longer than the file system takes
inline constexpr Code no_terminal{880, Kind::usage};          // a question, and nobody to ask
inline constexpr Code input_ended{881, Kind::usage};          // end of input instead of an answer
inline constexpr Code socket_failed{882, Kind::local};  // a local socket could not be made or used
inline constexpr Code foreign_peer{
    883, Kind::refused};  // another user at the other end of a local socket
inline constexpr Code message_too_long{
    884, Kind::corrupt};  // a message on a local socket over its limit
inline constexpr Code stream_closed{885, Kind::local};  // nobody reads this output any more

}  // namespace obhut::errors
