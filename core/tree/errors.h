// Error codes of the tree: E-0450 to E-0499.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

inline constexpr Code node_malformed{
    450, Kind::corrupt};  // a node is not in the one form its content has
inline constexpr Code node_wrong_place{
    451, Kind::corrupt};  // level, count or keys are not what the parent says
inline constexpr Code key_not_allowed{452, Kind::usage};  // a key is empty or over 512 bytes
inline constexpr Code value_too_large{453, Kind::usage};  // a value is over 1 MiB
inline constexpr Code keys_out_of_order{
    454, Kind::usage};  // a builder was given keys that do not ascend
inline constexpr Code tree_too_large{455, Kind::usage};  // over 2^48 entries or 16 levels
inline constexpr Code merge_conflict{
    456, Kind::conflict};  // both sides changed a key and nobody resolves it
inline constexpr Code value_malformed{
    457, Kind::corrupt};  // a value object that is not what its entry names
inline constexpr Code node_missing{458,
                                   Kind::missing};  // the store does not have a node it should have

}  // namespace obhut::errors
