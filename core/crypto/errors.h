// Error codes of the cryptographic layer: E-0200 to E-0249.
#pragma once

#include "core/base/error.h"

namespace obhut::errors {

inline constexpr Code object_tampered{
    200, Kind::corrupt};  // sealed bytes do not open under this reference
inline constexpr Code object_wrong_id{201,
                                      Kind::corrupt};  // bytes are not those the reference names
inline constexpr Code unknown_version{202, Kind::upgrade};  // version byte above ours
inline constexpr Code unknown_suite{203, Kind::upgrade};    // suite not on the compiled allow-list
inline constexpr Code wrong_object_type{204,
                                        Kind::corrupt};   // an object of another type in this place
inline constexpr Code bad_signature{205, Kind::corrupt};  // a signature does not verify
inline constexpr Code bad_key{206, Kind::corrupt};       // public key not canonical or of low order
inline constexpr Code box_tampered{207, Kind::corrupt};  // a box does not open with our key
inline constexpr Code bad_padding{208, Kind::corrupt};   // padding is not the one form allowed
inline constexpr Code weak_parameters{
    209, Kind::corrupt};  // password-hash parameters below the compiled floor
inline constexpr Code no_memory_for_kdf{210, Kind::local};  // not enough memory for Argon2id

}  // namespace obhut::errors
