#include "client/spaces/space.h"

#include "client/spaces/committer.h"
#include "client/spaces/restored.h"
#include "client/spaces/space_parts.h"
#include "core/space/errors.h"

namespace obhut::client {

Space::Parts::Parts(Session& owner, const SpaceId& space)
    : session(owner),
      id(space),
      chain(owner, space),
      keys(owner, chain, space),
      exchange(owner.remote, space, owner.waiter),
      cache(owner.store, exchange, space),
      chunks(owner.store, owner.profile, owner.clock, owner.entropy, exchange, space),
      batch(cache),
      nodes(owner.org(), space, batch) {
    cache.why_missing([this] { return withheld(); });
}

Error Space::Parts::withheld() {
    const auto caught_up = session.directory.catch_up();
    if (!caught_up && caught_up.error().kind() == Kind::retry) return caught_up.error();
    const bool directory = !caught_up && (caught_up.error().is(errors::log_behind) ||
                                          caught_up.error().is(errors::log_apart));
    const bool restored = directory || waits_since_restore(session, chain.chain());
    return Error(restored ? errors::restored_behind : errors::object_withheld);
}

std::optional<Role> Space::Parts::role() const {
    return chain.chain().role_of(session.directory.view(), session.user(),
                                 session.directory.size());
}

Result<Snapshot> Space::Parts::open_snapshot(space::Sequence sequence) {
    const space::ParsedLink link = TRY(chain.link(sequence));
    const space::Commit* commit = link.commit();
    if (commit == nullptr) return fail(errors::space_not_found);
    const EpochKey* key = TRY(keys.key(commit->epoch));
    space::Root root = TRY(space::open_root(keys.place(), *key, *commit));
    return Snapshot{tree::Tree(nodes, std::move(root.reference)), sequence, commit->epoch};
}

Result<const Snapshot*> Space::Parts::newest() {
    const space::Standing& standing = chain.chain().trusted();
    const space::CommitInfo* commit = standing.commit();
    if (replaced != chain.replaced()) snapshot.reset();
    replaced = chain.replaced();
    if (commit == nullptr) {
        TRY(keys.newest());
        snapshot.emplace(Snapshot{tree::Tree(nodes, tree::Root{}), 0, 0});
    } else if (!snapshot || snapshot->sequence != commit->sequence) {
        snapshot.emplace(TRY(open_snapshot(commit->sequence)));
    }
    return &*snapshot;
}

Space::Space(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Space::~Space() = default;

const SpaceId& Space::id() const { return parts_->id; }

ObjectPlace Space::place() const { return in_space(parts_->session.org(), parts_->id); }

Role Space::role() const { return parts_->role().value_or(Role::reader); }

Result<bool> Space::refresh() { return parts_->chain.refresh(); }

std::uint64_t Space::sequence() const { return parts_->chain.chain().head().sequence; }

Result<const Snapshot*> Space::snapshot() { return parts_->newest(); }

Result<Snapshot> Space::snapshot_at(std::uint64_t sequence) {
    const space::Sequence head = parts_->chain.chain().head().sequence;
    for (space::Sequence at = std::min(sequence, head); at > 0; --at)
        if (TRY(parts_->chain.link(at)).commit() != nullptr) return parts_->open_snapshot(at);
    return Snapshot{tree::Tree(parts_->nodes, tree::Root{}), 0, 0};
}

Result<Committed> Space::commit(Change& change) { return Committer(*parts_).commit(change); }

Result<std::size_t> Space::settle(const tree::Resolver& resolve) {
    return Committer(*parts_).settle(resolve);
}

content::ContentSink& Space::uploader() { return parts_->exchange; }

Result<> Space::flush() {
    TRY(parts_->exchange.flush());
    return parts_->chunks.save();
}

Result<> Space::remember_chunk(ByteView source, const content::Chunk& chunk) {
    return parts_->chunks.remember(source, chunk);
}

Result<std::vector<content::Chunk>> Space::recall_chunks(ByteView source) {
    return parts_->chunks.recall(source);
}

Result<> Space::forget_chunks(ByteView source) { return parts_->chunks.forget(source); }

content::ContentSource& Space::content() { return parts_->exchange; }

const std::vector<ObjectId>& Space::lost_content() const { return parts_->lost; }

}  // namespace obhut::client
