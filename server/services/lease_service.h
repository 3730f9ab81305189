// Leases at the server: records of a space that change by compare-and-swap and end by themselves.
//
// Members take, renew and give them back; everybody in the space gets a hint. What a lease says is
// sealed; who may hold it is judged by those who read it. Thread-safe. Source:
// docs/protocol/leases.md.
#pragma once

#include "protocols/api/leases.h"
#include "server/services/space_service.h"

namespace obhut::services {

class LeaseService {
public:
    LeaseService(storage::Store& store, Clock& clock, EventHub& hub, SpaceService& spaces)
        : store_(store), clock_(clock), hub_(hub), spaces_(spaces) {}

    // Errors of both: space_unknown (also for who is not a member).

    // list gives the leases of a space that have not ended.
    Result<api::Leases> list(const SpaceId& space, const Caller& caller);
    // put changes a lease that has the expected version. Errors: lease_moved; drop_refused (longer
    // than kMaxLeaseTime, or kMaxLeases are there).
    Result<api::Lease> put(const SpaceId& space, const api::LeaseId& id,
                           const api::PutLease& request, const Caller& caller);

private:
    storage::Store& store_;
    Clock& clock_;
    EventHub& hub_;
    SpaceService& spaces_;
};

}  // namespace obhut::services
