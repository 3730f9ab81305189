#include "client/profile/profile.h"

#include "core/base/check.h"

namespace obhut::client {
namespace {

ByteView record_row() { return as_bytes("public"); }
ByteView secrets_row() { return as_bytes("secrets"); }

// A newer record may have fields we do not know; its first one is always the version.
std::uint32_t version_of(ByteView bytes) {
    CborReader reader(bytes);
    if (!reader.map(kMaxRecordFields)) return 0;
    const auto key = reader.uint();
    if (!key || *key != 1) return 0;
    const auto version = reader.uint();
    return version ? static_cast<std::uint32_t>(*version) : 0;
}

Result<> clear(StoreWriter& writer) {
    for (std::uint8_t table = 1; table <= kTables; ++table)
        TRY(writer.erase_range(static_cast<Table>(table), {}, {}));
    return {};
}

}  // namespace

Result<Profile> Profile::load(LocalStore& store) {
    const auto reader = TRY(store.read());
    const auto row = TRY(reader->get(Table::profile, record_row()));
    Profile profile;
    if (!row) return profile;
    if (version_of(*row) > kProfileVersion) return fail(errors::profile_newer);
    auto record = decode<PublicProfile>(*row);
    if (!record) return fail(errors::profile_damaged, record.error().code.number);
    profile.record_ = std::move(*record);
    return profile;
}

Result<> Profile::begin(LocalStore& store, PublicProfile record, ProfileSecrets secrets,
                        const Protection& protection, Keyring* keyring, Entropy& entropy) {
    record.device = directory::device_id(secrets.device.public_keys());
    const ProfilePlace where{record.org, record.user, record.device};
    WrapKey key = WrapKey::generate(entropy);
    record.lock = TRY(make_lock(key, where, protection, keyring, entropy));
    const auto writer = TRY(store.write(Durability::full));
    TRY(clear(*writer));
    TRY(writer->put(Table::profile, record_row(), encode(record)));
    TRY(writer->put(Table::profile, secrets_row(), seal_secrets(key, where, secrets, entropy)));
    TRY(writer->commit());
    record_ = std::move(record);
    key_ = std::move(key);
    secrets_ = std::move(secrets);
    return {};
}

Result<> Profile::save_record(LocalStore& store, PublicProfile record) {
    const auto writer = TRY(store.write(Durability::full));
    TRY(writer->put(Table::profile, record_row(), encode(record)));
    TRY(writer->commit());
    record_ = std::move(record);
    return {};
}

Result<> Profile::save_secrets(LocalStore& store, ProfileSecrets secrets, Entropy& entropy) {
    const Bytes sealed = seal_secrets(key(), place(), secrets, entropy);
    const auto writer = TRY(store.write(Durability::full));
    TRY(writer->put(Table::profile, secrets_row(), sealed));
    TRY(writer->commit());
    secrets_ = std::move(secrets);
    return {};
}

Result<> Profile::protect(LocalStore& store, const Protection& protection, Keyring* keyring,
                          Entropy& entropy) {
    PublicProfile record = record_;
    record.lock = TRY(make_lock(key(), place(), protection, keyring, entropy));
    const Lock old = record_.lock;
    TRY(save_record(store, std::move(record)));
    forget_lock(old, keyring);
    return {};
}

Result<> Profile::wipe(LocalStore& store, Keyring* keyring) {
    const auto writer = TRY(store.write(Durability::full));
    TRY(clear(*writer));
    TRY(writer->commit());
    forget_lock(record_.lock, keyring);
    lock();
    record_ = PublicProfile();
    return {};
}

Result<> Profile::unlock(LocalStore& store, ByteView passphrase) {
    if (!exists()) return fail(errors::no_profile);
    if (record_.lock.kind != ProtectionKind::passphrase) return fail(errors::passphrase_wrong);
    return unlock_with(store, TRY(open_lock(record_.lock, place(), passphrase)));
}

Result<> Profile::unlock_by_keyring(LocalStore& store, Keyring* keyring) {
    if (!exists()) return fail(errors::no_profile);
    if (record_.lock.kind != ProtectionKind::keyring) return fail(errors::keyring_empty);
    return unlock_with(store, TRY(open_lock_by_keyring(record_.lock, place(), keyring)));
}

Result<> Profile::unlock_with(LocalStore& store, const WrapKey& key) {
    if (!exists()) return fail(errors::no_profile);
    const auto reader = TRY(store.read());
    const auto row = TRY(reader->get(Table::profile, secrets_row()));
    if (!row) return fail(errors::profile_damaged);
    secrets_ = TRY(open_secrets(key, place(), *row));
    key_ = key.clone();
    return {};
}

void Profile::lock() {
    key_.reset();
    secrets_.reset();
}

const WrapKey& Profile::key() const {
    CHECK(key_.has_value());
    return *key_;
}

const ProfileSecrets& Profile::secrets() const {
    CHECK(secrets_.has_value());
    return *secrets_;
}

}  // namespace obhut::client
