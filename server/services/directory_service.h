// The directory at the server: the log, its state, and what belongs to entries.
//
// One append at a time; it judges the entries at their place, stores them, and only then do others
// see the new state. Readers share the state meanwhile. Source: docs/protocol/http.md §2,
// directory.md. Thread-safe.
#pragma once

#include <deque>
#include <shared_mutex>

#include "core/base/entropy.h"
#include "core/directory/state.h"
#include "server/services/caller.h"
#include "server/services/event_hub.h"
#include "server/services/log_tree.h"
#include "server/services/notary.h"
#include "server/services/snapshot_store.h"
#include "server/services/storing.h"

namespace obhut::services {

class DirectoryService {
public:
    static constexpr Millis kMaxAhead = 5 * kMinute;
    static constexpr Millis kDeposited = kDay;
    static constexpr std::size_t kRemembered =
        4096;  // entries that a repeated request may be recognised by

    // restore_wait: so long after a restore only what it lost is taken.
    DirectoryService(storage::Store& store, Clock& clock, EventHub& hub, Notary& notary,
                     Millis restore_wait)
        : store_(store),
          clock_(clock),
          hub_(hub),
          notary_(notary),
          restore_wait_(restore_wait),
          snapshots_(store, clock) {}

    // load replays the stored log. Errors: log_damaged, those of the store.
    Result<> load();

    // create makes the organisation. Errors: organisation_exists, and those of append.
    Result<api::Note> create(const api::Append& request);
    // append adds entries, all or none; entries that are in the log already, one after the other,
    // are answered as if they had just been added. Errors: entry_refused (detail: the reason),
    // log_moved, entry_time, material_wrong, no_organisation, log_waits (restored just now: devices
    // that have more bring it first).
    // `by` is the device that asks: what it deposited counts as sent along.
    Result<api::Note> append(const api::Append& request, const std::optional<DeviceId>& by = {});
    // deposit keeps boxes of a group's bucket keys for a day. Members of the group only, one for
    // each bucket there can be. Errors: not_there, those of the store.
    Result<> deposit(const api::BucketDeposit& request, const Caller& caller);

    // read calls `question` with the state, which does not change meanwhile.
    template <class Question>
    auto read(Question question) const {
        const std::shared_lock lock(mutex_);
        return question(static_cast<const directory::State&>(state_));
    }
    // Errors: no_organisation.
    Result<OrgId> organisation() const;

    Result<api::Entries> entries(std::uint64_t from);
    Result<Bytes> tile(const directory::Tile& tile);
    Result<api::SnapshotPage> snapshot_page(std::uint64_t size, std::uint64_t number);
    Result<api::Keys> keys(const api::KeysWanted& wanted);
    Result<api::GenerationMaterial> generation(const api::GenerationWanted& wanted,
                                               const Caller& caller);

private:
    Result<api::Note> append_locked(const api::Append& request, const std::optional<DeviceId>& by);
    Result<bool> brings_back(const api::Append& request) const;
    Result<> judge_times_and_notes(const std::vector<Bytes>& leaves, bool back);
    Result<> keep_snapshots(const std::vector<Bytes>& leaves, storage::WriteBatch& batch);
    bool known_already(const std::vector<Bytes>& leaves) const;
    void remember(const std::vector<Bytes>& leaves);
    Result<> restore_state();
    Result<> wait_for_what_was_lost(std::string note, std::optional<directory::Position> behind);
    Result<std::vector<api::BucketMaterial>> bucket_boxes(const GroupId& group,
                                                          const Caller& caller);
    void tell();

    storage::Store& store_;
    Clock& clock_;
    EventHub& hub_;
    Notary& notary_;
    const Millis restore_wait_;
    SnapshotStore snapshots_;
    mutable std::shared_mutex mutex_;  // of everything below
    directory::State state_;
    LogTree tree_;
    Millis waits_until_ = 0;   // after a restore only what it lost is taken until then
    std::deque<Hash> recent_;  // leaf hashes of the newest entries, in order
};

}  // namespace obhut::services
