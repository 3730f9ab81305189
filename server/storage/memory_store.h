// Adapter of the store that keeps everything in memory: for tests of services, and the model that
// the durable adapters are compared with. Acknowledges before commit() returns; "durable" means for
// the life of the object.
//
// Threads: as the port says; one lock for everything.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>

#include "server/storage/object_life.h"
#include "server/storage/store.h"

namespace obhut::storage {

class MemoryStore final : public Store {
public:
    // copy is another store with the same content: a backup.
    std::unique_ptr<MemoryStore> copy();

    void commit(WriteBatch batch, Done done) override;
    void stage(SpaceId space, ObjectId id, Bytes bytes, StageDone done) override;
    Result<TendReport> tend(Millis now) override;
    Result<> healthy() override { return {}; }
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
    struct Object {
        ObjectLife life;
        Bytes bytes;
    };
    struct Space {
        SpaceHead info;
        std::vector<StoredLink> links;
        std::set<PrincipalId> members;
        std::map<Epoch, EpochMaterial> epochs;
        std::map<Sequence, Bytes> lists;
        std::vector<Root> roots;  // not thinned yet
        std::map<ObjectId, Object> objects;
    };
    struct StoredOpening {
        Opening opening;
        std::uint64_t order = 0;  // grows with each that is stored
    };
    struct Content {
        std::vector<Bytes> log;
        std::map<std::pair<std::uint32_t, std::uint64_t>, Bytes> tiles;
        std::optional<std::string> note;
        std::map<KemKeyHash, KemPublicKey> kem_keys;
        std::map<std::pair<PrincipalId, std::uint32_t>, Generation> generations;
        std::map<UserId, Kit> kits;
        std::map<UserId, StoredOpening> openings;
        std::map<std::pair<Area, Bytes>, Record> records;
        std::map<SpaceId, Space> spaces;
        std::uint64_t last_version = 0;
        std::uint64_t last_order = 0;  // of openings
    };
    struct State : Content {
        std::optional<ServerState> server;  // with a secret, which is not copied by accident
    };
    // Undo takes back, newest first, what the operations of a batch have done.
    using Undo = std::vector<std::function<void()>>;
    struct Applier;

    Outcome apply(WriteBatch& batch);
    Result<Space*> find(SpaceId space);
    Usage usage_of(const Space& space) const;
    std::uint64_t pinned_of(DeviceId device) const;
    void thin(Space& space, Millis now, TendReport& report);
    void expire_objects(Space& space, Millis now, TendReport& report);

    std::mutex mutex_;
    State state_;
    StoreStatistics statistics_;
};

}  // namespace obhut::storage
