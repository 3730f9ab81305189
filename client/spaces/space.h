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
    // settle looks into the chain for commits in doubt; afterwards none is.
    Result<> settle();

    // uploader takes sealed content and sends it in batches, several in flight; content of a plan
    // must go through it (or exist already). flush() waits until all is stored; commit() calls it.
    content::ContentSink& uploader();
    Result<> flush();
    // content gives sealed content objects, many in one request; the reader verifies them.
    content::ContentSource& content();

    // Journal of an interrupted upload: which chunk was sealed to which reference already. `key`
    // names source and chunk size, at most 64 bytes; entries are sealed on disk and forgotten after
    // 7 days.
    Result<> remember_chunk(ByteView key, std::uint32_t index, const content::Chunk& chunk);
    Result<std::optional<content::Chunk>> recall_chunk(ByteView key, std::uint32_t index);
    Result<> forget_chunks(ByteView key);

private:
    friend class Engine;
    friend class Session;
    struct Parts;
    explicit Space(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace obhut::client
