// obhut restore SPACE:/PATH --at TIME | --version N
#include "cli/commands/all.h"
#include "cli/commands/history_state.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpacePathWord, .value = Value::space_path}};
constexpr Option kOptions[]{
    {.name = "at",
     .value = Value::text,
     .value_name = kTimeWord,
     .help = {"to what it was at that time (2024-03-09, 3d, 12h)",
              "auf den Stand dieser Zeit (2024-03-09, 3d, 12h)"}},
    {.name = "version",
     .value = Value::text,
     .value_name = {"N", "N"},
     .help = {"to that version of a file (see “obhut history”)",
              "auf diese Version einer Datei (siehe „obhut history“)"}},
};
constexpr Text kWhich{"Give --at TIME or --version N.", "Geben Sie --at ZEIT oder --version N an."};
constexpr Counted kDone{{"{0} file restored", "{0} Datei wiederhergestellt"},
                        {"{0} files restored", "{0} Dateien wiederhergestellt"}};
constexpr Text kFolderQuestion{"Bring all files below {0} back to {1}?",
                               "Alle Dateien unter {0} auf den Stand {1} bringen?"};

// A file of the past that differs now, or is not there now.
struct Past {
    std::string folder;
    std::string name;
    files::Entry entry;
    Bytes inline_bytes;
};

bool is_same(const files::Entry& now, const files::Entry& then) {
    if (now.kind != then.kind) return false;
    if (now.target || then.target) return now.target == then.target;
    return now.content && then.content && now.content->same_bytes(*then.content);
}

Result<> collect(const files::Files& now, const files::Files& then, const std::string& base,
                 const files::Found& found, const std::string& path, std::vector<Past>& out) {
    const auto add = [&](const std::string& at, const files::Found& file) -> Result<> {
        const auto there = now.lookup(at);
        if (there && is_same(there->entry, file.entry)) return {};
        if (!there && there.error().kind() != Kind::missing &&
            !there.error().is(errors::not_a_folder))
            return std::unexpected(there.error());
        const bool is_inline = file.entry.content && file.entry.content->is_inline();
        out.push_back({at.substr(0, at.rfind('/')), file.name, file.entry.clone(),
                       is_inline ? TRY(then.small_content(file.entry)) : Bytes()});
        return {};
    };
    if (!found.entry.is_folder()) return add(path, found);
    return then.walk(found.entry.id,
                     [&](const std::string& below, const files::Found& file) -> Result<bool> {
                         if (!file.entry.is_folder()) TRY(add(base + "/" + below, file));
                         return true;
                     });
}

Outcome<> restore_version(Context& context, const OpenSpace& place, const std::string& number) {
    const bool digits = !number.empty() && number.size() <= 9 &&
                        number.find_first_not_of("0123456789") == number.npos;
    if (!digits) return fail_about("--version " + number, errors::value_malformed_here);
    const auto version = static_cast<std::uint32_t>(std::stoul(number));
    TRY_OUTCOME(change(context, *place.space, place.path.text(),
                       [&](files::Editor& editor, client::Summary& summary) -> Result<> {
                           const files::Found found = TRY(editor.files().lookup(place.path.path));
                           TRY(editor.restore_version(found.folder, found.name, version));
                           summary.add(client::Verb::restored, place.path.path);
                           return {};
                       }));
    context.output().object(
        JsonObject().text("path", place.path.text()).number("version", version));
    context.output().summary(say(kDone, context.language(), 1));
    return {};
}

Outcome<> restore_at(Context& context, const OpenSpace& place, Millis time) {
    const auto then = TRY_OUTCOME(state_at(context, *place.space, place.path.space, time));
    const auto found = then.files().lookup(place.path.path);
    if (!found)
        return fail_about(place.path.text(), found.error().kind() == Kind::missing
                                                 ? Error(errors::version_unknown)
                                                 : found.error());
    if (found->entry.is_folder())
        TRY_OUTCOME(context.consent(kFolderQuestion, {place.path.text(), format_time(time)}));
    std::vector<Past> past;
    const std::string base = place.path.path == "/" ? "" : place.path.path;
    ATTEMPT(place.path.text(),
            collect(place.view.files(), then.files(), base, *found, place.path.path, past));
    TRY_OUTCOME(change(
        context, *place.space, place.path.text(),
        [&](files::Editor& editor, client::Summary& summary) -> Result<> {
            for (const Past& file : past) {
                const FileId folder = TRY(editor.make_folders(files::kRoot, file.folder));
                if (file.entry.target)
                    TRY(editor.put_symlink(folder, file.name, *file.entry.target,
                                           file.entry.attributes));
                else
                    TRY(editor.put_file(
                        folder, file.name,
                        {file.entry.content->clone(), file.inline_bytes, file.entry.attributes}));
            }
            if (!past.empty())
                summary.add(client::Verb::restored, place.path.path, {}, past.size());
            return {};
        }));
    for (const Past& file : past)
        context.output().object(
            JsonObject()
                .text("path", place.path.space + ":" + file.folder + "/" + file.name)
                .time("changed", file.entry.changed));
    context.output().summary(say(kDone, context.language(), past.size()));
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const auto at = arguments.value("at");
    const auto version = arguments.value("version");
    if (at.has_value() == version.has_value())
        return fail_about("restore", errors::option_missing, context.say(kWhich));
    const Millis time = at ? TRY_OUTCOME(time_argument(context, *at)) : 0;
    const OpenSpace place = TRY_OUTCOME(open_path(context, arguments.text(0)));
    return version ? restore_version(context, place, *version) : restore_at(context, place, time);
}

}  // namespace

const Command kRestore{
    .name = "restore",
    .group = Group::history,
    .summary = {"bring back what a file or folder was", "einen früheren Stand zurückholen"},
    .description = {"What is there now becomes an older version, so restoring can be undone. Below "
                    "a folder, files that came later stay.",
                    "Was jetzt da ist, wird zur älteren Version, so lässt sich auch das "
                    "Wiederherstellen rückgängig machen. Unter "
                    "einem Ordner bleiben später hinzugekommene Dateien."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut restore Akten:/ordner --at 2024-03-09", {"a folder", "einen Ordner"}},
                  {"obhut restore Akten:/brief.odt --version 2", {"a file", "eine Datei"}}}},
    .run = run,
};

}  // namespace obhut::cli
