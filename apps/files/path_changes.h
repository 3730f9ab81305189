// What differs between two states of a space, told in paths: for people, and for programs that
// bring a folder on a disk up to date.
#pragma once

#include "apps/files/merge.h"

namespace obhut::files {

// PathChange is one thing that differs. It may have moved and changed at once.
struct PathChange {
    std::optional<std::string> before;  // path in the older state; absent: it was not there
    std::optional<std::string> after;   // in the newer one; absent: it is removed
    std::optional<Entry> old_entry;
    std::optional<Entry> new_entry;

    bool is_moved() const { return before && after && *before != *after; }
    // is_edited: other bytes or another target.
    bool is_edited() const;
    // is_touched: other attributes.
    bool is_touched() const;
};

// path_changes tells the difference that `changes` make between two states, by file id, sorted by
// the newer path or else the older one. What is below a folder that moved, was removed or came back
// is not told again; nor is what happened inside the trash. Cost: the changes, and a lookup for
// each folder above them. Errors: those of reading.
Result<std::vector<PathChange>> path_changes(const Reading& from, const Reading& to,
                                             const std::vector<KeyChange>& changes);

}  // namespace obhut::files
