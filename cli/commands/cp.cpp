// obhut cp SPACE:/SOURCE… SPACE:/TARGET
#include "cli/commands/all.h"
#include "cli/commands/copy_across.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = {"SPACE:/SOURCE", "BEREICH:/QUELLE"}, .value = Value::space_path, .many = true},
    {.name = {"SPACE:/TARGET", "BEREICH:/ZIEL"}, .value = Value::space_path},
};
constexpr Option kOptions[]{
    {.name = "replace",
     .help = {"a file at the target gets a new version",
              "eine Datei am Ziel bekommt eine neue Version"}},
    {.name = "keep-both",
     .help = {"take a free name at the target", "am Ziel einen freien Namen nehmen"}},
    kAsCpDoes,
};

Outcome<> copy_inside(Context& context, const Arguments& arguments, const SpacePath& source,
                      const SpacePath& target) {
    client::Space* space = TRY_OUTCOME(context.space(target.space));
    const auto view = ATTEMPT(target.space, files::SpaceView::newest(*space));
    const Destination place =
        TRY_OUTCOME(destination_of(view.files(), target, source.name(), arguments.count() > 2));
    const files::Clash clash = arguments.flag("replace")     ? files::Clash::replace
                               : arguments.flag("keep-both") ? files::Clash::keep_both
                                                             : files::Clash::refuse;
    std::string name;
    TRY_OUTCOME(change(
        context, *space, source.text(),
        [&](files::Editor& editor, client::Summary& summary) -> Result<> {
            const files::Found found = TRY(editor.files().lookup(source.path));
            name = TRY(editor.copy(found.folder, found.name,
                                   TRY(editor.files().folder(place.folder)), place.name, clash));
            summary.add(client::Verb::copied, source.path, place.folder + "/" + name);
            return {};
        }));
    const std::string to =
        target.space + ":" + (place.folder == "/" ? "" : place.folder) + "/" + name;
    context.output().object(JsonObject().text("from", source.text()).text("to", to));
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const SpacePath target = TRY_OUTCOME(context.space_path(arguments.texts().back()));
    for (std::size_t i = 0; i + 1 < arguments.count(); ++i) {
        const SpacePath source = TRY_OUTCOME(context.space_path(arguments.text(i)));
        TRY_OUTCOME(parent_and_name(source));
        if (source.space == target.space)
            TRY_OUTCOME(copy_inside(context, arguments, source, target));
        else
            TRY_OUTCOME(copy_across(context, source, target, arguments.count() > 2));
    }
    return {};
}

}  // namespace

const Command kCp{
    .name = "cp",
    .group = Group::files,
    .summary = {"copy inside a space or to another one",
                "innerhalb eines Bereichs oder in einen anderen kopieren"},
    .description =
        {"Inside a space nothing is sent: the copy shares the encrypted pieces. To another space "
         "everything is read and "
         "sealed anew, since each space has keys of its own.",
         "Innerhalb eines Bereichs wird nichts übertragen: Die Kopie teilt die verschlüsselten "
         "Stücke. In einen anderen "
         "wird alles gelesen und neu versiegelt, denn jeder Bereich hat eigene Schlüssel."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut cp Akten:/vorlage.odt Akten:/2024/brief.odt", {"a copy", "eine Kopie"}},
                  {"obhut cp Akten:/2024 Archiv:/",
                   {"to another space", "in einen anderen Bereich"}}}},
    .run = run,
};

}  // namespace obhut::cli
