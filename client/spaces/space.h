// Space: a verified space as an app uses it: read the newest tree, fetch and upload content, commit
// changes.
//
// It belongs to an Engine and is used by the same thread. All that comes out of it has been
// verified back to the genesis and the directory; nothing opens but through references from there.
// Source: docs/architecture.md.
#pragma once

#include <memory>

#include "client/engine_types.h"
#include "client/spaces/change.h"

namespace obhut::client {

class Session;

class Space {
public:
    ~Space();
    Space(const Space&) = delete;
    Space& operator=(const Space&) = delete;

    const SpaceId& id() const;
    ObjectPlace place() const;  // to seal and open content with
    Role role() const;

    // refresh fetches what is new in the chain and verifies it; true if something was. One round
    // trip. Errors: Kind::corrupt alarms, Kind::retry.
    Result<bool> refresh();
    // sequence of the newest verified link.
    std::uint64_t sequence() const;

    // snapshot is the newest verified state, without asking the server. The reference is valid
    // until the next refresh() or commit(). Errors: space_not_readable.
    Result<const Snapshot*> snapshot();
    // snapshot_at is the state after the newest commit with sequence ≤ `sequence`, for history and
    // restoring. Errors: space_not_found when the server no longer has it.
    Result<Snapshot> snapshot_at(std::uint64_t sequence);

    // commit makes a change: plan, seal, journal, send; again with a newer base while others are
    // first. When it returns without error the server has acknowledged durably. One round trip when
    // nobody interferes. Errors: not_editor; commit_gave_up; unreachable and outcome_unknown leave
    // the commit in the journal, from where settle() (or any later commit) finds out whether it
    // happened; the app's own errors from plan().
    Result<Committed> commit(Change& change);
    // settle finds out about commits of earlier runs, and makes those that have not happened: as
    // they are, or anew on the newest state, where `resolve` decides about keys that others changed
    // meanwhile; what it refuses stays in the journal. Gives how many stayed. commit() settles too,
    // refusing all conflicts.
    Result<std::size_t> settle(const tree::Resolver& resolve);
    // lost_content: after commit() failed with content_lost, the content that the server no longer
    // has and that has to be sealed and uploaded again.
    const std::vector<ObjectId>& lost_content() const;

    // uploader takes sealed content and sends it in batches, several in flight; content of a plan
    // must go through it (or exist already). flush() waits until all is stored; commit() calls it.
    content::ContentSink& uploader();
    Result<> flush();
    // content gives sealed content objects, many in one request; the reader verifies them.
    content::ContentSource& content();

    // Journal of an interrupted upload: the chunks that were sealed and taken by the uploader.
    // `source` names file and version, at most 64 bytes. Kept sealed, and forgotten after 6 days,
    // when the server may have dropped them. remember_chunk writes them some at a time.
    Result<> remember_chunk(ByteView source, const content::Chunk& chunk);
    Result<std::vector<content::Chunk>> recall_chunks(ByteView source);
    Result<> forget_chunks(ByteView source);

    // Parts is private to client/.
    struct Parts;
    explicit Space(std::unique_ptr<Parts> parts);
    Parts& parts() { return *parts_; }

private:
    std::unique_ptr<Parts> parts_;
};

}  // namespace obhut::client
