// Links by URL at the server: their records, who may open them, what was opened.
//
//     commit ─▶ add() ─▶ row of the link        open() ─▶ visit ─▶ objects of the space
//
// A link is open to whoever shows what hashes to its `auth`, until it expires, is used up or is
// ended, and no longer than its space. All that is wrong with an opening has one answer (SR-13).
// Thread-safe. Source: docs/protocol/links.md §5.
#pragma once

#include "protocols/api/links.h"
#include "server/services/caller.h"
#include "server/services/rate_limit.h"
#include "server/storage/store.h"

namespace obhut::services {

// What the store keeps of a link, and of a visit.
struct StoredLink {
    SpaceId space;
    api::LinkTerms terms;
    UserId user;  // who made it
    Bytes record;
    static void fields(auto& self, auto& field) {
        field(1, self.space);
        field(2, self.terms);
        field(3, self.user);
        field(4, self.record, api::kMaxLinkRecord);
    }
};

struct StoredVisit {
    api::LinkId link;
    static void fields(auto& self, auto& field) { field(1, self.link); }
};

class LinkService {
public:
    LinkService(storage::Store& store, Clock& clock) : store_(store), clock_(clock) {}

    // add puts the changes of a commit into its batch. A renewal or end of a link that is gone
    // changes nothing, so that no commit waits for it. Errors: link_wrong (another space's, made
    // twice, or without its record).
    Result<> add(storage::WriteBatch& batch, const SpaceId& space, const Caller& caller,
                 const std::vector<api::LinkChange>& changes);

    // open counts an opening and gives the record. Errors: link_closed for everything that is
    // wrong with it, rate_limited after wrong guesses.
    Result<Bytes> open(const api::LinkId& id, const api::OpenLink& request);

    // Visit is what somebody who opened a link may do.
    struct Visit {
        api::LinkId link;
        SpaceId space;
        api::LinkKind kind = api::LinkKind::file;
    };
    // visit finds the link of a visit. Errors: link_closed.
    Result<Visit> visit(const api::VisitId& id);

    // states gives the links of a space, ascending, after an id (zero: from the first).
    Result<api::LinkStates> states(const SpaceId& space, const api::LinkId& from);
    // end ends a link of a space; nothing happens if there is none.
    Result<> end(const SpaceId& space, const api::LinkId& id);

private:
    struct Row {
        StoredLink link;
        storage::Version version = 0;
        std::optional<Millis> expires;
    };
    Result<std::optional<storage::Record>> row(const Bytes& key);
    Result<std::optional<Row>> find(const api::LinkId& id);
    Result<> make(storage::WriteBatch& batch, const SpaceId& space, const Caller& caller,
                  const api::LinkChange& change);
    void remove(storage::WriteBatch& batch, const SpaceId& space, const api::LinkId& id);
    Result<bool> count(const api::LinkId& id, const Row& row, const api::VisitId& visit);

    storage::Store& store_;
    Clock& clock_;
    RateLimit guesses_{{0.2, 20}};  // openings of one link that have not shown the right proof
};

}  // namespace obhut::services
