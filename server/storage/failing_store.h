// Adapter of the store for tests: passes everything on, and lets the n-th call fail, before or
// after it took effect. Threads: as the store behind it; fail_at() from one.
#pragma once

#include <atomic>

#include "server/storage/store.h"

namespace obhut::storage {

class FailingStore final : public Store {
public:
    explicit FailingStore(Store& store) : store_(store) {}

    enum class When : std::uint8_t {
        before,  // nothing of the call happens
        after,   // it happens, and the answer is lost: as a batch answered with storage_io may be
                 // done
    };
    // fail_at makes the call after `calls` more fail once with `error`.
    void fail_at(std::uint64_t calls, Code error, When when);
    // calls is how many there were.
    std::uint64_t calls() const { return calls_; }

    void commit(WriteBatch batch, Done done) override;
    void stage(SpaceId space, ObjectId id, Bytes bytes, StageDone done) override;
    Result<TendReport> tend(Millis now) override;
    Result<> healthy() override { return store_.healthy(); }
    StoreStatistics statistics() override { return store_.statistics(); }

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
    // due tells whether this call is the one.
    bool due() { return ++calls_ == fail_at_; }
    template <class Call>
    auto pass(Call call) -> decltype(call());

    Store& store_;
    std::atomic<std::uint64_t> calls_ = 0;
    std::uint64_t fail_at_ = 0;
    Error error_{errors::storage_io};
    When when_ = When::before;
};

}  // namespace obhut::storage
