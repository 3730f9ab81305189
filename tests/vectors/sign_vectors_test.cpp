#include "core/crypto/sign.h"
#include "tests/vectors/vectors.h"

namespace obhut::test {

namespace {

bool accepts(const Bytes& key, const Bytes& message, const Bytes& signature) {
    if (key.size() != 32 || signature.size() != 64) return false;
    return verify_request(RequestPublicKey::from(key), message, Signature::from(signature))
        .has_value();
}

}  // namespace

TEST(wycheproof_ed25519) {
    const Json vectors = load_vectors("wycheproof_ed25519_test.json");
    if (vectors.is_null()) return;
    int count = 0;
    for_each_test(vectors, [&](const Json& group, const Json& test) {
        const Bytes key = hex_field(group.at("publicKey"), "pk");
        const bool valid = test.at("result") == "valid";
        if (accepts(key, hex_field(test, "msg"), hex_field(test, "sig")) != valid)
            report_failure(__FILE__, __LINE__, "tcId " + test.at("tcId").dump());
        ++count;
    });
    EXPECT(count > 100);
}

// The C2SP/CCTV edge cases differ between libraries; ours is pinned: nothing with a key or nonce of
// small order or in a non-canonical form, and no equation that holds only after multiplying with
// the cofactor.
TEST(cctv_ed25519_accepted_set) {
    const Json vectors = load_vectors("cctv_ed25519.json");
    if (vectors.is_null()) return;
    int accepted = 0;
    for (const auto& test : vectors) {
        const Bytes message = to_bytes(test.at("msg").get<std::string>());
        if (!accepts(hex_field(test, "key"), message, hex_field(test, "sig"))) continue;
        ++accepted;
        for (const char* flag : {"low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R",
                                 "low_order_residue"})
            if (has_flag(test, flag))
                report_failure(__FILE__, __LINE__, test.at("number").dump() + " has " + flag);
    }
    // What is left are keys and nonces of mixed order whose equation holds without the cofactor.
    EXPECT_EQ(accepted, 43);
}

}  // namespace obhut::test
