#include "client/profile/vault.h"

#include <map>

#include "tests/support/entropy.h"
#include "tests/support/test.h"

namespace obhut::client {
namespace {

class MemoryKeyring final : public Keyring {
public:
    Result<> store(std::string_view name, const SecretBytes& secret) override {
        items_[std::string(name)] = to_bytes(secret.expose());
        return {};
    }
    Result<SecretBytes> load(std::string_view name) override {
        const auto found = items_.find(std::string(name));
        if (found == items_.end()) return fail(errors::keyring_empty);
        return SecretBytes(ByteView(found->second));
    }
    Result<> erase(std::string_view name) override {
        items_.erase(std::string(name));
        return {};
    }
    std::size_t size() const { return items_.size(); }

private:
    std::map<std::string, Bytes> items_;
};

struct Sample {
    test::TestEntropy entropy{11};
    WrapKey key = WrapKey::generate(entropy);
    ProfileSecrets secrets{DeviceSecrets::generate(entropy), {}};
    ProfilePlace place{entropy.id<OrgId>(), entropy.id<UserId>(),
                       directory::device_id(secrets.device.public_keys())};
};

}  // namespace

TEST(vault_locks_by_passphrase) {
    Sample s;
    const auto lock =
        make_lock(s.key, s.place, Protection::by_passphrase(as_bytes("pass")), nullptr, s.entropy);
    REQUIRE_OK(lock);
    const auto key = open_lock(*lock, s.place, as_bytes("pass"));
    REQUIRE_OK(key);
    EXPECT(equal(key->expose(), s.key.expose()));
    EXPECT_ERROR(open_lock(*lock, s.place, as_bytes("Pass")), errors::passphrase_wrong);
    ProfilePlace other = s.place;
    other.user = s.entropy.id<UserId>();
    EXPECT_ERROR(open_lock(*lock, other, as_bytes("pass")), errors::passphrase_wrong);
    Lock weak = *lock;
    weak.kdf_class = 0;
    EXPECT_ERROR(open_lock(weak, s.place, as_bytes("pass")), errors::weak_parameters);
    EXPECT_ERROR(make_lock(s.key, s.place, Protection::by_passphrase({}), nullptr, s.entropy),
                 errors::password_empty);
}

TEST(vault_locks_by_keyring) {
    Sample s;
    MemoryKeyring keyring;
    const auto lock = make_lock(s.key, s.place, Protection::by_keyring(), &keyring, s.entropy);
    REQUIRE_OK(lock);
    const auto key = open_lock_by_keyring(*lock, s.place, &keyring);
    REQUIRE_OK(key);
    EXPECT(equal(key->expose(), s.key.expose()));
    EXPECT_ERROR(open_lock_by_keyring(*lock, s.place, nullptr), errors::keyring_unavailable);
    EXPECT_ERROR(open_lock(*lock, s.place, as_bytes("x")), errors::profile_damaged);
    forget_lock(*lock, &keyring);
    EXPECT_EQ(keyring.size(), 0U);
    EXPECT_ERROR(open_lock_by_keyring(*lock, s.place, &keyring), errors::keyring_empty);
}

TEST(vault_secrets_belong_to_one_device) {
    Sample s;
    const Bytes sealed = seal_secrets(s.key, s.place, s.secrets, s.entropy);
    const auto opened = open_secrets(s.key, s.place, sealed);
    REQUIRE_OK(opened);
    EXPECT(opened->device.public_keys() == s.secrets.device.public_keys());
    EXPECT(!opened->kit);
    EXPECT(sealed != seal_secrets(s.key, s.place, s.secrets, s.entropy));
    EXPECT_ERROR(open_secrets(WrapKey::generate(s.entropy), s.place, sealed),
                 errors::passphrase_wrong);
    // Genuine secrets, sealed for this place, that are another device's.
    const ProfileSecrets foreign{DeviceSecrets::generate(s.entropy), {}};
    EXPECT_ERROR(open_secrets(s.key, s.place, seal_secrets(s.key, s.place, foreign, s.entropy)),
                 errors::secret_mismatch);
}

TEST(vault_rows_open_in_their_place_only) {
    Sample s;
    const Bytes row = seal_row(s.key, Table::rings, as_bytes("a"), as_bytes("plain"), s.entropy);
    const auto opened = open_row(s.key, Table::rings, as_bytes("a"), row);
    REQUIRE_OK(opened);
    EXPECT(equal(opened->expose(), as_bytes("plain")));
    EXPECT_ERROR(open_row(s.key, Table::rings, as_bytes("b"), row), errors::profile_damaged);
    EXPECT_ERROR(open_row(s.key, Table::uploads, as_bytes("a"), row), errors::profile_damaged);
    EXPECT_ERROR(open_row(s.key, Table::rings, as_bytes("a"), ByteView(row).first(31)),
                 errors::profile_damaged);
}

}  // namespace obhut::client
