// obhut get SPACE:/PATH|URL… TARGET [--keep] [--at TIME] [--password-file FILE]
#include "cli/local/get.h"

#include "apps/files/visit.h"
#include "cli/commands/all.h"
#include "cli/commands/history_state.h"
#include "cli/commands/visiting.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = {"SPACE:/PATH|URL", "BEREICH:/PFAD|URL"}, .value = Value::space_path, .many = true},
    {.name = {"TARGET", "ZIEL"}, .value = Value::file},
};
constexpr Option kOptions[]{
    {.name = "keep",
     .letter = 'k',
     .help = {"leave files alone that are there already", "vorhandene Dateien in Ruhe lassen"}},
    {.name = "at",
     .value = Value::text,
     .value_name = kTimeWord,
     .help = {"as it was at that time (2024-03-09, 3d, 12h)",
              "wie es damals war (2024-03-09, 3d, 12h)"}},
    kAsCpDoes,
    {.name = "password-file",
     .value = Value::file,
     .value_name = kFileWord,
     .help = kLinkPasswordHelp},
};
constexpr Counted kFiles{{"{0} file", "{0} Datei"}, {"{0} files", "{0} Dateien"}};
constexpr Text kSummary{"{0}, {1}, in {2}", "{0}, {1}, in {2}"};

// Where a source goes: as cp does it.
struct LocalPlace {
    std::string folder;
    std::string name;  // ".": what is in the source goes into the folder itself
};
Outcome<LocalPlace> place_of(const std::string& target, const files::Found& found, bool several) {
    const auto folder = platform::Folder::open(target);
    if (folder) return LocalPlace{target, found.name.empty() ? "." : found.name};
    if (!folder.error().is(errors::file_missing) && !folder.error().is(errors::file_in_the_way))
        return fail_about(target, folder.error());
    const bool missing = folder.error().is(errors::file_missing);
    if (several || (!missing && found.entry.is_folder())) return fail_about(target, folder.error());
    const platform::SplitPath parts = platform::split_path(target);
    if (parts.name == ".") return fail_about(target, folder.error());
    return LocalPlace{parts.folder, parts.name};
}

// What is brought: a thing, its path where it is, and where it goes.
struct Bringing {
    const files::Found& found;
    std::string path;
    LocalPlace local;
};

Outcome<> bring(Context& context, Get& get, const std::string& where, const Bringing& what,
                GetTotals& totals) {
    if (context.output().person_watches()) TRY_OUTCOME(get.count(what.found));
    get.on_item([&](const Get::Brought& item) -> Outcome<> {
        if (item.entry.is_folder()) return {};
        JsonObject object;
        object.text("type", kind_word(item.entry.kind))
            .text("path", where + item.path)
            .number("size", item.entry.size());
        context.output().object(object.text("id", item.entry.id.hex()));
        return {};
    });
    const Outcome<> done = get.run(what.found, what.path, what.local.folder, what.local.name);
    const Outcome<> finished = get.finish();
    totals.files += get.totals().files;
    totals.folders += get.totals().folders;
    totals.links += get.totals().links;
    totals.kept += get.totals().kept;
    totals.skipped += get.totals().skipped;
    totals.bytes += get.totals().bytes;
    if (get.totals().worst && (!totals.worst || get.totals().worst->kind() == Kind::corrupt))
        totals.worst = get.totals().worst;
    return done ? finished : done;
}

Outcome<> get_one(Context& context, const Arguments& arguments, const std::string& source,
                  GetTotals& totals) {
    const OpenSpace place = TRY_OUTCOME(open_path(context, source));
    std::optional<files::SpaceView> past;
    if (const auto at = arguments.value("at"))
        past = TRY_OUTCOME(state_at(context, *place.space, place.path.space,
                                    TRY_OUTCOME(time_argument(context, *at))));
    const files::Files& files = past ? past->files() : place.view.files();
    const files::Found found = ATTEMPT(source, files.lookup(place.path.path));
    const std::string& target = arguments.texts().back();
    LocalPlace local = TRY_OUTCOME(place_of(target, found, arguments.count() > 2));
    // The topmost folder has no name of its own: it becomes the target.
    if (found.name.empty() && local.name != ".") {
        const auto parent = ATTEMPT(local.folder, platform::Folder::open(local.folder));
        ATTEMPT(target, parent.make_folder(local.name));
        local = {target, "."};
    }
    Get get(context, *place.space, files, place.path.space + ":", {arguments.flag("keep")});
    return bring(context, get, place.path.space + ":", {found, place.path.path, local}, totals);
}

// What a link shows, without a profile.
Outcome<> get_link(Context& context, const Arguments& arguments, const std::string& url,
                   GetTotals& totals) {
    const OpenVisit open = TRY_OUTCOME(open_visit(context, url, arguments.value("password-file")));
    const std::string shown = shown_url(url);
    if (open.visitor->record().kind == client::LinkKind::upload)
        return fail_about(shown, errors::link_of_other_kind);
    const auto visit = files::Visit::of(*open.visitor);
    const files::Found& found = visit->shown();
    ATTEMPT(shown, files::check_name(found.name));
    const LocalPlace local =
        TRY_OUTCOME(place_of(arguments.texts().back(), found, arguments.count() > 2));
    Get get(context, open.visitor->place(), *open.visitor, visit->files(), shown + ":",
            {arguments.flag("keep")});
    return bring(context, get, shown + ":", {found, "/" + found.name, local}, totals);
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const Millis start = context.clock().now();
    GetTotals totals;
    for (std::size_t i = 0; i + 1 < arguments.count(); ++i)
        TRY_OUTCOME(client::is_link_url(arguments.text(i))
                        ? get_link(context, arguments, arguments.text(i), totals)
                        : get_one(context, arguments, arguments.text(i), totals));
    const Millis end = context.clock().now();
    const Millis elapsed = end > start ? end - start : 0;
    JsonObject object;
    object.text("type", "summary")
        .number("files", totals.files)
        .number("folders", totals.folders)
        .number("links", totals.links);
    object.number("kept", totals.kept)
        .number("skipped", totals.skipped)
        .number("bytes", totals.bytes)
        .number("milliseconds", elapsed);
    context.output().object(object);
    const Language language = context.language();
    context.output().summary(context.say(
        kSummary, {say(kFiles, language, totals.files), format_size(totals.bytes, language),
                   format_duration(elapsed, language)}));
    if (!totals.worst) return {};
    const bool alone = totals.files + totals.links + totals.folders == 0;
    return fail_about("get", alone || totals.worst->kind() == Kind::corrupt
                                 ? *totals.worst
                                 : Error(errors::partly_done));
}

}  // namespace

const Command kGet{
    .name = "get",
    .group = Group::files,
    .summary = {"get files and folders from a space", "Dateien und Ordner aus einem Bereich holen"},
    .description =
        {"Like cp -r: into TARGET if it is a folder, else under that name. Every byte is verified "
         "before a file "
         "appears; mode, time, extended attributes, links and holes come back as they were. A link "
         "(URL) needs no account.",
         "Wie cp -r: in ZIEL, wenn es ein Ordner ist, sonst unter diesem Namen. Jedes Byte ist "
         "geprüft, bevor eine Datei "
         "erscheint; Rechte, Zeit, erweiterte Attribute, Verweise und Lücken sind wie zuvor. Ein "
         "Link (URL) braucht kein Konto."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut get Akten:/brief.odt out.odt", {"one file", "eine Datei"}},
                  {"obhut get Akten:/ordner . --at 3d",
                   {"a folder, as it was", "einen Ordner, wie er war"}}}},
    .run = run,
};

}  // namespace obhut::cli
