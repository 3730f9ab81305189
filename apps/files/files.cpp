#include "apps/files/files.h"

#include <algorithm>

namespace obhut::files {

namespace {

constexpr std::size_t kPage = 1000;

Entry root_entry() {
    Entry entry;
    entry.id = kRoot;
    entry.kind = FileKind::folder;
    return entry;
}

// One folder that is being walked.
struct Level {
    FileId folder;
    std::string path;
    std::vector<Found> page;
    std::size_t next = 0;
    bool is_last_page = false;
};

}  // namespace

Result<std::vector<std::string>> split_path(std::string_view path) {
    std::vector<std::string> names;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (end > 0) {
            TRY(check_name(path.substr(0, end)));
            names.emplace_back(path.substr(0, end));
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return names;
}

Result<std::optional<Entry>> Files::find(const FileId& folder, std::string_view name) const {
    TRY(check_name(name));
    const std::optional<Bytes> value = TRY(reading_->get(entry_key(folder, name)));
    if (!value) return std::nullopt;
    return TRY(parse_entry(*value));
}

Result<Entry> Files::get(const FileId& folder, std::string_view name) const {
    std::optional<Entry> entry = TRY(find(folder, name));
    if (!entry) return fail(errors::path_not_found);
    return std::move(*entry);
}

Result<Found> Files::lookup(std::string_view path) const {
    const std::vector<std::string> names = TRY(split_path(path));
    Found found{kRoot, "", root_entry()};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (!found.entry.is_folder())
            return fail(errors::not_a_folder, static_cast<std::int32_t>(i));
        const FileId folder = found.entry.id;
        std::optional<Entry> entry = TRY(find(folder, names[i]));
        if (!entry) return fail(errors::path_not_found, static_cast<std::int32_t>(i));
        found = {folder, names[i], std::move(*entry)};
    }
    return found;
}

Result<FileId> Files::folder(std::string_view path) const {
    const Found found = TRY(lookup(path));
    if (!found.entry.is_folder()) return fail(errors::not_a_folder);
    return found.entry.id;
}

Result<std::vector<Found>> Files::list(const FileId& folder, std::string_view after,
                                       std::size_t limit) const {
    const Bytes prefix = folder_prefix(folder);
    Bytes from = prefix;
    append(from, as_bytes(after));
    if (!after.empty()) from.push_back(0);
    std::vector<Found> entries;
    if (limit == 0) return entries;
    TRY(reading_->each(prefix, from, [&](ByteView key, ByteView value) -> Result<bool> {
        const ParsedKey parsed = TRY(parse_key(key));
        entries.push_back({folder, parsed.name, TRY(parse_entry(value))});
        return entries.size() < limit;
    }));
    return entries;
}

Result<std::uint64_t> Files::count(const FileId& folder) const {
    std::uint64_t entries = 0;
    TRY(reading_->each(folder_prefix(folder), {}, [&](ByteView, ByteView) -> Result<bool> {
        ++entries;
        return true;
    }));
    return entries;
}

Result<> Files::walk(const FileId& folder, const Walker& visit) const {
    std::vector<Level> levels;
    levels.push_back({folder, "", {}, 0, false});
    while (!levels.empty()) {
        Level& level = levels.back();
        if (level.next == level.page.size()) {
            if (level.is_last_page) {
                levels.pop_back();
                continue;
            }
            const std::string after = level.page.empty() ? "" : level.page.back().name;
            level.page = TRY(list(level.folder, after, kPage));
            level.next = 0;
            level.is_last_page = level.page.size() < kPage;
            continue;
        }
        const Found& found = level.page[level.next++];
        const std::string path = level.path.empty() ? found.name : level.path + "/" + found.name;
        const bool enter = TRY(visit(path, found)) && found.entry.is_folder();
        if (!enter) continue;
        // Each folder has one place, so none is met twice.
        const auto place = TRY(where(found.entry.id));
        const bool is_its_place =
            place && place->folder == found.folder && place->name == found.name;
        if (!is_its_place || levels.size() >= kMaxDepth) return fail(errors::folders_in_a_loop);
        levels.push_back({found.entry.id, path, {}, 0, false});
    }
    return {};
}

Result<std::optional<Where>> Files::where(const FileId& id) const {
    const std::optional<Bytes> value = TRY(reading_->get(where_key(id)));
    if (!value) return std::nullopt;
    return TRY(decode<Where>(*value));
}

Result<std::string> Files::path_of(const FileId& folder) const {
    if (folder == kRoot) return std::string("/");
    std::string path;
    FileId at = folder;
    for (std::size_t depth = 0; at != kRoot; ++depth) {
        if (depth > kMaxDepth) return fail(errors::folders_in_a_loop);
        const std::optional<Where> place = TRY(where(at));
        if (!place || place->trashed) return fail(errors::path_not_found);
        path.insert(0, "/" + place->name);
        at = place->folder;
    }
    return path;
}

Result<std::vector<Entry>> Files::history(const FileId& file) const {
    std::vector<Entry> versions;
    TRY(reading_->each(versions_prefix(file), {}, [&](ByteView, ByteView value) -> Result<bool> {
        versions.push_back(TRY(parse_entry(value)));
        return true;
    }));
    std::reverse(versions.begin(), versions.end());
    return versions;
}

Result<Entry> Files::version(const Entry& current, std::uint32_t number) const {
    if (current.version == number) return current.clone();
    const std::optional<Bytes> value = TRY(reading_->get(version_key(current.id, number)));
    if (!value) return fail(errors::version_not_found);
    return parse_entry(*value);
}

Result<Entry> Files::version_at(const Entry& current, Millis time) const {
    if (current.changed <= time) return current.clone();
    for (Entry& version : TRY(history(current.id)))
        if (version.changed <= time) return std::move(version);
    return fail(errors::version_not_found);
}

Result<> Files::each_trashed(Millis since, const TrashVisitor& visit) const {
    Bytes from = trash_prefix();
    append_be64(from, since);
    return reading_->each(trash_prefix(), from, [&](ByteView, ByteView value) -> Result<bool> {
        return visit(TRY(decode<Trashed>(value)));
    });
}

Result<std::vector<Trashed>> Files::trash(Millis since, std::size_t limit) const {
    std::vector<Trashed> removed;
    if (limit == 0) return removed;
    TRY(each_trashed(since, [&](Trashed thing) -> Result<bool> {
        removed.push_back(std::move(thing));
        return removed.size() < limit;
    }));
    return removed;
}

Result<Trashed> Files::trashed(Millis time, const FileId& id) const {
    const std::optional<Bytes> value = TRY(reading_->get(trash_key(time, id)));
    if (!value) return fail(errors::not_in_trash);
    return decode<Trashed>(*value);
}

Result<Bytes> Files::small_content(const Entry& entry) const {
    if (!entry.content || !entry.content->is_inline() || entry.content->size == 0) return Bytes{};
    if (entry.content->bytes) return *entry.content->bytes;
    const std::optional<Bytes> value = TRY(reading_->get(content_key(entry.id)));
    if (!value) return fail(errors::entry_malformed);
    return TRY(decode<SmallContent>(*value)).bytes;
}

Result<std::optional<SpaceInfo>> Files::space_info() const {
    const std::optional<Bytes> value = TRY(reading_->get(client::space_info_key()));
    if (!value) return std::nullopt;
    return TRY(decode<SpaceInfo>(*value));
}

}  // namespace obhut::files
