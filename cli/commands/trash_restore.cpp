// obhut trash restore SPACE:/PATH | SPACE ID
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = kSpacePathWord, .value = Value::space_path},
    {.name = {"ID", "KENNUNG"}, .optional = true},
};
constexpr Text kDone{"Restored: {0}", "Wiederhergestellt: {0}"};

struct Thing {
    Millis time = 0;
    FileId id;
};

// The newest removed thing that was at the path, or has the id: the trash lists the oldest first.
Outcome<Thing> find(const OpenSpace& place, const std::string& id, const std::string& what) {
    const files::Files& files = place.view.files();
    std::optional<Thing> found;
    OneOf<Thing> one(id);
    const auto look = [&](const files::Trashed& thing) -> Result<bool> {
        const auto folder = files.path_of(thing.folder);
        const bool same_place =
            folder && (*folder == "/" ? "" : *folder) + "/" + thing.name == place.path.path;
        const Thing there{thing.time, thing.entry.id};
        one.offer(thing.entry.id.hex(), there);
        if (same_place) found = there;
        return true;
    };
    ATTEMPT(what, files.each_trashed(0, look));
    if (!id.empty()) return one.take(errors::not_in_trash);
    if (!found) return fail_about(what, errors::not_in_trash);
    return *found;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string id = arguments.count() > 1 ? arguments.text(1) : std::string();
    const std::string text = id.empty() || is_space_path(arguments.text(0))
                                 ? arguments.text(0)
                                 : arguments.text(0) + ":/";
    const OpenSpace place = TRY_OUTCOME(open_path(context, text));
    const Thing thing = TRY_OUTCOME(find(place, id, text));
    std::string path;
    FileId restored_id;
    TRY_OUTCOME(change(context, *place.space, text,
                       [&](files::Editor& editor, client::Summary& summary) -> Result<> {
                           const files::Found restored = TRY(editor.restore(thing.time, thing.id));
                           const std::string folder = TRY(editor.files().path_of(restored.folder));
                           path = (folder == "/" ? "" : folder) + "/" + restored.name;
                           restored_id = restored.entry.id;
                           summary.add(client::Verb::restored, path);
                           return {};
                       }));
    const std::string shown = place.path.space + ":" + path;
    context.output().object(JsonObject().text("path", shown).text("id", restored_id.hex()));
    context.output().summary(context.say(kDone, {printable(shown)}));
    return {};
}

}  // namespace

const Command kTrashRestore{
    .name = "trash restore",
    .group = Group::history,
    .summary = {"bring something back from the trash", "etwas aus dem Papierkorb zurückholen"},
    .description = {"To where it was; removed folders above it come back too. If the name is taken "
                    "meanwhile it gets a free one. An id, as "
                    "the list shows it, names one of several.",
                    "Dorthin, wo es war; entfernte Ordner darüber kommen mit. Ist der Name "
                    "inzwischen vergeben, bekommt es einen "
                    "freien. Eine Kennung aus der Liste benennt eines von mehreren."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut trash restore Akten:/entwurf.odt", {"by path", "nach Pfad"}},
                  {"obhut trash restore Akten 3f9a12c4", {"by id", "nach Kennung"}}}},
    .run = run,
};

}  // namespace obhut::cli
