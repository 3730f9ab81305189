// Links to files and folders: what a link shows, and how links to folders follow every change.
//
// The tree of a folder's link has the keys of the folder as the space has them: `f/…` of everything
// below, `d/…` of small files, `w/…` of folders; entries without what a visitor need not know.
// Source: docs/protocol/links.md §4.
#pragma once

#include "apps/files/files.h"
#include "client/links/links.h"

namespace obhut::files {

// shown_entry is an entry as visitors see it: without device, owner and extended attributes.
Entry shown_entry(const Entry& entry);

// link_to plans a link to what a path names: a file's newest version, or a folder. Errors: those of
// Files::lookup; not_a_folder for uploads to a file; is_a_folder;
// not_linkable (symlinks).
client::LinkPlanner link_to(std::string path, client::LinkKind kind);

// FolderLinks renews links to folders. A change of what is below such a folder is made again on
// the link's tree: O(changes), not O(folder), and no other link is looked at. A folder that goes to
// the trash shows as empty until it comes back.
class FolderLinks final : public client::LinkRenewal {
public:
    Result<client::Renewed> renew(const tree::Tree& before, const tree::Tree& after,
                                  const std::vector<tree::Change>& changes) override;
    Result<std::optional<tree::Batch>> shown(const tree::Tree& state,
                                             const FileId& folder) override;
};

}  // namespace obhut::files
