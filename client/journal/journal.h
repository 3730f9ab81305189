// Journal: commits on their way, durable before they are sent (docs/protocol/profile.md §5).
//
//     written ─ sent ─┬─ acknowledged ────────────── erased
//                     ├─ refused (another head) ──── erased, planned anew
//                     └─ in doubt ─ look for hash and operation in the chain ─┬─ there: erased
//                                                                             └─ not: sent again
//
// A row belongs to the program that wrote it until its lease ends; then any program may settle it.
// Rows are sealed: the changes hold references.
#pragma once

#include "client/profile/profile.h"
#include "client/restore/origin.h"
#include "core/space/records.h"
#include "core/tree/value.h"

namespace obhut::client {

using ProgramId = FixedBytes<struct ProgramTag, 16>;  // random, of one run of a program

inline constexpr Millis kJournalLease = 2 * kMinute;
inline constexpr std::size_t kMaxJournalBody = 10U << 20;

struct JournalCommit {
    OperationId operation;
    SpaceId space;
    space::Sequence sequence = 0;  // its place in the chain, if it was accepted
    Hash hash;                     // of the link
    Bytes body;                    // the encoded api::AppendLink
    // What it does, key by key, with the values it replaces: merging needs no base tree. Absent
    // when it is too large to keep; then only the body can be sent again.
    std::optional<std::vector<tree::Change>> changes;
    Bytes summary;  // encoded client::Summary
    // It is never made again: who planned it finds out in another way that it has not happened.
    std::optional<bool> once;
    // Where its content came from, as far as that is known.
    std::optional<std::vector<Origin>> origins;
    // It was acknowledged, and a restored server has lost it: others may know of it.
    std::optional<bool> again;

    static void fields(auto& self, auto& field) {
        field(1, self.operation);
        field(2, self.space);
        field(3, self.sequence);
        field(4, self.hash);
        field(5, self.body, kMaxJournalBody);
        field(6, self.changes, 1U << 17);
        field(7, self.summary, 64U << 10);
        field(8, self.once);
        field(9, self.origins, kMaxOrigins);
        field(10, self.again);
    }
};

class Journal {
public:
    // All outlive this; the profile is unlocked when rows are written or read.
    Journal(LocalStore& store, const Profile& profile, Clock& clock, Entropy& entropy,
            const ProgramId& self)
        : store_(store), profile_(profile), clock_(clock), entropy_(entropy), self_(self) {}

    // write makes a commit durable, claimed by this program.
    Result<> write(const JournalCommit& commit);
    // write_in does so in somebody's transaction.
    Result<> write_in(StoreWriter& writer, const JournalCommit& commit);
    // erase_in takes it out in somebody's transaction; erase in its own.
    Result<> erase_in(StoreWriter& writer, const JournalCommit& commit);
    Result<> erase(const JournalCommit& commit);
    // any tells whether there are rows of a space; O(1). count is that of all spaces.
    Result<bool> any(const SpaceId& space);
    Result<std::size_t> count();
    // claim gives the rows of a space that are this program's or nobody's any more, and makes them
    // this program's.
    Result<std::vector<JournalCommit>> claim(const SpaceId& space);

private:
    LocalStore& store_;
    const Profile& profile_;
    Clock& clock_;
    Entropy& entropy_;
    ProgramId self_;
};

}  // namespace obhut::client
