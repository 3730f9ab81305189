// obhut mkdir [-p] SPACE:/FOLDER…
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = {"SPACE:/FOLDER", "BEREICH:/ORDNER"}, .value = Value::space_path, .many = true}};
constexpr Option kOptions[]{
    {.name = "parents",
     .letter = 'p',
     .help = {"make missing folders above it too; no error if it is there",
              "auch fehlende Ordner darüber anlegen; kein Fehler, wenn es ihn gibt"}},
};

Outcome<> make(Context& context, const std::string& text, bool parents) {
    const SpacePath path = TRY_OUTCOME(context.space_path(text));
    client::Space* space = TRY_OUTCOME(context.space(path.space));
    if (path.path == "/" && !parents) return fail_about(text, errors::name_taken);
    FileId made;
    TRY_OUTCOME(change(
        context, *space, text, [&](files::Editor& editor, client::Summary& summary) -> Result<> {
            if (parents) {
                made = TRY(editor.make_folders(files::kRoot, path.path));
            } else {
                const std::size_t slash = path.path.rfind('/');
                const FileId parent = TRY(editor.files().folder(path.path.substr(0, slash)));
                made = TRY(editor.make_folder(parent, path.path.substr(slash + 1)));
            }
            summary.add(client::Verb::added, path.path);
            return {};
        }));
    context.output().object(JsonObject().text("path", path.text()).text("id", made.hex()));
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    for (const std::string& text : arguments.texts())
        TRY_OUTCOME(make(context, text, arguments.flag("parents")));
    return {};
}

}  // namespace

const Command kMkdir{
    .name = "mkdir",
    .group = Group::files,
    .summary = {"make folders", "Ordner anlegen"},
    .description = {"“put” makes the folders it needs by itself.",
                    "„put“ legt die Ordner, die es braucht, selbst an."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut mkdir Akten:/2024", {"one folder", "einen Ordner"}},
                  {"obhut mkdir -p Akten:/2024/03/Post", {"three at once", "drei auf einmal"}}}},
    .run = run,
};

}  // namespace obhut::cli
