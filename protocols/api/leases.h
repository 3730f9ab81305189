// Leases: small sealed records beside a space that end by themselves: locks, presence, claims.
//
// The server keeps them, changes them by compare-and-swap, and forgets them when their time is
// over. Format: docs/protocol/leases.md.
#pragma once

#include <optional>

#include "core/base/clock.h"
#include "core/base/record.h"
#include "protocols/api/limits.h"

namespace obhut::api {

// LeaseId is a hash of what is leased (client/leases/lease.h).
using LeaseId = FixedBytes<struct LeaseTag, 16>;

inline constexpr std::size_t kMaxLeaseBytes = 4096;    // one sealed record
inline constexpr std::size_t kMaxLeases = 1024;        // of one space
inline constexpr Millis kMaxLeaseTime = 10 * kMinute;  // until it must have been renewed

struct Lease {
    LeaseId id;
    std::uint64_t version = 0;  // of this record, greater with each change; 0: nobody holds it
    std::optional<Bytes> record;
    static void fields(auto& self, auto& field) {
        field(1, self.id);
        field(2, self.version);
        field(3, self.record, kMaxLeaseBytes);
    }
};

// Answer of GET /spaces/<id>/leases, ascending by id.
struct Leases {
    std::vector<Lease> leases;
    static void fields(auto& self, auto& field) { field(1, self.leases, kMaxLeases); }
};

// Body of POST /spaces/<id>/leases/<lease id>: takes or renews (record) or gives back (none) what
// has the expected version. Answer: the lease afterwards; with 409 lease-moved: as it is.
struct PutLease {
    std::uint64_t expected = 0;  // version; 0: nobody holds it
    std::optional<Bytes> record;
    Millis duration = 0;  // ms from now, up to kMaxLeaseTime
    static void fields(auto& self, auto& field) {
        field(1, self.expected);
        field(2, self.record, kMaxLeaseBytes);
        field(3, self.duration);
    }
};

}  // namespace obhut::api
