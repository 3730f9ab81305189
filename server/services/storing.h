// From messages to what the store keeps, and from the store's errors to those that the caller sees.
#pragma once

#include "core/directory/state.h"
#include "protocols/api/messages.h"
#include "server/storage/store.h"

namespace obhut::services {

// public_error is what the caller is told of a store's error: busy, over quota, or the server's own
// fault.
Error public_error(Error error);
// read_error is what the caller is told when a read of the store failed: `missing` only if there is
// nothing, never when the store could not tell.
Error read_error(Error error, Code missing);
// find_record is a record that may not be there; an error if the store cannot tell.
// Errors: server_busy, server_failed.
Result<std::optional<storage::Record>> find_record(storage::Store& store, storage::Area area,
                                                   ByteView key, Millis now);

// commit is commit_now for those who only want to know whether it worked.
Result<> commit(storage::Store& store, storage::WriteBatch batch);

storage::Kit stored_kit(const api::KitDeposit& deposit);

// lower_case lowers ASCII letters: the form of an e-mail address that is hashed, stored and
// compared.
std::string lower_case(std::string_view address);

// Keys of records in storage::Area::server.
Bytes added_box_prefix(const PrincipalId& principal, std::uint32_t number);
Bytes added_box_key(const PrincipalId& principal, std::uint32_t number,
                    const api::RecipientId& recipient);
Bytes bucket_box_key(const KemKeyHash& bucket, const api::RecipientId& recipient);
// deposit_key: boxes of a bucket that wait for the entry which names its key.
Bytes deposit_key(const DeviceId& device, const GroupId& group, std::uint16_t index);
// heads_key: a list of heads, by its Merkle root.
Bytes heads_key(const Hash& root);
Bytes creation_token_key();
// restore_wait_key: a record that expires when the wait after a restore is over.
Bytes restore_wait_key();
// restored_key: behind which size(8) of the log restores may have lost entries.
Bytes restored_key();
// Snapshots of the directory by size, ascending; and the pages of one.
Bytes snapshot_head_prefix();
Bytes snapshot_head_key(std::uint64_t size);
Bytes snapshot_page_prefix();
Bytes snapshot_page_key(std::uint64_t size, std::uint32_t page);

}  // namespace obhut::services
