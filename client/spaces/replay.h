// Replay: the changes of a commit that never was, or that a restored server has lost, made again on
// a newer state.
//
// Links by URL are no plain keys. A link that was made is made again under the same id and secret,
// so that its URL works; one that was ended stays ended, whoever comes first: where it is not there
// `e/<link id>` is put in its place (SR-39). Links to folders are renewed with what is replayed.
// Format: docs/protocol/links.md §8.
#pragma once

#include <deque>
#include <set>

#include "client/links/link.h"
#include "client/restore/lost_link.h"
#include "client/spaces/space_parts.h"

namespace obhut::client {

class Replay final : public Change {
public:
    // All outlive this. `ended`: links that other commits of the journal end.
    Replay(Space::Parts& space, const JournalCommit& entry, const tree::Resolver& resolve,
           const std::set<LinkId>& ended)
        : space_(space), entry_(entry), resolve_(resolve), ended_(ended) {}

    Result<Plan> plan(const Snapshot& base) override;

    // leave_out takes the tops of content that nobody has any more: what names them is left out.
    void leave_out(std::set<ObjectId> gone) { gone_ = std::move(gone); }
    // What the newest plan comes to for links that were made: those that it makes, of them those
    // whose folder is not there, and those that cannot be made now.
    const std::vector<LostLink>& made() const { return made_; }
    const std::vector<LostLink>& empty() const { return empty_; }
    const std::vector<LostLink>& left() const { return left_; }

private:
    Result<> key(const tree::Change& change, const Snapshot& base, Plan& plan);
    Result<> link_end(const tree::Change& change, const Snapshot& base, Plan& plan);
    Result<> link(const tree::Change& change, const LinkPlace& place, const Snapshot& base,
                  Plan& plan);
    Result<> end(const LinkPlace& place, bool here, const Snapshot& base, Plan& plan);
    Result<> make(const LinkPlace& place, LinkEntry link, const Snapshot& base, Plan& plan);
    Result<bool> fill(LinkEdit& edit, LinkMaking& making, const Snapshot& base);
    Result<> keep(const LinkPlace& place, const LinkEntry& link, LinkEntry here, Plan& plan);
    Result<bool> was_lost() const;
    Result<std::uint64_t> incarnation() const;
    Result<bool> has_ended(const LinkId& id, const Snapshot& base) const;
    Result<std::uint64_t> since(std::uint64_t epoch);
    Result<std::uint64_t> common_epoch();
    void leave(const LinkPlace& place, const LinkEntry& link, const Code& why);

    Space::Parts& space_;
    const JournalCommit& entry_;
    const tree::Resolver& resolve_;
    const std::set<LinkId>& ended_;
    std::set<ObjectId> gone_;
    std::deque<LinkMaking> makings_;
    std::vector<LostLink> made_;
    std::vector<LostLink> empty_;
    std::vector<LostLink> left_;
};

// sort_as_made brings commits into the order in which they were made: what a later one did has the
// last word, whichever rows come first.
Result<> sort_as_made(std::vector<JournalCommit>& entries);

// links_ended_by adds the links that a commit of the journal ends.
void links_ended_by(const JournalCommit& entry, std::set<LinkId>& ended);

}  // namespace obhut::client
