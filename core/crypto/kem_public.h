// X-Wing public keys (draft-connolly-cfrg-xwing-kem): what the directory, rosters and the server
// see of them.
#pragma once

#include "core/base/id.h"
#include "core/crypto/hash.h"

namespace obhut {

inline constexpr std::size_t kKemPublicSize = 1216;
inline constexpr std::size_t kKemCiphertextSize = 1120;

using KemPublicKey = FixedBytes<struct KemPublicTag, kKemPublicSize>;
using KemKeyHash = FixedBytes<struct KemKeyHashTag, 32>;

// kem_key_hash is what the directory logs: SHA-256(label ‖ 0x00 ‖ public key).
KemKeyHash kem_key_hash(const KemPublicKey& key);

}  // namespace obhut
