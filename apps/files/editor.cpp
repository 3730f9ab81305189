#include "apps/files/editor.h"

namespace obhut::files {

namespace {

constexpr std::string_view kRecovered = "Recovered";  // what a folder is called whose name is lost
constexpr std::size_t kPage = 1000;
constexpr std::size_t kMaxExtension = 16;
constexpr unsigned kMaxNumbered = 1000;  // names tried with a number; then a random suffix

// Cuts a name at the beginning of a character.
std::string_view cut(std::string_view text, std::size_t max) {
    if (text.size() <= max) return text;
    while (max > 0 && (static_cast<std::uint8_t>(text[max]) & 0xC0) == 0x80) --max;
    return text.substr(0, max);
}

std::string with_suffix(std::string_view name, const std::string& suffix) {
    const std::size_t dot = name.rfind('.');
    const bool has_extension =
        dot != std::string_view::npos && dot > 0 && name.size() - dot <= kMaxExtension;
    const std::string_view extension = has_extension ? name.substr(dot) : std::string_view();
    const std::string_view stem = name.substr(0, name.size() - extension.size());
    std::string made(cut(stem, kMaxName - suffix.size() - extension.size()));
    return made.append(suffix).append(extension);
}

}  // namespace

Result<FileId> Editor::put_file(const FileId& folder, std::string_view name, NewFile file) {
    TRY(content::check_content(file.content));
    std::optional<Entry> old = TRY(files_.find(folder, name));
    if (old && old->is_folder()) return fail(errors::is_a_folder);
    if (old && old->kind == FileKind::file) {
        const FileId id = old->id;
        TRY(replace_content(folder, name, std::move(*old), std::move(file), false));
        return id;
    }
    if (old) TRY(remove(folder, name));
    Entry entry;
    entry.id = author_.entropy.id<FileId>();
    entry.changed = entry.version_since = author_.now;
    entry.device = author_.device;
    entry.attributes = std::move(file.attributes);
    entry.content = std::move(file.content);
    if (!file.inline_bytes.empty()) put_small(entry, std::move(file.inline_bytes));
    TRY(place(folder, name, entry, false));
    return entry.id;
}

Result<> Editor::replace_content(const FileId& folder, std::string_view name, Entry old,
                                 NewFile file, bool keep) {
    Entry entry = old.clone();
    entry.attributes = std::move(file.attributes);
    if (!old.content->same_bytes(file.content)) {
        const bool is_same_sitting = old.device == author_.device &&
                                     author_.now >= old.version_since &&
                                     author_.now - old.version_since < kVersionSpan;
        if (keep || !is_same_sitting) {
            entry.version = TRY(keep_version(old)) + 1;
            entry.version_since = author_.now;
            TRY(thin_versions(entry.id));
        }
        entry.changed = author_.now;
        entry.device = author_.device;
        entry.content = std::move(file.content);
        entry.content->bytes.reset();
        if (!file.inline_bytes.empty() || old.content->is_inline())
            put_small(entry, std::move(file.inline_bytes));
    }
    return place(folder, name, entry, false);
}

void Editor::put_small(const Entry& entry, Bytes bytes) {
    if (bytes.empty())
        draft_.erase(content_key(entry.id));
    else
        draft_.put(content_key(entry.id), encode(SmallContent{std::move(bytes)}));
}

Result<std::uint32_t> Editor::keep_version(const Entry& entry) {
    Entry kept = entry.clone();
    Bytes bytes = TRY(files_.small_content(entry));
    if (!bytes.empty()) kept.content->bytes = std::move(bytes);
    while (TRY(draft_.get(version_key(entry.id, kept.version)))) ++kept.version;
    draft_.put(version_key(entry.id, kept.version), encode(kept));
    return kept.version;
}

Result<FileId> Editor::put_symlink(const FileId& folder, std::string_view name, Bytes target,
                                   Attributes attributes) {
    if (target.size() > kMaxTarget) return fail(errors::name_not_allowed);
    std::optional<Entry> old = TRY(files_.find(folder, name));
    if (old && old->kind != FileKind::symlink) return fail(errors::name_taken);
    Entry entry;
    entry.id = old ? old->id : author_.entropy.id<FileId>();
    entry.kind = FileKind::symlink;
    entry.changed = entry.version_since = author_.now;
    entry.device = author_.device;
    entry.attributes = std::move(attributes);
    entry.target = std::move(target);
    TRY(place(folder, name, entry, false));
    return entry.id;
}

Result<FileId> Editor::make_folder(const FileId& folder, std::string_view name,
                                   Attributes attributes) {
    if (TRY(files_.find(folder, name))) return fail(errors::name_taken);
    Entry entry;
    entry.id = author_.entropy.id<FileId>();
    entry.kind = FileKind::folder;
    entry.changed = entry.version_since = author_.now;
    entry.device = author_.device;
    entry.attributes = std::move(attributes);
    TRY(place(folder, name, entry, false));
    return entry.id;
}

Result<FileId> Editor::make_folders(const FileId& folder, std::string_view path) {
    FileId at = folder;
    for (const std::string& name : TRY(split_path(path))) {
        const std::optional<Entry> entry = TRY(files_.find(at, name));
        if (entry && !entry->is_folder()) return fail(errors::not_a_folder);
        at = entry ? entry->id : TRY(make_folder(at, name));
    }
    return at;
}

Result<> Editor::set_attributes(const FileId& folder, std::string_view name,
                                Attributes attributes) {
    Entry entry = TRY(files_.get(folder, name));
    entry.attributes = std::move(attributes);
    return place(folder, name, entry, false);
}

Result<std::string> Editor::move(const FileId& folder, std::string_view name,
                                 const FileId& to_folder, std::string_view to_name, Clash clash) {
    const Entry entry = TRY(files_.get(folder, name));
    if (folder == to_folder && name == to_name) return std::string(name);
    if (entry.is_folder() && TRY(is_below(to_folder, entry.id)))
        return fail(errors::move_into_itself);
    if (clash == Clash::replace &&
        TRY(replaced({folder, std::string(name), entry.clone()}, to_folder, to_name)))
        return std::string(to_name);
    std::string free = TRY(settle_name(to_folder, to_name, entry, clash));
    take_away(folder, name);
    TRY(place(to_folder, free, entry, true));
    return free;
}

// Finds the name that `entry` gets, making it free if `clash` says so.
Result<std::string> Editor::settle_name(const FileId& folder, std::string_view name,
                                        const Entry& entry, Clash clash) {
    const std::optional<Entry> there = TRY(files_.find(folder, name));
    if (!there) return std::string(name);
    if (clash == Clash::keep_both) return free_name(folder, name);
    if (clash == Clash::refuse || entry.is_folder() || there->is_folder())
        return fail(errors::name_taken);
    TRY(remove(folder, name));
    return std::string(name);
}

// Makes a file that has no versions of its own a new version of the one it replaces; true if it
// did. So programs that save by writing a new file and renaming it keep the history.
Result<bool> Editor::replaced(const Found& from, const FileId& to_folder,
                              std::string_view to_name) {
    std::optional<Entry> there = TRY(files_.find(to_folder, to_name));
    if (!there || there->kind != FileKind::file || from.entry.kind != FileKind::file ||
        from.entry.version > 1)
        return false;
    NewFile file{from.entry.content->clone(), TRY(files_.small_content(from.entry)),
                 from.entry.attributes};
    TRY(replace_content(to_folder, to_name, std::move(*there), std::move(file), false));
    take_away(from.folder, from.name);
    TRY(forget(from.entry));
    return true;
}

Result<std::string> Editor::copy(const FileId& folder, std::string_view name,
                                 const FileId& to_folder, std::string_view to_name, Clash clash) {
    const Entry entry = TRY(files_.get(folder, name));
    if (entry.is_folder() && TRY(is_below(to_folder, entry.id)))
        return fail(errors::move_into_itself);
    const std::optional<Entry> there = TRY(files_.find(to_folder, to_name));
    const bool is_update = clash == Clash::replace && there && there->kind == FileKind::file &&
                           entry.kind == FileKind::file && there->id != entry.id;
    if (is_update) {
        NewFile file{entry.content->clone(), TRY(files_.small_content(entry)), entry.attributes};
        TRY(put_file(to_folder, to_name, std::move(file)));
        return std::string(to_name);
    }
    if (there && there->id == entry.id && clash == Clash::replace) return std::string(to_name);
    std::string free = TRY(settle_name(to_folder, to_name, entry, clash));
    FileId new_id;
    TRY(copy_entry(entry, to_folder, free, new_id));
    if (entry.is_folder()) TRY(copy_below(entry.id, new_id));
    return free;
}

Result<> Editor::copy_entry(const Entry& entry, const FileId& to_folder, std::string_view to_name,
                            FileId& new_id) {
    Entry made = entry.clone();
    made.id = new_id = author_.entropy.id<FileId>();
    made.version = 1;
    made.changed = made.version_since = author_.now;
    made.device = author_.device;
    made.conflict_of.reset();
    Bytes bytes = TRY(files_.small_content(entry));
    if (!bytes.empty()) put_small(made, std::move(bytes));
    return place(to_folder, to_name, made, false);
}

Result<> Editor::copy_below(const FileId& from, const FileId& to) {
    std::vector<std::pair<FileId, FileId>> folders{{from, to}};
    while (!folders.empty()) {
        const auto [source, target] = folders.back();
        folders.pop_back();
        std::string after;
        while (true) {
            const std::vector<Found> page = TRY(files_.list(source, after, kPage));
            for (const Found& found : page) {
                FileId new_id;
                TRY(copy_entry(found.entry, target, found.name, new_id));
                if (found.entry.is_folder()) folders.emplace_back(found.entry.id, new_id);
            }
            if (page.size() < kPage) break;
            after = page.back().name;
        }
    }
    return {};
}

Result<> Editor::remove(const FileId& folder, std::string_view name) {
    Trashed removed{TRY(files_.get(folder, name)), folder, std::string(name), author_.now,
                    author_.device};
    const FileId id = removed.entry.id;
    take_away(folder, name);
    draft_.put(trash_key(author_.now, id), encode(removed));
    draft_.put(where_key(id), encode(Where{folder, std::string(name), author_.now}));
    return thin_trash();
}

Result<Found> Editor::restore(Millis time, const FileId& id) {
    const Trashed removed = TRY(files_.trashed(time, id));
    TRY(make_reachable(removed.folder));
    return restore_to(time, id, removed.folder, removed.name);
}

Result<Found> Editor::restore_to(Millis time, const FileId& id, const FileId& folder,
                                 std::string_view name) {
    Trashed removed = TRY(files_.trashed(time, id));
    if (removed.entry.is_folder() && TRY(is_below(folder, id)))
        return fail(errors::move_into_itself);
    Found found{folder, TRY(free_name(folder, name)), std::move(removed.entry)};
    draft_.erase(trash_key(time, id));
    TRY(place(folder, found.name, found.entry, true));
    return found;
}

Result<> Editor::restore_version(const FileId& folder, std::string_view name,
                                 std::uint32_t number) {
    Entry current = TRY(files_.get(folder, name));
    if (!current.content) return fail(errors::version_not_found);
    if (current.version == number) return {};
    const Entry old = TRY(files_.version(current, number));
    NewFile file{old.content->clone(), TRY(files_.small_content(old)), old.attributes};
    return replace_content(folder, name, std::move(current), std::move(file), true);
}

Result<> Editor::drop_version(const FileId& file, std::uint32_t number) {
    if (!TRY(draft_.get(version_key(file, number)))) return fail(errors::version_not_found);
    draft_.erase(version_key(file, number));
    return {};
}

Result<> Editor::place(const FileId& folder, std::string_view name, const Entry& entry,
                       bool moved) {
    TRY(check_name(name));
    draft_.put(entry_key(folder, name), encode(entry));
    if (!entry.is_folder() && !moved) return {};
    draft_.put(where_key(entry.id), encode(Where{folder, std::string(name), std::nullopt}));
    return {};
}

Result<std::string> Editor::free_name(const FileId& folder, std::string_view name) const {
    if (!TRY(files_.find(folder, name))) return std::string(name);
    for (unsigned number = 2; number < kMaxNumbered; ++number) {
        std::string numbered = with_suffix(name, " (" + std::to_string(number) + ")");
        if (!TRY(files_.find(folder, numbered))) return numbered;
    }
    return with_suffix(name, " (" + author_.entropy.id<FileId>().hex() + ")");
}

Result<bool> Editor::is_below(const FileId& folder, const FileId& ancestor) const {
    FileId at = folder;
    for (std::size_t depth = 0; depth <= 2 * kMaxDepth; ++depth) {
        if (at == ancestor) return true;
        if (at == kRoot) return false;
        const std::optional<Where> where = TRY(files_.where(at));
        if (!where) return false;
        at = where->folder;
    }
    return fail(errors::folders_in_a_loop);
}

Result<std::vector<FileId>> Editor::make_reachable(const FileId& folder) {
    std::vector<FileId> came_back;
    FileId at = folder;
    for (std::size_t depth = 0; at != kRoot; ++depth) {
        if (depth > 2 * kMaxDepth) return fail(errors::folders_in_a_loop);
        const std::optional<Where> where = TRY(files_.where(at));
        if (where && !where->trashed) {
            at = where->folder;
            continue;
        }
        came_back.push_back(at);
        Entry entry;
        entry.id = at;
        entry.kind = FileKind::folder;
        entry.changed = entry.version_since = author_.now;
        entry.device = author_.device;
        FileId parent = kRoot;
        std::string name(kRecovered);
        if (where) {
            Trashed removed = TRY(files_.trashed(*where->trashed, at));
            draft_.erase(trash_key(*where->trashed, at));
            entry = std::move(removed.entry);
            name = removed.name;
            if (!TRY(is_below(removed.folder, at))) parent = removed.folder;
        }
        TRY(place(parent, TRY(free_name(parent, name)), entry, true));
        at = parent;
    }
    return came_back;
}

}  // namespace obhut::files
