#include "cli/commands/common.h"

#include "apps/files/errors.h"
#include "cli/errors.h"

namespace obhut::cli {

namespace {

constexpr Text kReader{"reader", "Lesen"};
constexpr Text kEditor{"editor", "Bearbeiten"};
constexpr Text kManager{"manager", "Verwalten"};
constexpr Text kTimeForms{
    "A time is written 2024-03-09, “2024-03-09 14:05”, or as a span back: 90m, 12h, 3d, 2w.",
    "Eine Zeit lautet 2024-03-09, „2024-03-09 14:05“, oder als Spanne zurück: 90m, 12h, 3d, 2w."};

}  // namespace

files::Author author_of(Context& context, client::Engine& engine) {
    return {engine.status().device, context.clock().now(), context.machine().entropy()};
}

std::string_view role_word(client::Role role) {
    switch (role) {
    case client::Role::reader: return "reader";
    case client::Role::editor: return "editor";
    case client::Role::manager: return "manager";
    }
    return "";
}

std::string_view role_text(client::Role role, Language language) {
    switch (role) {
    case client::Role::reader: return kReader.in(language);
    case client::Role::editor: return kEditor.in(language);
    case client::Role::manager: return kManager.in(language);
    }
    return "";
}

client::Role role_of(std::string_view word) {
    return word == "manager"  ? client::Role::manager
           : word == "reader" ? client::Role::reader
                              : client::Role::editor;
}

std::string_view kind_word(files::FileKind kind) {
    switch (kind) {
    case files::FileKind::file: return "file";
    case files::FileKind::folder: return "folder";
    case files::FileKind::symlink: return "symlink";
    }
    return "";
}

std::string_view link_word(client::LinkKind kind) {
    switch (kind) {
    case client::LinkKind::file: return "file";
    case client::LinkKind::folder: return "folder";
    case client::LinkKind::upload: return "upload";
    }
    return "";
}

std::string_view link_text(client::LinkKind kind, Language language) {
    static constexpr Text kFile{"file", "Datei"};
    static constexpr Text kFolder{"folder", "Ordner"};
    static constexpr Text kUpload{"upload", "Hochladen"};
    switch (kind) {
    case client::LinkKind::file: return kFile.in(language);
    case client::LinkKind::folder: return kFolder.in(language);
    case client::LinkKind::upload: return kUpload.in(language);
    }
    return "";
}

Outcome<Millis> time_argument(Context& context, const std::string& text) {
    Millis time = 0;
    if (!parse_time(text, context.clock().now(), time))
        return fail_about(text, errors::value_malformed_here, context.say(kTimeForms));
    return time;
}

Outcome<OpenSpace> open_path(Context& context, const std::string& text) {
    SpacePath path = TRY_OUTCOME(context.space_path(text));
    client::Space* space = TRY_OUTCOME(context.space(path.space));
    auto view = ATTEMPT(path.space, files::SpaceView::newest(*space));
    return OpenSpace{space, std::move(view), std::move(path)};
}

Outcome<files::Found> found_at(const OpenSpace& place) {
    return ATTEMPT(place.path.text(), place.view.files().lookup(place.path.path));
}

Outcome<client::Committed> change(Context& context, client::Space& space, const std::string& what,
                                  const files::Edit& edit) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    return ATTEMPT(what, files::change_files(space, author_of(context, *engine), edit));
}

Outcome<ParentAndName> parent_and_name(const SpacePath& path) {
    const std::size_t slash = path.path.rfind('/');
    if (path.path == "/") return fail_about(path.text(), errors::root_is_fixed);
    return ParentAndName{slash == 0 ? "/" : path.path.substr(0, slash),
                         path.path.substr(slash + 1)};
}

Outcome<Destination> destination_of(const files::Files& files, const SpacePath& target,
                                    const std::string& source_name, bool several) {
    const auto there = files.lookup(target.path);
    if (there && there->entry.is_folder()) return Destination{target.path, source_name};
    if (there && (several || target.folder)) return fail_about(target.text(), errors::not_a_folder);
    if (!there && !there.error().is(errors::path_not_found))
        return fail_about(target.text(), there.error());
    if (several || target.folder) return Destination{target.path, source_name};
    const ParentAndName parts = TRY_OUTCOME(parent_and_name(target));
    return Destination{parts.parent, parts.name};
}

JsonObject file_object(const std::string& path, const files::Found& found) {
    JsonObject object;
    object.text("path", path)
        .text("kind", kind_word(found.entry.kind))
        .number("size", found.entry.size());
    object.time("modified", modified_of(found.entry)).time("changed", found.entry.changed);
    if (found.entry.attributes.mode) object.number("mode", *found.entry.attributes.mode);
    if (found.entry.target) object.text("target", as_text(*found.entry.target));
    object.text("id", found.entry.id.hex()).number("version", found.entry.version);
    object.text("device", found.entry.device.hex());
    return object;
}

bool begins(const std::string& id, const std::string& typed) {
    return typed.size() >= kShortestId && id.starts_with(typed);
}

platform::Moment modified_of(const files::Entry& entry) {
    constexpr std::int64_t kNanos = 1'000'000;
    const auto& modified = entry.attributes.modified_ns;
    if (!modified) return static_cast<platform::Moment>(entry.changed);
    return *modified / kNanos - (*modified % kNanos < 0 ? 1 : 0);
}

}  // namespace obhut::cli
