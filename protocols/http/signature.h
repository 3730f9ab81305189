// Signed requests: the subset of HTTP Message Signatures (RFC 9421) that Obhut uses. Ed25519, one
// signature, one form.
//
//     content-digest: sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
//     signature-input: obhut=("@method" "@path" "@query" "content-digest");created=1700000000;
//                      nonce="<32 hex>";keyid="<device id, 32 hex>";tag="obhut/v1/<organisation id,
//                      32 hex>"
//     signature: obhut=:<base64 of 64 bytes>:
//
// (signature-input is one line.) Every request covers the same four components in this order; an
// upload of objects has "obhut-list-digest" in the place of "content-digest". Parameters come in
// this order, none is left out, and anything else is refused: one request, one text. The tag binds
// organisation and purpose, so that no key of another protocol or organisation helps. A device's
// request key signs nothing but this. Who is allowed, replay and clock are the caller's. Format:
// docs/protocol/http.md §4.
#pragma once

#include "core/crypto/sign.h"
#include "protocols/http/digest.h"

namespace obhut::http {

using Nonce = FixedBytes<struct NonceTag, 16>;

// What a signature's digest is about.
enum class Covered : std::uint8_t { body, list };

struct SignatureInput {
    Covered covered = Covered::body;
    std::uint64_t created = 0;  // seconds since 1970
    Nonce nonce;                // fresh random bytes
    DeviceId device;
    OrgId org;
};

// A signature as received: parsed, not verified.
struct SignedInput {
    SignatureInput input;
    Hash digest;
    Signature signature;
};

// sign_request sets the three headers. The digest is computed here; one SHA-256 pass over body or
// list. Errors: http_malformed (Covered::list, and the body has no list).
Result<> sign_request(Request& request, const RequestKey& key, const SignatureInput& input);

// parse_signature reads the headers. Errors: signature_missing, signature_malformed,
// signature_components (another set of components, or another digest than `covered`).
Result<SignedInput> parse_signature(const Request& request, Covered covered);

// verify_head checks that `key` signed this request line and digest for this organisation: all that
// can be told before the body is there. Errors: signature_purpose, signature_wrong.
Result<> verify_head(const Request& request, const SignedInput& received,
                     const RequestPublicKey& key, const OrgId& org);
// verify_digest checks that the body (or its list) has the digest that was signed. Errors:
// digest_wrong, http_malformed.
Result<> verify_digest(const Request& request, const SignedInput& received);
// verify_signature is both.
Result<> verify_signature(const Request& request, const SignedInput& received,
                          const RequestPublicKey& key, const OrgId& org);

// signature_base is the text that is signed (RFC 9421 §2.5).
std::string signature_base(const Request& request, const SignatureInput& input, const Hash& digest);

}  // namespace obhut::http
