// Kinds of entries of the log, and the limits on what one may hold. Format:
// docs/protocol/directory.md §3.
#pragma once

#include "core/directory/types.h"

namespace obhut::directory {

// tlog-tiles carries entries with a 16-bit length.
inline constexpr std::size_t kMaxEntryBytes = 65535;
inline constexpr std::size_t kMaxEntryNote = 4096;
inline constexpr std::size_t kMaxSignatures = 2;
inline constexpr std::size_t kMaxNamesPerEntry =
    1500;  // users that one entry adds to or takes out of a group
inline constexpr std::size_t kMaxDevicesPerUser = 256;  // that count at one time
inline constexpr std::size_t kMaxBuckets = 1024;
inline constexpr std::size_t kBucketMembers = 128;
inline constexpr std::size_t kMaxOfficers = 16;
inline constexpr std::size_t kMaxReasonBytes = 512;

enum class EntryKind : std::uint8_t {
    root_statement = 1,
    admin_granted = 2,
    admin_revoked = 3,
    root_policy = 4,
    directory_reset = 5,
    user_invited = 10,
    invitation_withdrawn = 11,
    user_disabled = 12,
    user_enabled = 13,
    user_enrolled = 14,
    device_added = 20,
    device_revoked = 21,
    device_retired = 22,
    kit_resealed = 30,
    kit_notice = 31,
    kit_notice_cancelled = 32,
    kit_confirmed = 33,
    kit_replaced = 34,
    user_key_rotated = 40,
    pulse = 41,
    group_created = 50,
    group_changed = 51,
    removed_from_group = 52,
    service_key = 60,
    general_policy = 61,
    snapshot = 62,
    reader_raised = 63,
    chain_closed = 64,
    // 70 is kept free for recovery by officers
};

}  // namespace obhut::directory
