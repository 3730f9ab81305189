// obhut trash list SPACE
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Text kNone{"The trash is empty.", "Der Papierkorb ist leer."};
constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}};

// Where a removed thing was, as far as its folder is still known.
std::string place_of(const files::Files& files, const files::Trashed& thing) {
    const auto folder = files.path_of(thing.folder);
    if (!folder) return "…/" + thing.name;
    return (*folder == "/" ? "" : *folder) + "/" + thing.name;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Space* space = TRY_OUTCOME(context.space(arguments.text(0)));
    const auto view = ATTEMPT(arguments.text(0), files::SpaceView::newest(*space));
    Table table({{{"Removed", "Entfernt"}},
                 {{"Size", "Größe"}, Align::right},
                 {{"Id", "Kennung"}},
                 {{"Was at", "War unter"}}});
    const auto show = [&](const files::Trashed& thing) -> Result<bool> {
        const std::string path = place_of(view.files(), thing);
        JsonObject object;
        object.text("path", arguments.text(0) + ":" + path)
            .text("kind", kind_word(thing.entry.kind));
        object.number("size", thing.entry.size())
            .time("removed", thing.time)
            .text("id", thing.entry.id.hex());
        context.output().object(object.text("device", thing.device.hex()));
        table.row(
            {format_time(thing.time),
             thing.entry.is_folder() ? "" : format_size(thing.entry.size(), context.language()),
             {short_id(thing.entry.id), Style::faint},
             {path + (thing.entry.is_folder() ? "/" : ""),
              thing.entry.is_folder() ? Style::folder : Style::plain}});
        return true;
    };
    ATTEMPT(arguments.text(0), view.files().each_trashed(0, show));
    context.output().listing(table, kNone);
    return {};
}

}  // namespace

const Command kTrashList{
    .name = "trash list",
    .group = Group::history,
    .summary = {"show what is in the trash of a space",
                "zeigen, was im Papierkorb eines Bereichs liegt"},
    .description = {"Oldest first. What was removed stays as long as the space's policy says: 30 "
                    "days if nobody has set it.",
                    "Ältestes zuerst. Entferntes bleibt, solange der Bereich es vorsieht: 30 Tage, "
                    "wenn niemand es anders festgelegt hat."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut trash list Akten", {"all of it", "alles"}},
                  {"obhut trash list Akten --json", {"for scripts", "für Skripte"}}}},
    .run = run,
};

}  // namespace obhut::cli
