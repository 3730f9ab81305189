#include "server/storage/failing_store.h"

#include "server/storage/limits.h"

namespace obhut::storage {

void FailingStore::fail_at(std::uint64_t calls, Code error, When when) {
    fail_at_ = calls_ + calls + 1;
    error_ = Error(error);
    when_ = when;
}

template <class Call>
auto FailingStore::pass(Call call) -> decltype(call()) {
    if (!due()) return call();
    if (when_ == When::after) [[maybe_unused]]
        const auto lost = call();
    return std::unexpected(error_);
}

void FailingStore::commit(WriteBatch batch, Done done) {
    if (!due()) return store_.commit(std::move(batch), std::move(done));
    if (when_ == When::before) return done(refused(error_));
    store_.commit(std::move(batch),
                  [done = std::move(done), error = error_](Outcome outcome) mutable {
                      done(outcome.result ? refused(error) : std::move(outcome));
                  });
}

void FailingStore::stage(SpaceId space, ObjectId id, Bytes bytes, StageDone done) {
    if (due()) return done(std::unexpected(error_));
    store_.stage(space, id, std::move(bytes), std::move(done));
}

Result<TendReport> FailingStore::tend(Millis now) {
    return pass([&] { return store_.tend(now); });
}
Result<ServerState> FailingStore::server_state() {
    return pass([&] { return store_.server_state(); });
}
Result<std::uint64_t> FailingStore::log_size() {
    return pass([&] { return store_.log_size(); });
}
Result<std::vector<Bytes>> FailingStore::log_entries(std::uint64_t from, std::size_t max_bytes) {
    return pass([&] { return store_.log_entries(from, max_bytes); });
}
Result<Bytes> FailingStore::tile(std::uint32_t level, std::uint64_t index) {
    return pass([&] { return store_.tile(level, index); });
}
Result<std::string> FailingStore::note() {
    return pass([&] { return store_.note(); });
}
Result<std::vector<KemPublicKey>> FailingStore::kem_keys(const std::vector<KemKeyHash>& hashes) {
    return pass([&] { return store_.kem_keys(hashes); });
}
Result<Generation> FailingStore::generation(PrincipalId principal, std::uint32_t number,
                                            const std::vector<Recipient>& recipients) {
    return pass([&] { return store_.generation(principal, number, recipients); });
}
Result<Kit> FailingStore::kit(UserId user) {
    return pass([&] { return store_.kit(user); });
}
Result<std::vector<UserId>> FailingStore::users_by_email(std::string_view email) {
    return pass([&] { return store_.users_by_email(email); });
}
Result<std::vector<Opening>> FailingStore::openings(UserId from, std::size_t limit) {
    return pass([&] { return store_.openings(from, limit); });
}
Result<Record> FailingStore::record(Area area, ByteView key, Millis now) {
    return pass([&] { return store_.record(area, key, now); });
}
Result<std::vector<Record>> FailingStore::records(Area area, ByteView prefix, ByteView after,
                                                  std::size_t limit, Millis now) {
    return pass([&] { return store_.records(area, prefix, after, limit, now); });
}
Result<SpaceHead> FailingStore::space(SpaceId space) {
    return pass([&] { return store_.space(space); });
}
Result<std::vector<SpaceHead>> FailingStore::spaces_of(const std::vector<PrincipalId>& principals) {
    return pass([&] { return store_.spaces_of(principals); });
}
Result<bool> FailingStore::is_member(SpaceId space, const std::vector<PrincipalId>& principals) {
    return pass([&] { return store_.is_member(space, principals); });
}
Result<std::vector<StoredLink>> FailingStore::links(SpaceId space, Sequence from,
                                                    std::size_t max_bytes, LinkFilter filter) {
    return pass([&] { return store_.links(space, from, max_bytes, filter); });
}
Result<Bytes> FailingStore::lists(SpaceId space, Sequence sequence) {
    return pass([&] { return store_.lists(space, sequence); });
}
Result<EpochMaterial> FailingStore::epoch(SpaceId space, Epoch epoch,
                                          const std::vector<PrincipalId>& principals) {
    return pass([&] { return store_.epoch(space, epoch, principals); });
}
Result<std::vector<ObjectState>> FailingStore::object_states(SpaceId space,
                                                             const std::vector<ObjectId>& ids) {
    return pass([&] { return store_.object_states(space, ids); });
}
Result<LoadedObjects> FailingStore::load_objects(SpaceId space, const std::vector<ObjectId>& ids,
                                                 std::size_t max_bytes, std::size_t gap) {
    return pass([&] { return store_.load_objects(space, ids, max_bytes, gap); });
}
Result<Usage> FailingStore::space_usage(SpaceId space) {
    return pass([&] { return store_.space_usage(space); });
}
Result<Usage> FailingStore::owner_usage(Owner owner) {
    return pass([&] { return store_.owner_usage(owner); });
}
Result<std::uint64_t> FailingStore::upload_usage(DeviceId device) {
    return pass([&] { return store_.upload_usage(device); });
}

}  // namespace obhut::storage
