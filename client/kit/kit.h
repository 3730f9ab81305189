// The kit: a pseudo-device of a user whose seed is sealed twice. Format: docs/protocol/kit.md
// §§2–3.
//
//     password, account secret ── Argon2id, HKDF ─┬─ auth part → server: keeps SHA-256 of it
//                                                 └─ wrap part → seals blob 1 ┐
//     recovery key ────────────── HKDF ───────────┬─ auth part → server       ├─ the same content
//                                                 └─ wrap part → seals blob 2 ┘
//     content = organisation, user, root fingerprint, checkpoint, seed
//
// Everything needed to open it is compiled in or typed by the person: the server is asked nothing
// before (SR-37).
#pragma once

#include "client/kit/emergency_kit.h"
#include "core/crypto/kdf.h"
#include "core/crypto/keys.h"
#include "core/crypto/sign.h"
#include "core/directory/entries.h"
#include "core/directory/note.h"
#include "protocols/api/messages.h"

namespace obhut::client {

// DeviceSecrets are the private halves of a device's keys, or of a kit's.
struct DeviceSecrets {
    SigningKey signing;
    RequestKey request;
    KemSecretKey kem;

    static DeviceSecrets generate(Entropy& entropy);
    DeviceSecrets clone() const { return {signing.clone(), request.clone(), kem.clone()}; }
    // public_keys and kem_public are recomputed: public parts are never read from private blobs
    // (SR-01).
    directory::DeviceKeys public_keys() const;
    KemPublicKey kem_public() const;

    static void fields(auto& self, auto& field) {
        field(1, self.signing);
        field(2, self.request);
        field(3, self.kem);
    }
};

// kit_secrets derives the kit's keys from its seed.
DeviceSecrets kit_secrets(const KitSeed& seed);

struct KitContent {
    OrgId org;
    UserId user;
    Hash root_fingerprint;
    // The newest signed note when the blob was written: nothing older is believed. Absent in the
    // very first kit of an organisation, which is older than its log.
    std::optional<std::string> note;
    KitSeed seed;

    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.user);
        field(3, self.root_fingerprint);
        field(4, self.note, directory::kMaxNoteBytes);
        field(5, self.seed);
    }
};

// KitUnlock is what a password or a recovery key becomes: one half for the server, one for the
// blob.
struct KitUnlock {
    Secret<32> auth;
    WrapKey wrap;
};

// unlock_by_password takes about 0.2 s and 64 MiB in class 1. Errors: password_empty,
// weak_parameters, no_memory_for_kdf.
Result<KitUnlock> unlock_by_password(ByteView password, const AccountSecret& account_secret,
                                     std::uint8_t kdf_class);
KitUnlock unlock_by_recovery(const RecoveryKey& key);

// A blob is salt(32) ‖ sealed object of type kit; padded, so that blobs of all people have one
// size.
Bytes seal_kit(const WrapKey& wrap, const KitContent& content, Entropy& entropy);
// open_kit: all or nothing. Errors: those of open_with, truncated, decoding.
Result<KitContent> open_kit(const WrapKey& wrap, ByteView blob);

// SealedKit is a kit as it is deposited: the statement for the directory and the blobs for the
// server.
struct SealedKit {
    directory::KitStatement statement;
    KemPublicKey kem;
    api::KitDeposit deposit;
};
SealedKit seal_kit_twice(const KitContent& content, const KitUnlock& password,
                         const KitUnlock& recovery, std::uint8_t kdf_class, Entropy& entropy);

}  // namespace obhut::client
