// Suites: fixed choices of algorithms, one byte in every object. Format: docs/protocol/encoding.md
// §5.
#pragma once

#include <cstdint>

namespace obhut {

// Suite 1: X-Wing, Ed25519, ChaCha20-Poly1305, SHA-256, HKDF-SHA-256, Argon2id. Not listed in BSI
// TR-02102-1. Suite 2 is reserved for ECDH P-384 + ML-KEM, ECDSA and ML-DSA, AES-256-GCM, SHA-384.
enum class Suite : std::uint8_t { one = 1 };

// is_known is the compiled allow-list; no other suite is ever tried.
constexpr bool is_known(Suite suite) { return suite == Suite::one; }

inline constexpr std::uint8_t kFormatVersion = 1;

}  // namespace obhut
