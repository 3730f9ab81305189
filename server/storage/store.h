// Port: everything obhutd keeps. Adapters: memory, failing (for tests), SQLite + files; PostgreSQL
// and S3 fit it.
//
// Contract of all methods
//   Threads     any method from any thread. Reads block on disk for milliseconds: not on an event
//   loop. commit() and
//               stage() never block; their callbacks come on a thread of the store (or before the
//               call returns), must be short, must not throw, and may call commit() and stage() but
//               no reads.
//   Outcome     a Result or nothing: after an error nothing of the call has happened, except that a
//   batch answered with
//               storage_io, database_failed or store_stopped may be found done after a restart (as
//               after a lost acknowledgement: look before you try again).
//   Ordering    batches take effect one after the other, in some order that agrees with the order
//   of acknowledgements:
//               who starts a call after a batch was acknowledged sees its effects. Two batches
//               under way have no order.
//   Durability  an acknowledged batch survives a crash of the process, of the machine, and loss of
//   power. Retry       store_busy and disk_full: later, unchanged. store_stopped: the process must
//   be restarted. Idempotence as said with each operation in batch.h. Snapshots   each read sees
//   one consistent state; two reads may see different ones.
// Source: docs/storage.md.
#pragma once

#include <functional>

#include "server/storage/batch.h"
#include "server/storage/errors.h"

namespace obhut::storage {

inline constexpr std::size_t kMaxKeyBytes = 128;          // key of a record
inline constexpr std::size_t kMaxValueBytes = 1U << 20;   // value of a record
inline constexpr std::size_t kMaxObjectBytes = 8U << 20;  // one object
inline constexpr std::size_t kMaxBatchBytes =
    24U << 20;  // everything in one batch, staged objects not counted
inline constexpr Millis kTrashTime = 30 * kDay;    // from which objects can be fetched back
inline constexpr Millis kRetainAll = kDay;         // every root of a space
inline constexpr Millis kRetainDaily = 30 * kDay;  // then the last one of each day (UTC)

enum class LinkFilter : std::uint8_t {
    all,
    rosters,  // genesis and roster entries
};

// What tend() did and whether it should be called again at once.
struct TendReport {
    std::uint64_t expired_records = 0;
    std::uint64_t expired_pins = 0;
    std::uint64_t trashed = 0;
    std::uint64_t scrubbed = 0;
    std::uint64_t bytes_freed = 0;  // of files
    bool more = false;
};

// Numbers for /metrics; approximate while batches are under way.
struct StoreStatistics {
    std::uint64_t batches = 0;   // acknowledged
    std::uint64_t refused = 0;   // answered by an error
    std::uint64_t groups = 0;    // writes to disk that they shared
    std::uint64_t queued = 0;    // waiting now
    std::uint64_t segments = 0;  // files
    std::uint64_t segment_bytes = 0;
    std::uint64_t live_bytes = 0;
};

class Store {
public:
    using Done = std::move_only_function<void(Outcome)>;
    using StageDone = std::move_only_function<void(Result<std::unique_ptr<Staged>>)>;

    virtual ~Store() = default;  // waits for the batches that were taken

    // ---- writing

    // commit takes a batch and answers when it is durable, or refused. Batches that wait together
    // share one append to the write-ahead segment, one sync and one transaction; each succeeds or
    // fails by itself. Errors: those of its operations, over_store_limit, store_busy (at once),
    // disk_full, store_stopped, storage_io, database_failed.
    virtual void commit(WriteBatch batch, Done done) = 0;

    // stage writes an object ahead of the batch that will put it, so that an upload of any number
    // of objects needs the memory of one: wait for `done` before the next. Not durable until that
    // batch is acknowledged. `space` and `id` must be those of the later NewObject. Errors as
    // commit().
    virtual void stage(SpaceId space, ObjectId id, Bytes bytes, StageDone done) = 0;

    // tend does a bounded piece of upkeep (up to a few seconds when files are compacted): expired
    // records and pins, thinning of retained roots, trash, scrubbing, compaction, removal of closed
    // spaces. Blocks; callers take turns. Idempotent; call it every minute and again while `more`.
    // `now` is the server's clock.
    virtual Result<TendReport> tend(Millis now) = 0;

    // healthy fails with store_stopped once the store takes no more writes. Does not block.
    virtual Result<> healthy() = 0;
    virtual StoreStatistics statistics() = 0;

    // ---- reading: the server and the log. not_stored where there is nothing.

    virtual Result<ServerState> server_state() = 0;
    virtual Result<std::uint64_t> log_size() = 0;
    // log_entries gives consecutive leaves from `from` on, up to `max_bytes` of them but at least
    // one; none at the end.
    virtual Result<std::vector<Bytes>> log_entries(std::uint64_t from, std::size_t max_bytes) = 0;
    virtual Result<Bytes> tile(std::uint32_t level, std::uint64_t index) = 0;
    virtual Result<std::string> note() = 0;

    // ---- reading: materials

    // kem_keys gives those of the keys that are there, in the order asked.
    virtual Result<std::vector<KemPublicKey>> kem_keys(const std::vector<KemKeyHash>& hashes) = 0;
    // generation gives the boxes of these recipients only; of all, in the order stored, if
    // `recipients` is empty.
    virtual Result<Generation> generation(PrincipalId principal, std::uint32_t number,
                                          const std::vector<Recipient>& recipients) = 0;
    virtual Result<Kit> kit(UserId user) = 0;
    // users_by_email gives who has an opening with exactly this address, the latest stored first;
    // maybe nobody.
    virtual Result<std::vector<UserId>> users_by_email(std::string_view email) = 0;
    // openings gives those of users with id ≥ `from`, by id, at most `limit`.
    virtual Result<std::vector<Opening>> openings(UserId from, std::size_t limit) = 0;

    // ---- reading: records

    // record gives a record that has not expired at `now`.
    virtual Result<Record> record(Area area, ByteView key, Millis now) = 0;
    // records gives those whose keys begin with `prefix` and are greater than `after` (empty: from
    // the first), in bytewise order, at most `limit`.
    virtual Result<std::vector<Record>> records(Area area, ByteView prefix, ByteView after,
                                                std::size_t limit, Millis now) = 0;

    // ---- reading: spaces

    virtual Result<SpaceHead> space(SpaceId space) = 0;
    // spaces_of gives the spaces that have one of the principals among their members, by id, each
    // once; closed ones too.
    virtual Result<std::vector<SpaceHead>> spaces_of(
        const std::vector<PrincipalId>& principals) = 0;
    virtual Result<bool> is_member(SpaceId space, const std::vector<PrincipalId>& principals) = 0;
    // links gives links with sequence ≥ `from` that pass the filter, in order, up to `max_bytes`
    // but at least one.
    virtual Result<std::vector<StoredLink>> links(SpaceId space, Sequence from,
                                                  std::size_t max_bytes, LinkFilter filter) = 0;
    // lists gives the lists of a commit; not_stored also when no retained root needs them any more.
    virtual Result<Bytes> lists(SpaceId space, Sequence sequence) = 0;
    // epoch gives the history link and the boxes of these principals; of all, by index, if
    // `principals` is empty.
    virtual Result<EpochMaterial> epoch(SpaceId space, Epoch epoch,
                                        const std::vector<PrincipalId>& principals) = 0;

    // ---- reading: objects

    // object_states answers for each id, in order. not_stored if there is no such space.
    virtual Result<std::vector<ObjectState>> object_states(SpaceId space,
                                                           const std::vector<ObjectId>& ids) = 0;
    // load_objects gives the first of the ids, in order, as many as fit into `max_bytes` but at
    // least one: call again with the rest. What is not there has the state absent. `gap` bytes are
    // left before each, absent ones too, so that an answer can be made of them without copying;
    // they do not count. Errors: not_stored (no such space), segment_corrupt.
    virtual Result<LoadedObjects> load_objects(SpaceId space, const std::vector<ObjectId>& ids,
                                               std::size_t max_bytes, std::size_t gap) = 0;

    // ---- reading: usage

    virtual Result<Usage> space_usage(SpaceId space) = 0;
    virtual Result<Usage> owner_usage(Owner owner) = 0;  // zero for somebody unknown
    virtual Result<std::uint64_t> upload_usage(DeviceId device) = 0;
};

// commit_now commits and waits; for programs without an event loop. Not from a callback of the
// store.
Outcome commit_now(Store& store, WriteBatch batch);
// stage_now stages and waits.
Result<std::unique_ptr<Staged>> stage_now(Store& store, SpaceId space, ObjectId id, Bytes bytes);

}  // namespace obhut::storage
