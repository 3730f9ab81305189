// obhut mv SPACE:/SOURCE… SPACE:/TARGET
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = {"SPACE:/SOURCE", "BEREICH:/QUELLE"}, .value = Value::space_path, .many = true},
    {.name = {"SPACE:/TARGET", "BEREICH:/ZIEL"}, .value = Value::space_path},
};
constexpr Option kOptions[]{
    {.name = "replace",
     .help = {"a file at the target becomes an older version of this one",
              "eine Datei am Ziel wird zur älteren Version dieser"}},
    {.name = "keep-both",
     .help = {"take a free name at the target", "am Ziel einen freien Namen nehmen"}},
};
constexpr Text kOtherSpace{
    "Things are moved inside one space. To another one: “obhut cp”, then “obhut rm”.",
    "Verschoben wird innerhalb eines Bereichs. In einen anderen: „obhut cp“, dann „obhut rm“."};

Outcome<> run(Context& context, const Arguments& arguments) {
    const SpacePath target = TRY_OUTCOME(context.space_path(arguments.texts().back()));
    std::vector<SpacePath> sources;
    for (std::size_t i = 0; i + 1 < arguments.count(); ++i) {
        sources.push_back(TRY_OUTCOME(context.space_path(arguments.text(i))));
        TRY_OUTCOME(parent_and_name(sources.back()));
        if (sources.back().space != target.space)
            return fail_about(arguments.text(i), errors::path_malformed, context.say(kOtherSpace));
    }
    client::Space* space = TRY_OUTCOME(context.space(target.space));
    const auto view = ATTEMPT(target.space, files::SpaceView::newest(*space));
    std::vector<Destination> places;
    for (const SpacePath& source : sources)
        places.push_back(
            TRY_OUTCOME(destination_of(view.files(), target, source.name(), sources.size() > 1)));
    const files::Clash clash = arguments.flag("replace")     ? files::Clash::replace
                               : arguments.flag("keep-both") ? files::Clash::keep_both
                                                             : files::Clash::refuse;
    std::vector<std::string> names;
    TRY_OUTCOME(change(context, *space, arguments.text(0),
                       [&](files::Editor& editor, client::Summary& summary) -> Result<> {
                           names.clear();
                           for (std::size_t i = 0; i < sources.size(); ++i) {
                               const files::Found found =
                                   TRY(editor.files().lookup(sources[i].path));
                               const FileId folder = TRY(editor.files().folder(places[i].folder));
                               names.push_back(TRY(editor.move(found.folder, found.name, folder,
                                                               places[i].name, clash)));
                               summary.add(client::Verb::moved, sources[i].path,
                                           places[i].folder + "/" + names.back());
                           }
                           return {};
                       }));
    for (std::size_t i = 0; i < sources.size(); ++i)
        context.output().object(
            JsonObject()
                .text("from", sources[i].text())
                .text("to", target.space + ":" + (places[i].folder == "/" ? "" : places[i].folder) +
                                "/" + names[i]));
    return {};
}

}  // namespace

const Command kMv{
    .name = "mv",
    .group = Group::files,
    .summary = {"move or rename inside a space",
                "innerhalb eines Bereichs verschieben oder umbenennen"},
    .description = {"A folder moves as one entry, however much is in it. Versions come along. A "
                    "taken name is refused unless an option says otherwise.",
                    "Ein Ordner zieht als ein Eintrag um, wie viel auch darin ist. Versionen "
                    "kommen mit. Ein vergebener Name wird "
                    "abgelehnt, wenn keine Option etwas anderes sagt."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut mv Akten:/brief.odt Akten:/alt.odt", {"rename", "umbenennen"}},
                  {"obhut mv Akten:/a.odt Akten:/b.odt Akten:/2024/",
                   {"into a folder", "in einen Ordner"}}}},
    .run = run,
};

}  // namespace obhut::cli
