// Editor changes files on a draft. Each operation is whole: after an error the draft may hold a
// part of it and is dropped.
//
// A file keeps its id through edits, moves and the trash; its older versions and its place in the
// trash are entries of the same tree, so one commit holds all of a change. Rules:
// docs/protocol/keys.md §3.
#pragma once

#include "apps/files/files.h"
#include "apps/files/thinning.h"
#include "core/base/entropy.h"

namespace obhut::files {

// Puts of one file by one device within this time are one version: the last of them is kept.
inline constexpr Millis kVersionSpan = 10 * kMinute;

// How much one editor, so one commit, lets go by the space's policy: keys, counted with what is
// below a removed folder. The next one goes on.
inline constexpr std::size_t kThinnedAtOnce = 256;

// Author is who makes a change, and when.
struct Author {
    DeviceId device;
    Millis now = 0;
    Entropy& entropy;  // for ids
    // A time that has passed for certain, whatever clock is wrong: what is old is judged by it
    // (apps/files/thinning.h). 0: nothing is old.
    Millis certain = 0;
};

// NewFile is what a Writer of content gave (content, inline_bytes), and the attributes.
struct NewFile {
    content::Content content;
    Bytes inline_bytes;
    Attributes attributes;
};

// Clash says what to do when something else has the name.
enum class Clash : std::uint8_t {
    refuse,     // error name_taken
    replace,    // a file becomes a new version of the file there; a folder never replaces or is
                // replaced
    keep_both,  // take a free name, "brief (2).odt"
};

class Editor {
public:
    // `draft` and the author's entropy outlive this.
    Editor(Draft& draft, const Author& author) : draft_(draft), author_(author), files_(draft) {}

    // put_file puts a file, or a new version of the one there. Content equal to that there changes
    // attributes only. Errors: name_not_allowed, is_a_folder. Gives the file's id.
    Result<FileId> put_file(const FileId& folder, std::string_view name, NewFile file);
    // put_symlink puts a symlink; whatever but a symlink has the name is refused. Errors:
    // name_taken.
    Result<FileId> put_symlink(const FileId& folder, std::string_view name, Bytes target,
                               Attributes attributes);
    // make_folder makes one folder. Errors: name_taken, name_not_allowed.
    Result<FileId> make_folder(const FileId& folder, std::string_view name,
                               Attributes attributes = {});
    // make_folders makes what is missing of a path below `folder`; the id of its end. Errors:
    // not_a_folder.
    Result<FileId> make_folders(const FileId& folder, std::string_view path);
    // set_attributes changes attributes and nothing else. Errors: path_not_found.
    Result<> set_attributes(const FileId& folder, std::string_view name, Attributes attributes);

    // move moves or renames anything; a folder with all it contains is one entry. The name it has
    // then. Errors: path_not_found, name_taken, move_into_itself, name_not_allowed.
    Result<std::string> move(const FileId& folder, std::string_view name, const FileId& to_folder,
                             std::string_view to_name, Clash clash = Clash::refuse);
    // copy copies with all that is below; content is shared, ids are new, versions stay behind.
    // O(entries).
    Result<std::string> copy(const FileId& folder, std::string_view name, const FileId& to_folder,
                             std::string_view to_name, Clash clash = Clash::refuse);

    // remove moves a thing into the trash. Errors: path_not_found.
    Result<> remove(const FileId& folder, std::string_view name);
    // restore brings a thing back from the trash, where it was; removed folders above it come back
    // too. With its name taken it gets a free one. Errors: not_in_trash.
    Result<Found> restore(Millis time, const FileId& id);
    // restore_to brings it back to another place.
    Result<Found> restore_to(Millis time, const FileId& id, const FileId& folder,
                             std::string_view name);
    // purge takes a thing out of the trash for good, with versions and all below. O(entries).
    // Errors: not_in_trash.
    Result<> purge(Millis time, const FileId& id);
    // purge_some takes away about `keys` keys of it at most, what is deepest first, and lessens
    // `keys`; true if nothing of it is left. Errors: not_in_trash.
    Result<bool> purge_some(Millis time, const FileId& id, std::size_t& keys);

    // restore_version makes an older version the newest; what was newest is kept as a version, at
    // once. Errors: path_not_found, version_not_found.
    Result<> restore_version(const FileId& folder, std::string_view name, std::uint32_t number);
    // drop_version takes an older version out of the history. Errors: version_not_found.
    Result<> drop_version(const FileId& file, std::uint32_t number);

    // thin_trash lets go what has been in the trash for longer than the space's policy says,
    // oldest first; thin_versions what the policy says of a file's older versions. Both are done
    // with every removal and every new version, and take away no more than is left of
    // kThinnedAtOnce. Nothing is decided by a clock but author.certain.
    Result<> thin_trash();
    Result<> thin_versions(const FileId& file);
    // thin_somewhere does the same for files that nobody changes any more: for some of them, from a
    // random one on.
    Result<> thin_somewhere();
    // thinned is how many versions and removed things went so.
    std::size_t thinned() const { return thinned_; }

    // set_space_info names the space.
    void set_space_info(const SpaceInfo& info) {
        draft_.put(client::space_info_key(), encode(info));
    }

    const Files& files() const { return files_; }
    Draft& draft() { return draft_; }

    // ---- parts, also for merging
    // ----------------------------------------------------------------------------------

    // place writes an entry under a name, and where it is if that is to be known. The name must be
    // free.
    Result<> place(const FileId& folder, std::string_view name, const Entry& entry, bool moved);
    // take_away erases an entry from its folder.
    void take_away(const FileId& folder, std::string_view name) {
        draft_.erase(entry_key(folder, name));
    }
    // free_name is `name`, or with a number before its extension if that is taken. ≤ kMaxName
    // bytes.
    Result<std::string> free_name(const FileId& folder, std::string_view name) const;
    // is_below tells whether `folder` is `ancestor` or somewhere in it, the trash included.
    Result<bool> is_below(const FileId& folder, const FileId& ancestor) const;
    // make_reachable brings back removed folders until `folder` hangs on the topmost one; the ids
    // of those that came back. A folder that is gone for good comes back empty, under kRoot.
    Result<std::vector<FileId>> make_reachable(const FileId& folder);
    // keep_version saves an entry as an older version, under a number that is free from
    // entry.version on.
    Result<std::uint32_t> keep_version(const Entry& entry);
    // put_small sets or erases the bytes that stand in the tree for an entry.
    void put_small(const Entry& entry, Bytes bytes);

private:
    Result<> replace_content(const FileId& folder, std::string_view name, Entry old, NewFile file,
                             bool keep);
    Result<std::string> settle_name(const FileId& folder, std::string_view name, const Entry& entry,
                                    Clash clash);
    Result<bool> replaced(const Found& from, const FileId& to_folder, std::string_view to_name);
    Result<> copy_entry(const Entry& entry, const FileId& to_folder, std::string_view to_name,
                        FileId& new_id);
    Result<> copy_below(const FileId& from, const FileId& to);
    Result<std::size_t> forget(const Entry& entry);
    Result<bool> clear_below(const Entry& folder, std::size_t& keys);
    Result<bool> take_one(const Found& found, std::size_t& keys);
    Result<KeepPolicy> keep_policy() const;
    void let_go(const FileId& file, const std::vector<VersionTime>& versions,
                const KeepPolicy& policy);

    Draft& draft_;
    Author author_;
    Files files_;
    std::size_t thinning_left_ = kThinnedAtOnce;
    std::size_t thinned_ = 0;
};

}  // namespace obhut::files
