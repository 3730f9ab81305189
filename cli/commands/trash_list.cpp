// obhut trash list SPACE
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kPage = 1000;
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
    for (Millis since = 0;;) {
        const auto page = ATTEMPT(arguments.text(0), view.files().trash(since, kPage));
        for (const files::Trashed& thing : page) {
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
        }
        if (page.size() < kPage) break;
        since = page.back().time + 1;
    }
    context.output().table(table);
    return {};
}

}  // namespace

const Command kTrashList{
    .name = "trash list",
    .group = Group::history,
    .summary = {"show what is in the trash of a space",
                "zeigen, was im Papierkorb eines Bereichs liegt"},
    .description = {"Oldest first. What was removed stays for 30 days.",
                    "Ältestes zuerst. Entferntes bleibt 30 Tage."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut trash list Akten", {"all of it", "alles"}},
                  {"obhut trash list Akten --json", {"for scripts", "für Skripte"}}}},
    .run = run,
};

}  // namespace obhut::cli
