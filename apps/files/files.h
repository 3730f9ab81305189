// Files reads the files of a space: paths, folders, versions, trash.
//
//     Files files(TreeReading(tree));  Found found = TRY(files.lookup("/Akten/brief.odt"));
//
// Cheap to make; a view of one state of the tree. What is read comes from a verified tree, but
// another member may have written it with a broken program: folders that contain themselves are
// found out and refused (folders_in_a_loop).
#pragma once

#include "apps/files/draft.h"
#include "apps/files/entry.h"

namespace obhut::files {

inline constexpr std::size_t kMaxDepth = 512;  // folders below each other

// Found is an entry and where it is. The topmost folder has the id kRoot and no name.
struct Found {
    FileId folder;
    std::string name;
    Entry entry;
};

// split_path cuts "/a/b" into names; slashes at both ends and in a row do not matter. Errors:
// name_not_allowed.
Result<std::vector<std::string>> split_path(std::string_view path);

class Files {
public:
    // `reading` outlives this.
    explicit Files(const Reading& reading) : reading_(&reading) {}

    // find gives what a folder has under a name. One lookup.
    Result<std::optional<Entry>> find(const FileId& folder, std::string_view name) const;
    // get is find that demands. Errors: path_not_found.
    Result<Entry> get(const FileId& folder, std::string_view name) const;

    // lookup follows a path from the topmost folder; a lookup per name. Symlinks are not followed.
    // Errors: path_not_found (detail: index of the name that is not there), not_a_folder,
    // name_not_allowed.
    Result<Found> lookup(std::string_view path) const;
    // folder is the id of the folder at a path. Errors: as lookup; not_a_folder.
    Result<FileId> folder(std::string_view path) const;

    // list gives at most `limit` entries of a folder with names > `after` (empty: from the first),
    // in byte order.
    Result<std::vector<Found>> list(const FileId& folder, std::string_view after,
                                    std::size_t limit) const;
    // count is the number of entries that list would give without limit; O(entries) on a draft.
    Result<std::uint64_t> count(const FileId& folder) const;

    // walk visits everything below a folder, in byte order, a folder before what it contains;
    // `path` is relative to the start. The visitor returns false to pass over a folder's content.
    using Walker = std::function<Result<bool>(const std::string& path, const Found& found)>;
    Result<> walk(const FileId& folder, const Walker& visit) const;

    // where tells where a folder is, or a file that was moved or removed once; nothing for others.
    Result<std::optional<Where>> where(const FileId& id) const;
    // path_of is the path of a folder, "/" for the topmost. Errors: path_not_found (in the trash,
    // or gone).
    Result<std::string> path_of(const FileId& folder) const;

    // history gives the versions of a file that are kept beside the newest, newest first.
    Result<std::vector<Entry>> history(const FileId& file) const;
    // version gives one of them, or the newest, `current`, if it has that number. Errors:
    // version_not_found.
    Result<Entry> version(const Entry& current, std::uint32_t number) const;
    // version_at gives what a file was at a time: the newest version put at or before it. Errors:
    // version_not_found.
    Result<Entry> version_at(const Entry& current, Millis time) const;

    // each_trashed visits removed things, oldest first, from `since` on, until the visitor returns
    // false. trash gives at most `limit` of them.
    using TrashVisitor = std::function<Result<bool>(Trashed thing)>;
    Result<> each_trashed(Millis since, const TrashVisitor& visit) const;
    Result<std::vector<Trashed>> trash(Millis since, std::size_t limit) const;
    // trashed gives one. Errors: not_in_trash.
    Result<Trashed> trashed(Millis time, const FileId& id) const;

    // small_content gives the bytes that belong to an entry and stand in the tree; empty for other
    // content.
    Result<Bytes> small_content(const Entry& entry) const;
    Result<std::optional<SpaceInfo>> space_info() const;

    const Reading& reading() const { return *reading_; }

private:
    const Reading* reading_;
};

}  // namespace obhut::files
