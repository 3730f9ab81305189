// Boxes: a short secret sealed to an X-Wing public key. Format: docs/protocol/object.md §5.
//
//     box = version(1) ‖ suite(1) ‖ KEM ciphertext(1120) ‖ commitment(32) ‖ ciphertext ‖ tag(16)
//     key ‖ commitment = HKDF-Expand(shared secret, LP(label) ‖ LP(suite) ‖ LP(org) ‖ LP(kem key
//     hash) ‖ LP(context))
//
// The context names what the box is for (space and epoch, user and generation, …), so a box opens
// in one place only.
#pragma once

#include "core/base/entropy.h"
#include "core/crypto/kem_public.h"
#include "core/crypto/keys.h"
#include "core/crypto/labels.h"

namespace obhut {

inline constexpr std::size_t kBoxOverhead = 2 + kKemCiphertextSize + 32 + 16;

// kem_public_key recomputes the public key of a secret one; public parts are never read from
// private blobs.
KemPublicKey kem_public_key(const KemSecretKey& key);

// is_valid_kem_key refuses keys with coefficients out of range and points of low order (SR-16).
bool is_valid_kem_key(const KemPublicKey& key);

// seal_box seals to `recipient`. Errors: bad_key.
Result<Bytes> seal_box(const KemPublicKey& recipient, Label label, const OrgId& org,
                       ByteView context, ByteView plaintext, Entropy& entropy);

// open_box opens a box sealed to `key` under the same label, organisation and context.
// Errors: unknown_version, unknown_suite, box_tampered.
Result<SecretBytes> open_box(const KemSecretKey& key, Label label, const OrgId& org,
                             ByteView context, ByteView box);

}  // namespace obhut
