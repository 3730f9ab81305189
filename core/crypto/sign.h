// Ed25519 signatures in the one form of docs/protocol/encoding.md §3.
//
// A signature covers label ‖ 0x00 ‖ suite ‖ org(16) ‖ signer key id(32) ‖ SHA-256(payload).
// Verification is strict: canonical S, A and R, no point of small order, cofactorless (RFC 8032
// §5.1.7 without the cofactor). A device has two key pairs with types of their own: SigningKey for
// records, RequestKey for HTTP requests.
#pragma once

#include "core/base/entropy.h"
#include "core/base/id.h"
#include "core/base/secret.h"
#include "core/base/verify.h"
#include "core/crypto/errors.h"
#include "core/crypto/labels.h"

namespace obhut {

using Signature = FixedBytes<struct SignatureTag, 64>;
using SigningPublicKey = FixedBytes<struct SigningPublicTag, 32>;
using RequestPublicKey = FixedBytes<struct RequestPublicTag, 32>;

// key_id is SHA-256(label ‖ 0x00 ‖ public key): how records name a signer.
KeyId key_id(const SigningPublicKey& key);

// SigningKey is the 32-byte Ed25519 seed that signs records.
class SigningKey {
public:
    static constexpr std::size_t kSize = 32;
    SigningKey() = default;
    explicit SigningKey(ByteView seed) : seed_(seed) {}
    static SigningKey generate(Entropy& entropy);

    SigningPublicKey public_key() const;
    SigningKey clone() const { return SigningKey(seed_.expose()); }
    ByteView expose() const { return seed_.expose(); }

private:
    Secret<32> seed_;
};

// RequestKey is the 32-byte Ed25519 seed that signs HTTP requests (RFC 9421) and nothing else.
class RequestKey {
public:
    static constexpr std::size_t kSize = 32;
    RequestKey() = default;
    explicit RequestKey(ByteView seed) : seed_(seed) {}
    static RequestKey generate(Entropy& entropy);

    RequestPublicKey public_key() const;
    RequestKey clone() const { return RequestKey(seed_.expose()); }
    ByteView expose() const { return seed_.expose(); }

private:
    Secret<32> seed_;
};

// sign signs a record's payload. O(payload) for one SHA-256 pass.
Signature sign(const SigningKey& key, Label label, const OrgId& org, ByteView payload);

// verify_signature checks a signature made by sign() with the same label and organisation.
// Errors: bad_signature (also for keys and points that are refused).
Result<> verify_signature(const SigningPublicKey& key, Label label, const OrgId& org,
                          ByteView payload, const Signature& signature);

// sign_request / verify_request work on the RFC 9421 signature base. Errors: bad_signature.
Signature sign_request(const RequestKey& key, ByteView signature_base);
Result<> verify_request(const RequestPublicKey& key, ByteView signature_base,
                        const Signature& signature);

// NoteKey signs checkpoints in the C2SP signed-note format (Ed25519, key type 0x01); only a server
// has one.
using NotePublicKey = FixedBytes<struct NotePublicTag, 32>;
class NoteKey {
public:
    static constexpr std::size_t kSize = 32;
    NoteKey() = default;
    explicit NoteKey(ByteView seed) : seed_(seed) {}
    static NoteKey generate(Entropy& entropy);

    NotePublicKey public_key() const;
    ByteView expose() const { return seed_.expose(); }

private:
    Secret<32> seed_;
};
Signature sign_note(const NoteKey& key, ByteView note_text);
Result<> verify_note_signature(const NotePublicKey& key, ByteView note_text,
                               const Signature& signature);

// is_valid_public_key tells whether 32 bytes are a canonical Ed25519 point that is not of small
// order.
bool is_valid_public_key(ByteView key);

}  // namespace obhut
