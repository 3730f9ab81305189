#include "client/kit/kit.h"

#include "tests/support/entropy.h"
#include "tests/support/test.h"

namespace obhut::client {
namespace {

KitContent sample_content(test::TestEntropy& entropy) {
    KitContent content;
    content.org = entropy.id<OrgId>();
    content.user = entropy.id<UserId>();
    content.root_fingerprint = entropy.id<Hash>();
    content.note = "a note";
    content.seed = KitSeed::generate(entropy);
    return content;
}

}  // namespace

TEST(kit_opens_by_password_and_by_recovery_key) {
    test::TestEntropy entropy(1);
    AccountSecret account;
    RecoveryKey recovery;
    entropy.fill(account.expose_mutable());
    entropy.fill(recovery.expose_mutable());
    const KitContent content = sample_content(entropy);
    const auto password = unlock_by_password(as_bytes("correct horse"), account, 1);
    REQUIRE_OK(password);
    const SealedKit kit =
        seal_kit_twice(content, *password, unlock_by_recovery(recovery), 1, entropy);
    for (const auto& [wrap, blob] : {std::pair(&password->wrap, &kit.deposit.password_blob)}) {
        const auto opened = open_kit(*wrap, *blob);
        REQUIRE_OK(opened);
        EXPECT_EQ(opened->user, content.user);
        EXPECT(opened->note == content.note);
        EXPECT(kit_secrets(opened->seed).public_keys() == kit.statement.keys);
    }
    const auto recovered = open_kit(unlock_by_recovery(recovery).wrap, kit.deposit.recovery_blob);
    REQUIRE_OK(recovered);
    EXPECT(equal(recovered->seed.expose(), content.seed.expose()));
    // Neither opens the other's blob, and the server's half opens nothing.
    EXPECT_ERROR(open_kit(password->wrap, kit.deposit.recovery_blob), errors::object_tampered);
    EXPECT_ERROR(open_kit(WrapKey(password->auth.expose()), kit.deposit.password_blob),
                 errors::object_tampered);
    EXPECT_EQ(kit.deposit.password_blob.size(), kit.deposit.recovery_blob.size());
}

TEST(kit_parts_depend_on_everything) {
    test::TestEntropy entropy(2);
    AccountSecret account, other;
    entropy.fill(account.expose_mutable());
    entropy.fill(other.expose_mutable());
    const auto one = unlock_by_password(as_bytes("a"), account, 1);
    const auto password = unlock_by_password(as_bytes("b"), account, 1);
    const auto secret = unlock_by_password(as_bytes("a"), other, 1);
    REQUIRE(one && password && secret);
    EXPECT(!equal(one->auth.expose(), password->auth.expose()));
    EXPECT(!equal(one->auth.expose(), secret->auth.expose()));
    EXPECT(!equal(one->auth.expose(), one->wrap.expose()));
    EXPECT_ERROR(unlock_by_password({}, account, 1), errors::password_empty);
    EXPECT_ERROR(unlock_by_password(as_bytes("a"), account, 0), errors::weak_parameters);
}

TEST(kit_blob_is_fresh_each_time_and_refuses_change) {
    test::TestEntropy entropy(3);
    const KitContent content = sample_content(entropy);
    const WrapKey wrap = WrapKey::generate(entropy);
    const Bytes blob = seal_kit(wrap, content, entropy);
    EXPECT(blob != seal_kit(wrap, content, entropy));
    for (std::size_t at = 0; at < blob.size(); at += 13) {
        Bytes changed = blob;
        changed[at] ^= 1;
        EXPECT(!open_kit(wrap, changed));
    }
    EXPECT_ERROR(open_kit(wrap, ByteView(blob).first(20)), errors::truncated);
    EXPECT_ERROR(open_kit(wrap, ByteView(blob).first(60)), errors::object_tampered);
}

}  // namespace obhut::client
