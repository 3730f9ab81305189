// obhut rm [-r] SPACE:/PATH…
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpacePathWord, .value = Value::space_path, .many = true}};
constexpr Option kOptions[]{
    {.name = "recursive",
     .letter = 'r',
     .help = {"folders too, with all they contain", "auch Ordner, mit allem darin"}},
    {.name = "force",
     .letter = 'f',
     .help = {"no error for what is not there", "kein Fehler, wenn es etwas nicht gibt"}},
};
constexpr Text kNeedsRecursive{"Give -r to remove a folder with all it contains.",
                               "Geben Sie -r an, um einen Ordner mit allem darin zu entfernen."};
constexpr Text kInTrash{"In the trash for 30 days: “obhut trash restore {0}”.",
                        "30 Tage im Papierkorb: „obhut trash restore {0}“."};

Outcome<> remove(Context& context, const Arguments& arguments, const std::string& text) {
    const OpenSpace place = TRY_OUTCOME(open_path(context, text));
    TRY_OUTCOME(parent_and_name(place.path));
    const auto found = place.view.files().lookup(place.path.path);
    if (!found && found.error().is(errors::path_not_found) && arguments.flag("force")) return {};
    if (!found) return fail_about(text, found.error());
    if (found->entry.is_folder() && !arguments.flag("recursive"))
        return fail_about(text, errors::is_a_folder, context.say(kNeedsRecursive));
    TRY_OUTCOME(change(context, *place.space, text,
                       [&](files::Editor& editor, client::Summary& summary) -> Result<> {
                           const files::Found now = TRY(editor.files().lookup(place.path.path));
                           TRY(editor.remove(now.folder, now.name));
                           summary.add(client::Verb::removed, place.path.path);
                           return {};
                       }));
    context.output().object(JsonObject()
                                .text("path", place.path.text())
                                .text("id", found->entry.id.hex())
                                .text("kind", kind_word(found->entry.kind)));
    context.output().hint(context.say(kInTrash, {place.path.text()}));
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    for (const std::string& text : arguments.texts()) TRY_OUTCOME(remove(context, arguments, text));
    return {};
}

}  // namespace

const Command kRm{
    .name = "rm",
    .group = Group::files,
    .summary = {"move files and folders into the trash",
                "Dateien und Ordner in den Papierkorb legen"},
    .description =
        {"Nothing is deleted for good: the trash keeps it for 30 days, older versions too.",
         "Nichts wird endgültig gelöscht: Der Papierkorb bewahrt es 30 Tage auf, auch ältere "
         "Versionen."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut rm Akten:/entwurf.odt", {"a file", "eine Datei"}},
                  {"obhut rm -r Akten:/alt", {"a folder", "einen Ordner"}}}},
    .run = run,
};

}  // namespace obhut::cli
