#include "server/services/lease_service.h"

#include "protocols/api/errors.h"
#include "server/services/storing.h"

namespace obhut::services {

namespace {

using storage::Area;

Bytes lease_key(const SpaceId& space, const api::LeaseId& id) {
    Bytes key = to_bytes(space.view());
    append(key, id.view());
    return key;
}

}  // namespace

Result<api::Leases> LeaseService::list(const SpaceId& space, const Caller& caller) {
    TRY(spaces_.demand_member(space, caller));
    const auto found = store_.records(Area::lease, space.view(), {}, api::kMaxLeases, clock_.now());
    if (!found) return std::unexpected(public_error(found.error()));
    api::Leases answer;
    for (const storage::Record& record : *found)
        answer.leases.push_back({api::LeaseId::from(ByteView(record.key).subspan(SpaceId::kSize)),
                                 record.version, record.value});
    return answer;
}

Result<api::Lease> LeaseService::put(const SpaceId& space, const api::LeaseId& id,
                                     const api::PutLease& request, const Caller& caller) {
    TRY(spaces_.demand_member(space, caller));
    if (request.duration > api::kMaxLeaseTime) return fail(errors::drop_refused);
    const Bytes key = lease_key(space, id);
    const Millis now = clock_.now();
    storage::WriteBatch batch;
    if (request.record) {
        const auto all = store_.records(Area::lease, space.view(), {}, api::kMaxLeases, now);
        if (!all) return std::unexpected(public_error(all.error()));
        if (request.expected == 0 && all->size() >= api::kMaxLeases)
            return fail(errors::drop_refused);
        batch.add(storage::PutRecord{Area::lease, key, *request.record, now + request.duration,
                                     request.expected, now});
    } else {
        batch.add(storage::RemoveRecord{Area::lease, key, request.expected, now});
    }
    const storage::Outcome outcome = storage::commit_now(store_, std::move(batch));
    if (!outcome.result && outcome.result.error().is(errors::version_moved))
        return fail(errors::lease_moved);
    if (!outcome.result) return std::unexpected(public_error(outcome.result.error()));
    api::Lease lease;
    lease.id = id;
    const auto record = TRY(find_record(store_, Area::lease, key, now));
    if (record) lease.version = record->version;
    hub_.publish({api::HintKind::lease, space, lease.version}, spaces_.members(space));
    return lease;
}

}  // namespace obhut::services
