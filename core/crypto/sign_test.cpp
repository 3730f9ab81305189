#include "core/crypto/sign.h"

#include "tests/support/entropy.h"
#include "tests/support/test.h"

namespace obhut {

namespace {
const OrgId kOrg = OrgId::truncated(Bytes(16, 7));
}

TEST(signature_covers_label_organisation_key_and_payload) {
    test::TestEntropy entropy;
    const SigningKey key = SigningKey::generate(entropy);
    const SigningPublicKey open = key.public_key();
    const Bytes payload = to_bytes("entry");
    const Signature signature = sign(key, labels::sign_entry, kOrg, payload);
    EXPECT_OK(verify_signature(open, labels::sign_entry, kOrg, payload, signature));

    EXPECT_ERROR(verify_signature(open, labels::sign_commit, kOrg, payload, signature),
                 errors::bad_signature);
    EXPECT_ERROR(verify_signature(open, labels::sign_entry, OrgId{}, payload, signature),
                 errors::bad_signature);
    EXPECT_ERROR(verify_signature(open, labels::sign_entry, kOrg, to_bytes("entrz"), signature),
                 errors::bad_signature);
    const SigningPublicKey other = SigningKey::generate(entropy).public_key();
    EXPECT_ERROR(verify_signature(other, labels::sign_entry, kOrg, payload, signature),
                 errors::bad_signature);
    Signature flipped = signature;
    flipped.bytes[40] ^= 1;
    EXPECT_ERROR(verify_signature(open, labels::sign_entry, kOrg, payload, flipped),
                 errors::bad_signature);
}

TEST(request_and_note_signatures_refuse_other_text) {
    test::TestEntropy entropy;
    const RequestKey request = RequestKey::generate(entropy);
    const Signature by_request = sign_request(request, as_bytes("base"));
    EXPECT_OK(verify_request(request.public_key(), as_bytes("base"), by_request));
    EXPECT_ERROR(verify_request(request.public_key(), as_bytes("bass"), by_request),
                 errors::bad_signature);
    const NoteKey note = NoteKey::generate(entropy);
    const Signature by_note = sign_note(note, as_bytes("note"));
    EXPECT_OK(verify_note_signature(note.public_key(), as_bytes("note"), by_note));
    EXPECT_ERROR(verify_note_signature(note.public_key(), as_bytes("nota"), by_note),
                 errors::bad_signature);
}

TEST(sr16_public_keys_of_small_order_are_refused) {
    test::TestEntropy entropy;
    EXPECT(is_valid_public_key(SigningKey::generate(entropy).public_key().view()));
    EXPECT(!is_valid_public_key(Bytes(32, 0)));
    Bytes identity(32, 0);
    identity[0] = 1;
    EXPECT(!is_valid_public_key(identity));
    EXPECT(!is_valid_public_key(Bytes(31, 9)));
}

}  // namespace obhut
