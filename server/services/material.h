// What travels beside log entries: KEM keys, boxes, kits, openings. Everything that an entry names
// by hash must be there and match, and nothing else may come along.
#pragma once

#include "core/directory/entries.h"
#include "server/services/storing.h"

namespace obhut::services {

// Sender is who asks, and when.
struct Sender {
    std::optional<DeviceId> device;  // whose deposits count
    Millis now = 0;
};

// check_material goes through the entries of a request and adds to `batch` what has to be stored
// with them. `store` is asked for KEM keys that are known already. Errors: material_wrong (detail:
// index of the entry; -1 for something that no entry names), entry_refused (an entry that does not
// decode), those of the store.
Result<> check_material(const api::Append& request, storage::Store& store, const Sender& sender,
                        storage::WriteBatch& batch);

}  // namespace obhut::services
