// Snapshots of the directory at the server: the pages of the newest two, as records of the store.
//
//     begin(…) writes the pages, a few at a time ──▶ finish(batch) beside the entry ──▶ page(…)
//
// A snapshot is not served before its entry is logged. What a crash left half written goes with the
// next one. Threads: those who write take turns; page() may be called meanwhile.
#pragma once

#include "core/base/clock.h"
#include "core/directory/snapshot.h"
#include "protocols/api/snapshots.h"
#include "server/services/storing.h"

namespace obhut::services {

class SnapshotStore {
public:
    static constexpr std::size_t kKept = 2;  // invitations of last week vouch for the one before
    static constexpr std::uint32_t kPagesPerBatch = 8;

    SnapshotStore(storage::Store& store, Clock& clock) : store_(store), clock_(clock) {}

    // write stores the pages of a state under the tree there, and adds to `batch` what makes them a
    // snapshot and removes older ones. Errors: those of the store.
    Result<> write(const directory::State& state, const directory::Frontier& tree,
                   storage::WriteBatch& batch, std::uint32_t pages_per_batch = kPagesPerBatch);
    // Errors: not_there, those of the store.
    Result<api::SnapshotPage> page(std::uint64_t size, std::uint64_t number);

private:
    Result<> remove_others(storage::WriteBatch& batch);

    storage::Store& store_;
    Clock& clock_;
};

}  // namespace obhut::services
