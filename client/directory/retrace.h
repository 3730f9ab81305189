// Retrace: the entries before the snapshot that this copy of the directory began with, fetched and
// verified in idle time, a page at each step. What they lead to is compared with the snapshot;
// until then the copy stands on the word of whoever vouched for it.
//
//     begun ──▶ some entries verified ──▶ … ──▶ the same: nothing is left of it in the store
//                                          └──▶ another state: untrue, for good
//
// In the profile's directory table (docs/protocol/profile.md §1). Several programs may be at it: a
// step that another has taken is not kept.
#pragma once

#include "client/ports/local_store.h"
#include "client/remote/remote.h"
#include "core/directory/state.h"

namespace obhut::client {

// Begun is the snapshot that a copy began with, as long as it is not known to have been true.
struct Begun {
    directory::Snapshot vouched;
    bool untrue = false;

    static void fields(auto& self, auto& field) {
        field(1, self.vouched);
        field(2, self.untrue);
    }
};

class Retrace {
public:
    // Rows of the table from here on belong to this, those before to the log.
    static Bytes first_key();
    static Result<std::optional<Begun>> load(StoreReader& reader);
    static Result<> put(StoreWriter& writer, const Begun& begun);

    // Both outlive this.
    Retrace(LocalStore& store, Remote& remote, const directory::Snapshot& vouched)
        : store_(store), remote_(remote), vouched_(vouched) {}

    // step verifies a page of entries and keeps how far it is; true: all of them lead to the
    // snapshot. Errors: answer_malformed, log_mismatch (these are not the entries: it begins anew),
    // snapshot_untrue (kept in the store), of Kind::upgrade, those of the store.
    Result<bool> step();

private:
    Result<> load_progress();
    Result<> verify_page();
    Result<> compare() const;
    Result<bool> keep(const Result<>& compared);
    bool whole() const { return tree_.size() == vouched_.size; }

    LocalStore& store_;
    Remote& remote_;
    directory::Snapshot vouched_;
    std::optional<directory::State> state_;  // absent: as the store has it
    directory::Frontier tree_;
    directory::Position kept_ = 0;  // so far the store is
};

}  // namespace obhut::client
