#include "server/services/storing.h"

#include "protocols/api/errors.h"

namespace obhut::services {

namespace {

// The first byte separates the uses of the area.
enum class Use : std::uint8_t {
    creation_token = 1,
    added_box = 2,
    bucket_box = 3,
    heads = 4,
    deposit = 5,
    snapshot_head = 6,
    snapshot_page = 7,
    restore_wait = 8,
    restored = 9
};

Bytes begin_key(Use use) { return {static_cast<std::uint8_t>(use)}; }

}  // namespace

Error public_error(Error error) {
    if (error.is(errors::quota_exceeded)) return Error(errors::over_quota);
    // A record changed between reading and writing: the same request again will see it.
    if (error.is(errors::version_moved)) return Error(errors::server_busy);
    if (error.is(errors::store_busy)) return Error(errors::server_busy);
    if (error.is(errors::chain_ended)) return Error(errors::link_refused, error.code.number);
    if (error.is(errors::over_store_limit)) return Error(errors::http_too_large);
    return Error(errors::server_failed);
}

Error read_error(Error error, Code missing) {
    return error.is(errors::not_stored) ? Error(missing) : public_error(error);
}

Result<std::optional<storage::Record>> find_record(storage::Store& store, storage::Area area,
                                                   ByteView key, Millis now) {
    auto record = store.record(area, key, now);
    if (record) return std::optional(std::move(*record));
    if (record.error().is(errors::not_stored)) return std::optional<storage::Record>();
    return std::unexpected(public_error(record.error()));
}

Result<> commit(storage::Store& store, storage::WriteBatch batch) {
    const storage::Outcome outcome = storage::commit_now(store, std::move(batch));
    if (!outcome.result) return std::unexpected(public_error(outcome.result.error()));
    return {};
}

storage::Kit stored_kit(const api::KitDeposit& deposit) {
    return {deposit.user, deposit.password_auth_hash, deposit.password_blob,
            deposit.recovery_auth_hash, deposit.recovery_blob};
}

std::string lower_case(std::string_view address) {
    std::string lower(address);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return lower;
}

Bytes added_box_prefix(const PrincipalId& principal, std::uint32_t number) {
    Bytes key = begin_key(Use::added_box);
    append(key, principal.view());
    append_be32(key, number);
    return key;
}

Bytes added_box_key(const PrincipalId& principal, std::uint32_t number,
                    const api::RecipientId& recipient) {
    Bytes key = added_box_prefix(principal, number);
    append(key, recipient.view());
    return key;
}

Bytes heads_key(const Hash& root) {
    Bytes key = begin_key(Use::heads);
    append(key, root.view());
    return key;
}

Bytes bucket_box_key(const KemKeyHash& bucket, const api::RecipientId& recipient) {
    Bytes key = begin_key(Use::bucket_box);
    append(key, bucket.view());
    append(key, recipient.view());
    return key;
}

Bytes deposit_key(const DeviceId& device, const GroupId& group, std::uint16_t index) {
    Bytes key = begin_key(Use::deposit);
    append(key, device.view());
    append(key, group.view());
    append_be32(key, index);
    return key;
}

Bytes creation_token_key() { return begin_key(Use::creation_token); }

Bytes restore_wait_key() { return begin_key(Use::restore_wait); }
Bytes restored_key() { return begin_key(Use::restored); }

Bytes snapshot_head_prefix() { return begin_key(Use::snapshot_head); }

Bytes snapshot_head_key(std::uint64_t size) {
    Bytes key = snapshot_head_prefix();
    append_be64(key, size);
    return key;
}

Bytes snapshot_page_prefix() { return begin_key(Use::snapshot_page); }

Bytes snapshot_page_key(std::uint64_t size, std::uint32_t page) {
    Bytes key = snapshot_page_prefix();
    append_be64(key, size);
    append_be32(key, page);
    return key;
}

}  // namespace obhut::services
