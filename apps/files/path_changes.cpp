#include "apps/files/path_changes.h"

#include <algorithm>

namespace obhut::files {

namespace {

// Paths of one state, each folder's looked up once.
class Paths {
public:
    explicit Paths(const Reading& reading) : files_(reading) {}

    // The path of a name in a folder; nothing if the folder is in the trash or gone.
    Result<std::optional<std::string>> path(const FileId& folder, const std::string& name) {
        const auto parent = TRY(folder_path(folder));
        if (!parent) return std::nullopt;
        return *parent + "/" + name;
    }

private:
    Result<std::optional<std::string>> folder_path(const FileId& folder) {
        const auto known = known_.find(folder);
        if (known != known_.end()) return known->second;
        std::optional<std::string> path;
        const auto found = files_.path_of(folder);
        if (found)
            path = *found == "/" ? "" : *found;
        else if (!found.error().is(errors::path_not_found))
            return std::unexpected(found.error());
        known_[folder] = path;
        return path;
    }

    Files files_;
    std::map<FileId, std::optional<std::string>> known_;
};

const std::string& order_of(const PathChange& change) {
    return change.after ? *change.after : *change.before;
}

}  // namespace

bool PathChange::is_edited() const {
    if (!old_entry || !new_entry) return false;
    if (old_entry->target != new_entry->target) return true;
    if (!old_entry->content || !new_entry->content) return false;
    return !old_entry->content->same_bytes(*new_entry->content);
}

bool PathChange::is_touched() const {
    return old_entry && new_entry && old_entry->attributes != new_entry->attributes;
}

Result<std::vector<PathChange>> path_changes(const Reading& from, const Reading& to,
                                             const std::vector<KeyChange>& changes) {
    Paths old_paths(from);
    Paths new_paths(to);
    std::map<FileId, PathChange> by_id;
    for (const KeyChange& change : changes) {
        const auto key = parse_key(change.key);
        if (!key || key->kind != 'f') continue;
        if (change.before) {
            Entry entry = TRY(parse_entry(*change.before));
            PathChange& told = by_id[entry.id];
            told.before = TRY(old_paths.path(key->id, key->name));
            if (told.before) told.old_entry = std::move(entry);
        }
        if (change.after) {
            Entry entry = TRY(parse_entry(*change.after));
            PathChange& told = by_id[entry.id];
            told.after = TRY(new_paths.path(key->id, key->name));
            if (told.after) told.new_entry = std::move(entry);
        }
    }
    std::vector<PathChange> told;
    for (auto& [id, change] : by_id)
        if (change.before || change.after) told.push_back(std::move(change));
    std::sort(told.begin(), told.end(),
              [](const PathChange& a, const PathChange& b) { return order_of(a) < order_of(b); });
    return told;
}

}  // namespace obhut::files
