// obhut verify [SPACE…] [--read-data]
#include "apps/files/content_checker.h"
#include "cli/commands/all.h"
#include "cli/output/progress.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = kSpaceWord, .value = Value::space, .optional = true, .many = true}};
constexpr Option kOptions[]{
    {.name = "read-data",
     .help = {"fetch and check every byte of every file and version too",
              "auch jedes Byte jeder Datei und Version holen und prüfen"}},
};
constexpr Text kChecking{"Checking", "Prüfen"};
constexpr Text kGood{"{0}: all verified: {1} signatures, {2} entries",
                     "{0}: alles echt: {1} Unterschriften, {2} Einträge"};
constexpr Text kData{", {0} of data", ", {0} Daten"};
constexpr Text kAt{"{0}, commit {1}", "{0}, Änderung {1}"};

class Shown final : public client::Progress {
public:
    explicit Shown(Context& context)
        : context_(context), line_(context.output(), context.clock(), kChecking) {}
    bool advance(std::uint64_t done, std::uint64_t total) override {
        line_.amounts().items = done;
        line_.amounts().total_items = total;
        line_.tick();
        return !context_.machine().interrupted();
    }

private:
    Context& context_;
    ProgressLine line_;
};

// The problems of a space, told one by one; how many.
std::size_t report(Context& context, const std::string& name, const client::VerifyReport& found) {
    JsonObject object;
    object.text("space", name)
        .number("links", found.links)
        .number("commits", found.commits)
        .number("nodes", found.nodes);
    object.number("entries", found.entries)
        .number("objects", found.objects)
        .number("bytes", found.bytes)
        .number("problems", found.problems.size());
    context.output().object(object);
    for (const auto& problem : found.problems) {
        JsonObject one;
        one.text("space", name)
            .text("error", error_number(problem.error))
            .number("sequence", problem.sequence)
            .text("key", to_hex(problem.key));
        context.output().object(one);
        const std::string what = problem.sequence == 0
                                     ? name
                                     : context.say(kAt, {name, std::to_string(problem.sequence)});
        context.output().problem({what, problem.error, {}});
    }
    if (!found.problems.empty()) return found.problems.size();
    const Language language = context.language();
    std::string text = context.say(kGood, {printable(name), format_count(found.links, language),
                                           format_count(found.entries, language)});
    if (found.objects > 0) text += context.say(kData, {format_size(found.bytes, language)});
    context.output().summary(text);
    return 0;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    ATTEMPT("verify", engine->catch_up());
    std::vector<std::pair<std::string, SpaceId>> spaces;
    for (const std::string& name : arguments.texts())
        spaces.emplace_back(name, TRY_OUTCOME(context.space(name))->id());
    if (spaces.empty())
        for (const client::SpaceView& space : ATTEMPT("verify", engine->spaces()))
            spaces.emplace_back(space.name.empty()
                                    ? space.kind.empty() ? short_id(space.id) : space.kind
                                    : space.name,
                                space.id);
    std::size_t problems = 0;
    files::FilesChecker checker(context.machine().executor());
    for (const auto& [name, id] : spaces) {
        Shown progress(context);
        const auto found =
            engine->verify(id, arguments.flag("read-data") ? &checker : nullptr, &progress);
        problems += report(context, name, ATTEMPT(name, found));
    }
    if (problems > 0) return fail_about("verify", errors::trust_broken);
    return {};
}

}  // namespace

const Command kVerify{
    .name = "verify",
    .group = Group::profile,
    .summary = {"check every signature and everything stored",
                "jede Unterschrift und alles Gespeicherte prüfen"},
    .description = {"All spaces, or those named: the directory from its root, each chain from its "
                    "beginning, the lists of its commits, the "
                    "whole tree; with --read-data every byte.",
                    "Alle Bereiche oder die genannten: das Verzeichnis von seiner Wurzel, jede "
                    "Kette von ihrem Anfang, die Listen ihrer "
                    "Änderungen, der ganze Baum; mit --read-data jedes Byte."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut verify", {"all spaces", "alle Bereiche"}},
                  {"obhut verify Akten --read-data", {"one, with its data", "einen, mit Daten"}}}},
    .run = run,
};

}  // namespace obhut::cli
