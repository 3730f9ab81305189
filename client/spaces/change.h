// Change: one intent on a space's tree, as an app describes it; and what it is planned on.
#pragma once

#include "client/links/link.h"
#include "client/restore/origin.h"
#include "client/spaces/summary.h"
#include "core/content/ports.h"
#include "core/tree/apply.h"
#include "core/tree/merge.h"

namespace obhut::client {

// Snapshot is one verified state of a space: the tree of one commit.
struct Snapshot {
    tree::Tree tree;             // of an empty space too: then without a node
    std::uint64_t sequence = 0;  // of the commit whose tree this is; 0: no commit yet
    std::uint64_t epoch = 0;
    // For plan(): the time of the directory's newest checkpoint, that of an entry which a device
    // signed. Of two that are wrong about the time, this one and the own clock, the earlier one has
    // passed for certain.
    Millis directory_time = 0;
};

// Plan is what a Change wants: puts and erases, and what to say about them.
struct Plan {
    tree::Batch batch;
    Summary summary;                   // the operation id is filled in by the space
    std::vector<LinkEdit> links = {};  // links by URL that it makes or ends
    bool once = false;   // if this commit is lost it is not made again from the journal
    bool again = false;  // it was acknowledged before a restored server lost it
    std::vector<Origin> origins = {};  // of content that it names, where there is one
};

// Change plans itself on the newest state. plan() is called again, with a newer one, for every try
// that came too late, so it decides everything (clashes, merging by id) from the snapshot it is
// given and what the app knew before; it may read through the snapshot and must not keep it. An
// empty batch ends the commit without one. Content that the plan names must have been given to the
// space's uploader before.
class Change {
public:
    virtual ~Change() = default;
    virtual Result<Plan> plan(const Snapshot& base) = 0;
};

struct Committed {
    std::uint64_t sequence = 0;  // of the commit, or of the head when nothing had to change
    bool made = false;           // false: the plan was empty
    unsigned tries = 0;
};

}  // namespace obhut::client
