// Error codes of content: E-0500 to E-0549.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

inline constexpr Code content_wrong_hash{
    500, Kind::corrupt};  // a chunk's bytes are not those the manifest names
inline constexpr Code content_wrong_length{
    501, Kind::corrupt};  // a chunk is longer or shorter than its place
inline constexpr Code manifest_wrong_place{
    502, Kind::corrupt};  // a page of another position, height or file size
inline constexpr Code manifest_wrong_end{
    503, Kind::corrupt};  // a page's items do not fill its place exactly
inline constexpr Code file_wrong_hash{504,
                                      Kind::corrupt};  // the chunks together are not the file named
inline constexpr Code content_malformed{505,
                                        Kind::corrupt};  // a content record that contradicts itself
inline constexpr Code content_missing{
    506, Kind::missing};  // the server does not have an object it should have
inline constexpr Code source_changed{507,
                                     Kind::retry};  // the file became shorter while it was read
inline constexpr Code file_too_large{508, Kind::usage};  // over 2^62 bytes
inline constexpr Code inline_bytes_missing{
    509, Kind::corrupt};  // small content whose tree value was not given
inline constexpr Code compressed_damaged{510, Kind::corrupt};  // zstd refuses a chunk

}  // namespace obhut::errors
