// Error codes of decoding and of the base library: E-0100 to E-0199.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

inline constexpr Code truncated{100, Kind::corrupt};  // input ends before its structure does
inline constexpr Code not_canonical{101,
                                    Kind::corrupt};  // not deterministic CBOR (RFC 8949 §4.2.1)
inline constexpr Code wrong_type{102,
                                 Kind::corrupt};      // another CBOR type than the grammar has here
inline constexpr Code too_large{103, Kind::corrupt};  // over a limit of the decoder
inline constexpr Code too_deep{104, Kind::corrupt};   // nested deeper than the decoder allows
inline constexpr Code trailing_bytes{105, Kind::corrupt};  // bytes after the end of the structure
inline constexpr Code missing_field{106, Kind::corrupt};   // a required field is absent
inline constexpr Code unknown_field{107,
                                    Kind::upgrade};  // a critical field this version does not know
inline constexpr Code invalid_value{108,
                                    Kind::corrupt};  // well-formed, but outside the field's domain
inline constexpr Code invalid_text{109, Kind::corrupt};    // not valid UTF-8
inline constexpr Code invalid_encoding{110, Kind::usage};  // hex or base32 text that is none

}  // namespace obhut::errors
