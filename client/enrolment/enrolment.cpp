#include "client/enrolment/enrolment.h"

#include "client/kit/kit.h"

namespace obhut::client {
namespace {

constexpr std::uint8_t kKdfClass = 1;

Result<SealedKit> make_kit(const Newcomer& newcomer, const OpenKit& open, ByteView password,
                           Entropy& entropy) {
    KitContent content;
    content.org = newcomer.org;
    content.user = newcomer.user;
    content.root_fingerprint = newcomer.root_fingerprint;
    content.note = newcomer.note;
    content.seed = open.seed.clone();
    const KitUnlock by_password =
        TRY(unlock_by_password(password, open.account_secret, open.kdf_class));
    const KitUnlock by_recovery = unlock_by_recovery(open.recovery_key);
    return seal_kit_twice(content, by_password, by_recovery, open.kdf_class, entropy);
}

}  // namespace

Result<FreshKit> make_fresh_kit(const Newcomer& owner, ByteView password, Entropy& entropy) {
    FreshKit kit;
    kit.open.seed = KitSeed::generate(entropy);
    entropy.fill(kit.open.account_secret.expose_mutable());
    entropy.fill(kit.open.recovery_key.expose_mutable());
    kit.open.kdf_class = kKdfClass;
    kit.sealed = TRY(make_kit(owner, kit.open, password, entropy));
    return kit;
}

Result<Enrolment> make_enrolment(const Newcomer& newcomer, ByteView password, Entropy& entropy) {
    Enrolment made;
    made.secrets.device = DeviceSecrets::generate(entropy);
    FreshKit fresh = TRY(make_fresh_kit(newcomer, password, entropy));
    SealedKit& kit = fresh.sealed;
    made.secrets.kit = std::move(fresh.open);

    const KemPublicKey device_kem = made.secrets.device.kem_public();
    const directory::DeviceKeys device_keys = made.secrets.device.public_keys();
    NewGeneration generation =
        make_generation(newcomer.org, principal(newcomer.user), 1, nullptr,
                        {{directory::holder(directory::device_id(device_keys)), device_kem},
                         {directory::holder(directory::device_id(kit.statement.keys)), kit.kem}},
                        entropy);

    made.entry.user = newcomer.user;
    made.entry.device = device_keys;
    made.entry.device_kind = newcomer.device_kind;
    made.entry.kit = kit.statement;
    made.entry.generation.number = 1;
    made.entry.generation.key = kem_key_hash(generation.key);
    made.entry.generation.boxes = generation.boxes;
    made.user_key = std::move(generation.secret);
    made.material.keys = {device_kem, kit.kem, generation.key};
    made.material.generations.push_back(std::move(generation.material));
    made.material.kit = std::move(kit.deposit);
    return made;
}

EmergencyKit Enrolment::kit(const std::string& host, const Hash& root_fingerprint) const {
    return emergency_kit_of(*secrets.kit, host, root_fingerprint);
}

EmergencyKit emergency_kit_of(const OpenKit& kit, const std::string& host,
                              const Hash& root_fingerprint) {
    return {host, kit.account_secret.clone(), kit.recovery_key.clone(), root_fingerprint,
            kit.kdf_class};
}

}  // namespace obhut::client
