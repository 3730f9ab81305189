// obhut put SOURCE… SPACE:/TARGET [--force]
#include "cli/local/put.h"

#include "cli/commands/all.h"
#include "cli/commands/sending.h"
#include "cli/commands/visiting.h"
#include "cli/local/unfinished.h"
#include "platform/desktop/local_files.h"
#include "platform/desktop/process.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = {"SOURCE", "QUELLE"}, .value = Value::file, .many = true},
    {.name = {"SPACE:/TARGET|URL", "BEREICH:/ZIEL|URL"}, .value = Value::space_path},
};
constexpr Option kOptions[]{
    {.name = "password-file",
     .value = Value::file,
     .value_name = kFileWord,
     .help = kLinkPasswordHelp},
    {.name = "force",
     .letter = 'f',
     .help = {"read files again that seem unchanged",
              "auch Dateien lesen, die unverändert scheinen"}},
    kAsCpDoes,
};
constexpr Counted kFiles{{"{0} file", "{0} Datei"}, {"{0} files", "{0} Dateien"}};
constexpr Text kSummary{"{0}, {1}, in {2}", "{0}, {1}, in {2}"};
constexpr Text kByLink{"Put by the link: {0}", "Durch den Link abgelegt: {0}"};
constexpr Text kUnchanged{"; {0} unchanged", "; {0} unverändert"};

// The name that a source has in the space: its own, also for "." and "..".
std::string name_of(const std::string& source) {
    const platform::SplitPath parts = platform::split_path(source);
    return parts.name == "." ? std::string() : parts.name;
}

void report(Context& context, const PutTotals& totals, Millis elapsed) {
    JsonObject object;
    object.text("type", "summary").number("files", totals.files).number("folders", totals.folders);
    object.number("links", totals.links)
        .number("unchanged", totals.unchanged)
        .number("skipped", totals.skipped);
    object.number("bytes", totals.bytes)
        .number("sent", totals.sent)
        .number("milliseconds", elapsed);
    context.output().object(object);
    const Language language = context.language();
    std::string text = context.say(
        kSummary, {say(kFiles, language, totals.files), format_size(totals.bytes, language),
                   format_duration(elapsed, language)});
    if (totals.unchanged > 0)
        text += context.say(kUnchanged, {format_count(totals.unchanged, language)});
    context.output().summary(text);
}

// By an upload link, without a profile.
Outcome<> run_by_link(Context& context, const Arguments& arguments,
                      const std::vector<std::string>& sources) {
    const std::string& url = arguments.texts().back();
    const std::size_t count =
        TRY_OUTCOME(put_by_link(context, url, arguments.value("password-file"), sources));
    context.output().object(JsonObject().text("type", "summary").number("files", count));
    context.output().summary(context.say(kByLink, {say(kFiles, context.language(), count)}));
    return {};
}

// One source under a new name: the name is taken once its upload has begun, also by the same
// command after an interruption.
Outcome<> go_on(const OpenSpace& place, const std::vector<std::string>& sources,
                Unfinished& unfinished, Destination& destination) {
    if (sources.size() > 1 || place.path.folder || place.path.path == "/") return {};
    const std::string about = place.path.text();
    const bool new_name = destination.folder != place.path.path;
    if (new_name) {
        ATTEMPT(about, unfinished.begin());
    } else if (ATTEMPT(about, unfinished.begun())) {
        const ParentAndName parts = TRY_OUTCOME(parent_and_name(place.path));
        destination = {parts.parent, parts.name};
    }
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::vector<std::string> sources(arguments.texts().begin(), arguments.texts().end() - 1);
    if (client::is_link_url(arguments.texts().back()))
        return run_by_link(context, arguments, sources);
    const Millis start = context.clock().now();
    const OpenSpace place = TRY_OUTCOME(open_path(context, arguments.texts().back()));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    // All that can be wrong with the command line is looked at before the first byte goes out.
    std::vector<Destination> destinations;
    for (const std::string& source : sources)
        destinations.push_back(TRY_OUTCOME(
            destination_of(place.view.files(), place.path, name_of(source), sources.size() > 1)));
    Unfinished unfinished(engine->session().store, place.space->id(),
                          platform::absolute_path(sources[0]), place.path.text());
    TRY_OUTCOME(go_on(place, sources, unfinished, destinations[0]));
    Put put(context, *engine, *place.space, place.path.space + ":", {arguments.flag("force")});
    if (context.output().person_watches())
        for (const std::string& source : sources) put.count(source);
    for (std::size_t i = 0; i < sources.size(); ++i) {
        const Outcome<> done = put.run(sources[i], destinations[i].folder, destinations[i].name);
        if (done) continue;
        // What was read before is kept: the rest of the sources is not.
        if (!done.error().error.is(errors::interrupted)) TRY_OUTCOME(put.finish());
        return done;
    }
    TRY_OUTCOME(put.finish());
    ATTEMPT(place.path.text(), unfinished.end());
    const Millis end = context.clock().now();
    report(context, put.totals(), end > start ? end - start : 0);
    if (!put.totals().worst) return {};
    const bool corrupt = put.totals().worst->kind() == Kind::corrupt;
    return fail_about("put", corrupt ? *put.totals().worst : Error(errors::partly_done));
}

}  // namespace

const Command kPut{
    .name = "put",
    .group = Group::files,
    .summary = {"put files and folders into a space", "Dateien und Ordner in einen Bereich legen"},
    .description = {"Like cp -r: into TARGET if it is a folder or ends in “/”, else under that "
                    "name. A file that is there becomes a "
                    "new version; unchanged files are not read again; an interrupted upload goes "
                    "on where it was. A URL is a link's that was made with --upload.",
                    "Wie cp -r: in ZIEL, wenn es ein Ordner ist oder auf „/“ endet, sonst unter "
                    "diesem Namen. Eine vorhandene Datei "
                    "bekommt eine neue Version; Unverändertes wird nicht gelesen; Unterbrochenes "
                    "geht weiter, wo es war. Eine URL ist die eines Links mit --upload."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut put brief.odt ordner/ Akten:/",
                   {"a file and a folder", "eine Datei und einen Ordner"}},
                  {"obhut put brief.odt Akten:/2024/antwort.odt",
                   {"under a new name", "unter neuem Namen"}}}},
    .run = run,
};

}  // namespace obhut::cli
