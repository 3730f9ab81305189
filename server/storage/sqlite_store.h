// Adapter of the store on SQLite and segment files, the default of obhutd.
//
//     <directory>/lock            held while the store is open: two processes never share a data
//     directory <directory>/index.db        SQLite in WAL mode: everything but the bytes of objects
//     <directory>/segments/<n>    the bytes of objects (segment_format.h)
//
// One thread writes (committer.h), a few connections read. Memory: about 50 MB of caches and the
// queue's limit. Threads: as the port says. Source: docs/storage.md.
#pragma once

#include "server/storage/committer.h"
#include "server/storage/readers.h"

namespace obhut::storage {

struct SqliteOptions {
    std::string directory;      // made if need be; its parent must be there
    const char* vfs = nullptr;  // SQLite's own name for its files; null: the system's
    std::size_t readers = 4;
    CommitterLimits limits;
    std::uint64_t space_segment_bytes = 64U << 20;  // least for a segment of one space
};

class Upkeep;

class SqliteStore final : public Store {
public:
    // create opens the data directory, or makes it. `files` must outlive the store. Errors:
    // data_in_use, data_too_new, index_corrupt, index_behind, segment_lost, segment_corrupt,
    // disk_full, storage_io, database_failed.
    static Result<std::unique_ptr<SqliteStore>> create(const SqliteOptions& options,
                                                       FileSystem& files);
    ~SqliteStore() override;

    void commit(WriteBatch batch, Done done) override;
    void stage(SpaceId space, ObjectId id, Bytes bytes, StageDone done) override;
    Result<TendReport> tend(Millis now) override;
    Result<> healthy() override;
    StoreStatistics statistics() override;

    Result<ServerState> server_state() override;
    Result<std::uint64_t> log_size() override;
    Result<std::vector<Bytes>> log_entries(std::uint64_t from, std::size_t max_bytes) override;
    Result<Bytes> tile(std::uint32_t level, std::uint64_t index) override;
    Result<std::string> note() override;

    Result<std::vector<KemPublicKey>> kem_keys(const std::vector<KemKeyHash>& hashes) override;
    Result<Generation> generation(PrincipalId principal, std::uint32_t number,
                                  const std::vector<Recipient>& recipients) override;
    Result<Kit> kit(UserId user) override;
    Result<std::vector<UserId>> users_by_email(std::string_view email) override;
    Result<std::vector<Opening>> openings(UserId from, std::size_t limit) override;

    Result<Record> record(Area area, ByteView key, Millis now) override;
    Result<std::vector<Record>> records(Area area, ByteView prefix, ByteView after,
                                        std::size_t limit, Millis now) override;

    Result<SpaceHead> space(SpaceId space) override;
    Result<std::vector<SpaceHead>> spaces_of(const std::vector<PrincipalId>& principals) override;
    Result<bool> is_member(SpaceId space, const std::vector<PrincipalId>& principals) override;
    Result<std::vector<StoredLink>> links(SpaceId space, Sequence from, std::size_t max_bytes,
                                          LinkFilter filter) override;
    Result<Bytes> lists(SpaceId space, Sequence sequence) override;
    Result<EpochMaterial> epoch(SpaceId space, Epoch epoch,
                                const std::vector<PrincipalId>& principals) override;

    Result<std::vector<ObjectState>> object_states(SpaceId space,
                                                   const std::vector<ObjectId>& ids) override;
    Result<LoadedObjects> load_objects(SpaceId space, const std::vector<ObjectId>& ids,
                                       std::size_t max_bytes, std::size_t gap) override;

    Result<Usage> space_usage(SpaceId space) override;
    Result<Usage> owner_usage(Owner owner) override;
    Result<std::uint64_t> upload_usage(DeviceId device) override;

private:
    SqliteStore(const SqliteOptions& options, FileSystem& files, std::unique_ptr<FileLock> lock);
    Result<LoadedObjects> load_once(const SpaceId& space, const std::vector<ObjectId>& ids,
                                    std::size_t max_bytes, std::size_t gap);

    std::unique_ptr<FileLock> lock_;
    Segments segments_;
    std::unique_ptr<Readers> readers_;
    std::unique_ptr<Committer> committer_;
    std::unique_ptr<Upkeep> upkeep_;
};

}  // namespace obhut::storage
