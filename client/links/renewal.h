// LinkRenewal: what an app brings so that links to folders follow every commit.
//
// The committer asks it with the trees before and after each change; what it answers goes into the
// same commit and the same request. It decides from its arguments alone, since it is asked again on
// every newer state; it may read through the trees and must not keep them.
#pragma once

#include "client/links/link.h"
#include "core/tree/tree.h"

namespace obhut::client {

// kMaxFolderLinks bounds the links to folders of a space: a change of a folder renews all links to
// it and those above in one commit, a removal may concern every one. Other links have no such
// bound.
inline constexpr std::size_t kMaxFolderLinks = 1000;

// Renewed is what a change comes to for the links that show what it changes.
struct Renewed {
    std::vector<LinkEdit> edits;
    // Their places, the one made first first. Beyond kMaxFolderLinks nothing is renewed
    // (`edits` is empty, and these are all that may have to): somebody made them against the rule,
    // and the last ones end before the change is made. Of very many not all are here at once.
    std::vector<LinkPlace> concerned;
};

class LinkRenewal {
public:
    virtual ~LinkRenewal() = default;
    virtual Result<Renewed> renew(const tree::Tree& before, const tree::Tree& after,
                                  const std::vector<tree::Change>& changes) = 0;
    // shown gives what a link to a folder is to show in one state; empty if the folder is not
    // there.
    virtual Result<std::optional<tree::Batch>> shown(const tree::Tree& state,
                                                     const FileId& folder) = 0;
};

}  // namespace obhut::client
