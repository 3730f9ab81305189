// The part of Editor that lets go: purging, and thinning by the space's policy.
#include <limits>
#include <map>

#include "apps/files/editor.h"

namespace obhut::files {

namespace {

constexpr std::size_t kPage = 256;
constexpr std::size_t kVersionsSeen = 2000;  // of a file, by one thinning; it begins at the oldest

void spend(std::size_t& keys, std::size_t count) { keys -= std::min(keys, count); }

}  // namespace

Result<> Editor::purge(Millis time, const FileId& id) {
    std::size_t keys = std::numeric_limits<std::size_t>::max();
    TRY(purge_some(time, id, keys));
    return {};
}

Result<bool> Editor::purge_some(Millis time, const FileId& id, std::size_t& keys) {
    const Trashed removed = TRY(files_.trashed(time, id));
    const auto where = TRY(files_.where(id));
    // An entry that is there without its thing being in the trash takes nothing with it.
    if (removed.entry.id == id && where && where->trashed == time) {
        if (removed.entry.is_folder() && !TRY(clear_below(removed.entry, keys))) return false;
        spend(keys, TRY(forget(removed.entry)));
    }
    draft_.erase(trash_key(time, id));
    spend(keys, 1);
    return true;
}

// Takes away what is below a folder, deepest first, so that what is left always hangs on it; true
// if nothing is.
Result<bool> Editor::clear_below(const Entry& folder, std::size_t& keys) {
    std::vector<Found> way;  // the folders that are being emptied, each in the one before
    while (true) {
        const FileId at = way.empty() ? folder.id : way.back().entry.id;
        bool descends = false;
        std::vector<Found> page = TRY(files_.list(at, "", kPage));
        for (Found& found : page) {
            if (keys == 0) return false;
            descends = !TRY(take_one(found, keys));
            if (!descends) continue;
            way.push_back(std::move(found));
            break;
        }
        if (descends || !page.empty()) continue;
        if (way.empty()) return true;
        // It is empty, so it goes as a file does.
        take_away(way.back().folder, way.back().name);
        spend(keys, 1 + TRY(forget(way.back().entry)));
        way.pop_back();
    }
}

// Takes away a file, or only its name where `w/` says that it is elsewhere; false for a folder that
// is here, and has to be emptied first.
Result<bool> Editor::take_one(const Found& found, std::size_t& keys) {
    const auto where = TRY(files_.where(found.entry.id));
    const bool is_here =
        where ? !where->trashed && where->folder == found.folder && where->name == found.name
              : !found.entry.is_folder();
    if (is_here && found.entry.is_folder()) return false;
    take_away(found.folder, found.name);
    spend(keys, 1);
    if (is_here) spend(keys, TRY(forget(found.entry)));
    return true;
}

// Erases what stands under a thing's id, but not what is below it; the number of keys.
Result<std::size_t> Editor::forget(const Entry& entry) {
    std::vector<Bytes> keys;
    TRY(draft_.each(versions_prefix(entry.id), {}, [&](ByteView key, ByteView) -> Result<bool> {
        keys.push_back(to_bytes(key));
        return true;
    }));
    if (entry.content && entry.content->is_inline()) keys.push_back(content_key(entry.id));
    if (TRY(draft_.get(where_key(entry.id)))) keys.push_back(where_key(entry.id));
    for (const Bytes& key : keys) draft_.erase(key);
    return keys.size();
}

Result<KeepPolicy> Editor::keep_policy() const {
    const std::optional<SpaceInfo> info = TRY(files_.space_info());
    return info && info->keep ? *info->keep : KeepPolicy{};
}

Result<> Editor::thin_trash() {
    if (author_.certain == 0) return {};
    std::optional<std::uint32_t> days;
    while (thinning_left_ > 0) {
        std::optional<ParsedKey> oldest;
        bool is_readable = false;
        TRY(draft_.each(trash_prefix(), {}, [&](ByteView key, ByteView value) -> Result<bool> {
            oldest = TRY(parse_key(key));
            is_readable = decode<Trashed>(value).has_value();
            return false;
        }));
        // What cannot be read stays where it is, for verify to tell: no removal fails by it.
        if (!oldest || !is_readable || !is_older(oldest->time, 0, author_.certain)) return {};
        if (!days) days = TRY(keep_policy()).trash;
        if (!is_older(oldest->time, *days, author_.certain)) return {};
        if (TRY(purge_some(oldest->time, oldest->id, thinning_left_))) ++thinned_;
    }
    return {};
}

Result<> Editor::thin_versions(const FileId& file) {
    if (thinning_left_ == 0 || author_.certain == 0) return {};
    const KeepPolicy policy = TRY(keep_policy());
    std::vector<VersionTime> versions;
    bool more = false;
    TRY(draft_.each(versions_prefix(file), {}, [&](ByteView, ByteView value) -> Result<bool> {
        const Entry version = TRY(parse_entry(value));
        versions.push_back({version.version, version.changed});
        // Behind one that is young all are, but for those whose device's clock was wrong.
        const bool is_young = !is_older(version.changed, policy.all_versions, author_.certain) &&
                              version.changed <= author_.certain;
        more = is_young || versions.size() == kVersionsSeen;
        return !more;
    }));
    let_go(file, versions, policy);
    return {};
}

Result<> Editor::thin_somewhere() {
    if (author_.certain == 0) return {};
    const KeepPolicy policy = TRY(keep_policy());
    std::map<FileId, std::vector<VersionTime>> files;
    std::size_t seen = 0;
    const Bytes from = versions_prefix(author_.entropy.id<FileId>());
    TRY(draft_.each(as_bytes("v/"), from, [&](ByteView key, ByteView value) -> Result<bool> {
        const Entry version = TRY(parse_entry(value));
        files[TRY(parse_key(key)).id].push_back({version.version, version.changed});
        return ++seen < kVersionsSeen;
    }));
    for (const auto& [file, versions] : files) let_go(file, versions, policy);
    return {};
}

void Editor::let_go(const FileId& file, const std::vector<VersionTime>& versions,
                    const KeepPolicy& policy) {
    if (versions.empty()) return;
    for (const std::uint32_t number :
         versions_that_go(versions, versions.back().number, policy, author_.certain)) {
        if (thinning_left_ == 0) return;
        draft_.erase(version_key(file, number));
        spend(thinning_left_, 1);
        ++thinned_;
    }
}

}  // namespace obhut::files
