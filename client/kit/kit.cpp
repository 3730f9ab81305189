#include "client/kit/kit.h"

#include "core/crypto/box.h"
#include "core/crypto/object.h"
#include "core/crypto/padding.h"

namespace obhut::client {
namespace {

constexpr std::size_t kSalt = 32;
constexpr std::size_t kPaddedContent = 1024;

// Outside a space and, before it is opened, outside any organisation: both are stated inside.
const ObjectPlace kKitPlace{labels::object_in_kit, OrgId{}, SpaceId{}};

ObjectKey blob_key(const WrapKey& wrap, ByteView salt) {
    return ObjectKey(derive<32>(wrap.expose(), KdfInfo(labels::kit_blob).add(salt)));
}

}  // namespace

DeviceSecrets DeviceSecrets::generate(Entropy& entropy) {
    return {SigningKey::generate(entropy), RequestKey::generate(entropy),
            KemSecretKey::generate(entropy)};
}

directory::DeviceKeys DeviceSecrets::public_keys() const {
    return {signing.public_key(), request.public_key(), kem_key_hash(kem_public())};
}

KemPublicKey DeviceSecrets::kem_public() const { return kem_public_key(kem); }

DeviceSecrets kit_secrets(const KitSeed& seed) {
    return {SigningKey(derive<32>(seed.expose(), KdfInfo(labels::kit_seed_sign)).expose()),
            RequestKey(derive<32>(seed.expose(), KdfInfo(labels::kit_seed_request)).expose()),
            KemSecretKey(derive<32>(seed.expose(), KdfInfo(labels::kit_seed_kem)))};
}

Result<KitUnlock> unlock_by_password(ByteView password, const AccountSecret& account_secret,
                                     std::uint8_t kdf_class) {
    if (password.empty()) return fail(errors::password_empty);
    const PasswordCost cost = TRY(password_cost(kdf_class));
    Secret<16> salt;
    hkdf(account_secret.expose(), {}, KdfInfo(labels::kit_salt), salt.expose_mutable());
    const Secret<32> stretched = TRY(hash_password(password, salt.expose(), cost));
    Bytes input = to_bytes(stretched.expose());
    append(input, account_secret.expose());
    KitUnlock unlock;
    Secret<32> wrap;
    hkdf(input, {}, KdfInfo(labels::kit_password_auth).add_uint(kdf_class),
         unlock.auth.expose_mutable());
    hkdf(input, {}, KdfInfo(labels::kit_password_wrap).add_uint(kdf_class), wrap.expose_mutable());
    wipe(input);
    unlock.wrap = WrapKey(std::move(wrap));
    return unlock;
}

KitUnlock unlock_by_recovery(const RecoveryKey& key) {
    return {derive<32>(key.expose(), KdfInfo(labels::kit_recovery_auth)),
            WrapKey(derive<32>(key.expose(), KdfInfo(labels::kit_recovery_wrap)))};
}

Bytes seal_kit(const WrapKey& wrap, const KitContent& content, Entropy& entropy) {
    Bytes blob(kSalt);
    entropy.fill(blob);
    Bytes plain = encode(content);
    pad(plain, (plain.size() / kPaddedContent + 1) * kPaddedContent);
    append(blob, seal_with(kKitPlace, ObjectType::kit, blob_key(wrap, ByteView(blob)), plain));
    wipe(plain);
    return blob;
}

Result<KitContent> open_kit(const WrapKey& wrap, ByteView blob) {
    if (blob.size() < kSalt) return fail(errors::truncated);
    const SecretBytes plain(TRY(open_with(kKitPlace, ObjectType::kit,
                                          blob_key(wrap, blob.first(kSalt)), blob.subspan(kSalt))));
    return decode<KitContent>(TRY(unpadded(plain.expose())));
}

SealedKit seal_kit_twice(const KitContent& content, const KitUnlock& password,
                         const KitUnlock& recovery, std::uint8_t kdf_class, Entropy& entropy) {
    const DeviceSecrets secrets = kit_secrets(content.seed);
    SealedKit kit;
    kit.kem = secrets.kem_public();
    kit.deposit.user = content.user;
    kit.deposit.password_auth_hash = sha256(password.auth.expose());
    kit.deposit.password_blob = seal_kit(password.wrap, content, entropy);
    kit.deposit.recovery_auth_hash = sha256(recovery.auth.expose());
    kit.deposit.recovery_blob = seal_kit(recovery.wrap, content, entropy);
    kit.statement = {secrets.public_keys(), sha256(kit.deposit.password_blob),
                     sha256(kit.deposit.recovery_blob), kdf_class};
    return kit;
}

}  // namespace obhut::client
