// Committer: makes one change of a space into a commit that the server has acknowledged.
//
//     plan → apply → lists → sign → journal → send ─┬─ done
//       ▲                                           ├─ another was first: refresh, plan again
//       │                                           ├─ objects missing: send them, send again
//       └───────────────────────────────────────────┴─ in doubt: look into the chain
//
// One operation id stands in the summary of every try, so that nothing is done twice.
#pragma once

#include <set>

#include "client/spaces/space_parts.h"
#include "core/space/build.h"

namespace obhut::client {

class Replay;

class Committer {
public:
    explicit Committer(Space::Parts& space) : space_(space), session_(space.session) {}

    Result<Committed> commit(Change& change);
    // settle finds out about commits of earlier runs, and makes those that have not happened: as
    // they are, or anew on the newest state where `resolve` decides what others changed meanwhile.
    // What it refuses stays in the journal. Gives how many stayed.
    Result<std::size_t> settle(const tree::Resolver& resolve);

private:
    // A commit that is signed, in the journal, and can be sent.
    struct Signed {
        JournalCommit entry;
        space::Chain chain;  // with the commit
        NewLink link;
        tree::Root root;
        space::EpochNumber epoch = 0;
        tree::WriteBatch::Objects objects;
    };
    // What a plan came to: the new tree, and what the server is told of links.
    struct Applied {
        tree::Applied tree;
        std::vector<api::LinkChange> links;
        space::Lists lists;
        bool once = false;
        bool again = false;
        std::vector<Origin> origins;
    };
    // Whether links to folders follow what has changed.
    enum class Links : std::uint8_t { follow, stay };
    enum class Fate : std::uint8_t { done, moved };

    Result<Committed> make(Change& change, const OperationId& operation);
    Result<> may_sign() const;
    Result<std::optional<Signed>> build_with_room(Change& change, const OperationId& operation);
    Result<> end_links(std::span<const LinkPlace> places);
    Result<std::optional<Signed>> build(Change& change, const OperationId& operation);
    Result<Applied> apply(const Snapshot& base, Plan& plan, Links links);
    static bool is_too_large(const Applied& applied);
    Result<> renew_links(const Snapshot& base, Applied& applied);
    Result<Signed> sign(Applied applied, const Summary& summary);
    Result<space::Lists> make_lists(const tree::Applied& applied);
    Result<Bytes> make_body(const Signed& made, const space::Lists& lists,
                            std::vector<api::LinkChange> links);

    Result<Fate> send(Signed& made);
    Result<std::optional<Fate>> send_once(Signed& made);
    Result<std::optional<Fate>> look(JournalCommit& entry);
    Result<Fate> refused(const Signed& made, Error error);
    Result<> give_again(const std::vector<ObjectId>& missing, const Signed& made);
    Result<> adopt(Signed& made);
    void keep(JournalCommit entry, const Kept::Content& content);
    Result<bool> settle_one(JournalCommit& entry, const tree::Resolver& resolve);
    Result<bool> happened(const JournalCommit& entry);
    Result<bool> filed_since(const JournalCommit& entry);
    Result<bool> fits(const JournalCommit& entry);
    Result<bool> make_again(JournalCommit& entry, const tree::Resolver& resolve);
    bool links_wait(const Replay& replay, bool lost);
    Result<> bring_values(const JournalCommit& entry);
    Result<std::set<ObjectId>> bring_content(const JournalCommit& entry);
    Result<> rotate_if_due();

    Space::Parts& space_;
    Session& session_;
    std::set<LinkId> ended_;  // by commits that are being settled
    bool settling_ = false;   // content that is lost may be made again: the journal keeps the rest
    std::vector<LinkPlace> concerned_;  // links that the newest plan's change has to renew
};

}  // namespace obhut::client
