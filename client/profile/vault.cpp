#include "client/profile/vault.h"

#include "core/crypto/kdf.h"
#include "core/crypto/object.h"

namespace obhut::client {
namespace {

constexpr std::size_t kSalt = 32;
constexpr std::uint8_t kKdfClass = 1;

KdfInfo info_of(Label label, const ProfilePlace& place) {
    return KdfInfo(label).add(place.org.view()).add(place.user.view()).add(place.device.view());
}

ObjectPlace object_place(const OrgId& org) { return {labels::object_in_profile, org, SpaceId{}}; }

std::string keyring_name(const Lock& lock) {
    return "obhut-profile-" + to_hex(lock.salt.view().first(16));
}

// The key that seals the profile key: from the stretched passphrase, or from the keyring's secret.
ObjectKey lock_key(const Lock& lock, const ProfilePlace& place, ByteView secret) {
    const Label label =
        lock.kind == ProtectionKind::keyring ? labels::profile_keyring : labels::profile_passphrase;
    return ObjectKey(derive<32>(secret, info_of(label, place).add(lock.salt.view())));
}

Result<Secret<32>> stretched(const Lock& lock, ByteView passphrase) {
    if (passphrase.empty()) return fail(errors::password_empty);
    return hash_password(passphrase, lock.salt.view().first(16),
                         TRY(password_cost(lock.kdf_class)));
}

Result<WrapKey> open_with_secret(const Lock& lock, const ProfilePlace& place, ByteView secret) {
    auto key = open_with(object_place(place.org), ObjectType::profile,
                         lock_key(lock, place, secret), lock.sealed);
    if (!key || key->size() != WrapKey::kSize) return fail(errors::passphrase_wrong);
    const SecretBytes guarded(std::move(*key));
    return WrapKey(guarded.expose());
}

Bytes seal_salted(const KdfInfo& info, const OrgId& org, const WrapKey& key, ByteView plain,
                  Entropy& entropy) {
    Bytes sealed(kSalt);
    entropy.fill(sealed);
    KdfInfo salted = info;
    salted.add(sealed);
    append(sealed, seal_with(object_place(org), ObjectType::profile,
                             ObjectKey(derive<32>(key.expose(), salted)), plain));
    return sealed;
}

Result<SecretBytes> open_salted(const KdfInfo& info, const OrgId& org, const WrapKey& key,
                                ByteView sealed) {
    if (sealed.size() < kSalt) return fail(errors::profile_damaged);
    KdfInfo salted = info;
    salted.add(sealed.first(kSalt));
    auto plain = open_with(object_place(org), ObjectType::profile,
                           ObjectKey(derive<32>(key.expose(), salted)), sealed.subspan(kSalt));
    if (!plain) return fail(errors::profile_damaged);
    return SecretBytes(std::move(*plain));
}

KdfInfo row_info(Table table, ByteView key) {
    return KdfInfo(labels::profile_row).add_uint(static_cast<std::uint64_t>(table)).add(key);
}

}  // namespace

Result<Lock> make_lock(const WrapKey& profile_key, const ProfilePlace& place,
                       const Protection& protection, Keyring* keyring, Entropy& entropy) {
    Lock lock;
    lock.kind = protection.kind;
    lock.kdf_class = kKdfClass;
    lock.salt = entropy.id<LockSalt>();
    Secret<32> secret;
    if (protection.kind == ProtectionKind::keyring) {
        if (keyring == nullptr) return fail(errors::keyring_unavailable);
        entropy.fill(secret.expose_mutable());
        TRY(keyring->store(keyring_name(lock), SecretBytes(secret.expose())));
    } else {
        secret = TRY(stretched(lock, protection.passphrase.expose()));
    }
    lock.sealed = seal_with(object_place(place.org), ObjectType::profile,
                            lock_key(lock, place, secret.expose()), profile_key.expose());
    return lock;
}

Result<WrapKey> open_lock(const Lock& lock, const ProfilePlace& place, ByteView passphrase) {
    if (lock.kind != ProtectionKind::passphrase) return fail(errors::profile_damaged);
    const Secret<32> secret = TRY(stretched(lock, passphrase));
    return open_with_secret(lock, place, secret.expose());
}

Result<WrapKey> open_lock_by_keyring(const Lock& lock, const ProfilePlace& place,
                                     Keyring* keyring) {
    if (lock.kind != ProtectionKind::keyring) return fail(errors::profile_damaged);
    if (keyring == nullptr) return fail(errors::keyring_unavailable);
    const SecretBytes secret = TRY(keyring->load(keyring_name(lock)));
    return open_with_secret(lock, place, secret.expose());
}

void forget_lock(const Lock& lock, Keyring* keyring) {
    // What is left behind opens nothing any more, so a failure does no harm.
    if (lock.kind == ProtectionKind::keyring && keyring != nullptr)
        (void)keyring->erase(keyring_name(lock));
}

Bytes seal_secrets(const WrapKey& profile_key, const ProfilePlace& place,
                   const ProfileSecrets& secrets, Entropy& entropy) {
    Bytes plain = encode(secrets);
    Bytes sealed =
        seal_salted(info_of(labels::profile_record, place), place.org, profile_key, plain, entropy);
    wipe(plain);
    return sealed;
}

Result<ProfileSecrets> open_secrets(const WrapKey& profile_key, const ProfilePlace& place,
                                    ByteView sealed) {
    const auto plain =
        open_salted(info_of(labels::profile_record, place), place.org, profile_key, sealed);
    if (!plain) return fail(errors::passphrase_wrong);
    ProfileSecrets secrets = TRY(decode<ProfileSecrets>(plain->expose()));
    VERIFY("SR-01/profile-device",
           directory::device_id(secrets.device.public_keys()) == place.device,
           errors::secret_mismatch);
    return secrets;
}

Bytes seal_row(const WrapKey& profile_key, Table table, ByteView key, ByteView plain,
               Entropy& entropy) {
    return seal_salted(row_info(table, key), OrgId{}, profile_key, plain, entropy);
}

Result<SecretBytes> open_row(const WrapKey& profile_key, Table table, ByteView key,
                             ByteView sealed) {
    return open_salted(row_info(table, key), OrgId{}, profile_key, sealed);
}

}  // namespace obhut::client
