#include "core/crypto/sign.h"

#include <sodium.h>

#include "core/crypto/backend.h"
#include "core/crypto/hash.h"
#include "core/crypto/suite.h"

namespace obhut {

namespace {

// SecretPair is libsodium's 64-byte form of an Ed25519 key: seed ‖ public key.
struct SecretPair {
    Secret<64> secret;
    std::array<std::uint8_t, 32> open{};

    explicit SecretPair(ByteView seed) {
        backend::start();
        CHECK(crypto_sign_ed25519_seed_keypair(open.data(), secret.expose_mutable().data(),
                                               seed.data()) == 0);
    }
};

template <class PublicKey>
PublicKey public_of(ByteView seed) {
    return PublicKey::from(SecretPair(seed).open);
}

Signature sign_bytes(ByteView seed, ByteView message) {
    const SecretPair pair(seed);
    Signature signature;
    CHECK(crypto_sign_ed25519_detached(signature.bytes.data(), nullptr, message.data(),
                                       message.size(), pair.secret.expose().data()) == 0);
    return signature;
}

bool verify_bytes(ByteView key, ByteView message, const Signature& signature) {
    backend::start();
    // libsodium refuses S ≥ L, non-canonical and small-order A and R, and does not multiply by the
    // cofactor; the set is pinned by the CCTV vectors in sign_test.cpp.
    return crypto_sign_ed25519_verify_detached(signature.bytes.data(), message.data(),
                                               message.size(), key.data()) == 0;
}

Bytes signed_form(Label label, const OrgId& org, const KeyId& signer, ByteView payload) {
    Bytes message = to_bytes(label.text);
    message.push_back(0);
    message.push_back(static_cast<std::uint8_t>(Suite::one));
    append(message, org.view());
    append(message, signer.view());
    append(message, sha256(payload).view());
    return message;
}

template <class Key>
Key generate_key(Entropy& entropy) {
    Secret<32> seed;
    entropy.fill(seed.expose_mutable());
    return Key(seed.expose());
}

}  // namespace

KeyId key_id(const SigningPublicKey& key) {
    return KeyId::from(labelled_hash(labels::id_key, {key.view()}).view());
}

SigningKey SigningKey::generate(Entropy& entropy) { return generate_key<SigningKey>(entropy); }
RequestKey RequestKey::generate(Entropy& entropy) { return generate_key<RequestKey>(entropy); }
NoteKey NoteKey::generate(Entropy& entropy) { return generate_key<NoteKey>(entropy); }

SigningPublicKey SigningKey::public_key() const { return public_of<SigningPublicKey>(expose()); }
RequestPublicKey RequestKey::public_key() const { return public_of<RequestPublicKey>(expose()); }
NotePublicKey NoteKey::public_key() const { return public_of<NotePublicKey>(expose()); }

Signature sign(const SigningKey& key, Label label, const OrgId& org, ByteView payload) {
    return sign_bytes(key.expose(), signed_form(label, org, key_id(key.public_key()), payload));
}

Result<> verify_signature(const SigningPublicKey& key, Label label, const OrgId& org,
                          ByteView payload, const Signature& signature) {
    VERIFY("SR-27/record-signature",
           verify_bytes(key.view(), signed_form(label, org, key_id(key), payload), signature),
           errors::bad_signature);
    return {};
}

Signature sign_request(const RequestKey& key, ByteView signature_base) {
    return sign_bytes(key.expose(), signature_base);
}

Result<> verify_request(const RequestPublicKey& key, ByteView signature_base,
                        const Signature& signature) {
    VERIFY("SR-27/request-signature", verify_bytes(key.view(), signature_base, signature),
           errors::bad_signature);
    return {};
}

Signature sign_note(const NoteKey& key, ByteView note_text) {
    return sign_bytes(key.expose(), note_text);
}

Result<> verify_note_signature(const NotePublicKey& key, ByteView note_text,
                               const Signature& signature) {
    VERIFY("SR-29/note-signature", verify_bytes(key.view(), note_text, signature),
           errors::bad_signature);
    return {};
}

bool is_valid_public_key(ByteView key) {
    backend::start();
    return key.size() == 32 && crypto_core_ed25519_is_valid_point(key.data()) == 1;
}

}  // namespace obhut
