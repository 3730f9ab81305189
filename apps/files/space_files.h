// Files of a client's space: reading its newest state, and changing it by commits.
//
// An Edit says what shall become of the files, by path; when others were first it is called again
// on the newer state, so it decides everything from the editor it is given. Used by the thread of
// the space's engine.
#pragma once

#include <functional>

#include "apps/files/editor.h"
#include "client/spaces/space.h"

namespace obhut::files {

// SpaceView is one state of a space's files. It lives until the space's next refresh() or commit().
class SpaceView {
public:
    // newest is the newest verified state. Errors: space_not_readable.
    static Result<SpaceView> newest(client::Space& space);
    // at is the state after the newest commit with sequence ≤ `sequence`. Errors: space_not_found.
    static Result<SpaceView> at(client::Space& space, std::uint64_t sequence);

    const Files& files() const { return *files_; }
    std::uint64_t sequence() const { return sequence_; }

private:
    SpaceView(tree::Tree tree, std::uint64_t sequence);

    std::unique_ptr<tree::Tree> tree_;
    std::unique_ptr<TreeReading> reading_;
    std::unique_ptr<Files> files_;
    std::uint64_t sequence_;
};

using Edit = std::function<Result<>(Editor& editor, client::Summary& summary)>;

// author_at is the author as the change that is planned on `base` sees the time: nothing is put
// before the directory's newest checkpoint, and nothing is old that is not by both clocks.
Author author_at(const Author& author, const client::Snapshot& base);

// change_files makes one commit of what `edit` does; none if it changes nothing. `author.now` is
// the time of all of it; `origins` tell where the content it puts came from. Errors: those of
// Space::commit and of `edit`.
Result<client::Committed> change_files(client::Space& space, const Author& author, const Edit& edit,
                                       std::span<const client::Origin> origins = {});

// tidy lets go some of what the space's policy says and no other change has come by: what is oldest
// in the trash, and older versions of files that nobody changes any more. One commit, of bounded
// work, or none. For editors, now and then.
Result<client::Committed> tidy(client::Space& space, const Author& author);

}  // namespace obhut::files
