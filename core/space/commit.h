// What a commit seals: the reference of the new root, and a summary of what was done.
// docs/protocol/space.md §5.
#pragma once

#include "core/space/epoch.h"

namespace obhut::space {

inline constexpr std::size_t kMaxWhat = 60U << 10;  // plain summary; longer ones say "and more"

// Root opens a tree. It comes from open_commit only, and all other references come from it.
struct Root {
    Reference reference;
};

// Summary says what a commit did, for people's logs, and names the operation, for retries.
struct Summary {
    OperationId operation;
    Bytes what;  // CBOR of the application, docs/protocol/keys.md

    static void fields(auto& self, auto& field) {
        field(1, self.operation);
        field(2, self.what, kMaxWhat);
    }
};

// The sealed fields of a Commit.
struct SealedCommit {
    ObjectId root;
    CommitSalt salt;
    Bytes sealed_root;
    Bytes sealed_summary;
};

struct OpenedCommit {
    Root root;
    Summary summary;
};

// seal_commit seals under two keys derived from K_n and a fresh salt, each used once.
// Errors: bad_summary (`what` over kMaxWhat).
Result<SealedCommit> seal_commit(const SpacePlace& place, const EpochKey& key,
                                 const Reference& root, const Summary& summary, Entropy& entropy);

// open_root / open_summary / open_commit open a commit of a chain. `key` is that of Commit::epoch.
// Errors: object_tampered and other errors of open_with; bad_summary.
Result<Root> open_root(const SpacePlace& place, const EpochKey& key, const Commit& commit);
Result<Summary> open_summary(const SpacePlace& place, const EpochKey& key, const Commit& commit);
Result<OpenedCommit> open_commit(const SpacePlace& place, const EpochKey& key,
                                 const Commit& commit);

}  // namespace obhut::space
