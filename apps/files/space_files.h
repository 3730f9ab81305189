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

// change_files makes one commit of what `edit` does; none if it changes nothing. `author.now` is
// the time of all of it. Errors: those of Space::commit and of `edit`.
Result<client::Committed> change_files(client::Space& space, const Author& author,
                                       const Edit& edit);

}  // namespace obhut::files
