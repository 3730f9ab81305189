// obhut trash empty SPACE [--older-than SPAN]
#include <limits>

#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kPage = 1000;         // things a commit
constexpr std::size_t kKeysAtOnce = 10000;  // with what is below folders, and older versions
constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}};
constexpr Option kOptions[]{
    {.name = "older-than",
     .value = Value::text,
     .value_name = kTimeWord,
     .help = {"only what was removed before that (7d, 2024-03-09)",
              "nur, was davor entfernt wurde (7d, 2024-03-09)"}},
};
constexpr Text kAsk{"Delete {0} for good, with all older versions?",
                    "{0} endgültig löschen, mit allen älteren Versionen?"};
constexpr Counted kThings{{"{0} thing", "{0} Eintrag"}, {"{0} things", "{0} Einträge"}};
constexpr Text kDone{"Deleted: {0}", "Gelöscht: {0}"};
constexpr Text kLater{"The server frees the room as its own trash time ends (30 days).",
                      "Der Server gibt den Platz nach seiner Papierkorbzeit frei (30 Tage)."};

// How many things in the trash were removed before a time.
Outcome<std::uint64_t> count(client::Space& space, const std::string& what, Millis before) {
    const auto view = ATTEMPT(what, files::SpaceView::newest(space));
    std::uint64_t total = 0;
    ATTEMPT(what, view.files().each_trashed(0, [&](const files::Trashed& thing) -> Result<bool> {
        total += thing.time < before ? 1 : 0;
        return thing.time < before;
    }));
    return total;
}

// Deletes the oldest of them by one commit, so much as is not too large for one; how many things
// are gone. False if there was nothing to delete any more.
Outcome<bool> delete_some(Context& context, client::Space& space, const std::string& what,
                          Millis before, std::uint64_t& deleted) {
    std::uint64_t gone = 0;
    const auto made = TRY_OUTCOME(change(
        context, space, what, [&](files::Editor& editor, client::Summary& summary) -> Result<> {
            std::size_t keys = kKeysAtOnce;
            gone = 0;
            const auto oldest = TRY(editor.files().trash(0, kPage));
            for (const files::Trashed& thing : oldest) {
                if (keys == 0 || thing.time >= before) break;
                if (TRY(editor.purge_some(thing.time, thing.entry.id, keys))) ++gone;
            }
            if (gone > 0) summary.add(client::Verb::thinned, oldest.front().name, {}, gone);
            return {};
        }));
    deleted += gone;
    return made.made;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& what = arguments.text(0);
    client::Space* space = TRY_OUTCOME(context.space(what));
    Millis before = std::numeric_limits<Millis>::max();
    if (const auto text = arguments.value("older-than"))
        before = TRY_OUTCOME(time_argument(context, *text));
    const std::uint64_t total = TRY_OUTCOME(count(*space, what, before));
    const std::string things = say(kThings, context.language(), total);
    if (total > 0) TRY_OUTCOME(context.consent(kAsk, {things}));
    std::uint64_t deleted = 0;
    while (deleted < total) {
        TRY_OUTCOME(context.check_interrupt());
        if (!TRY_OUTCOME(delete_some(context, *space, what, before, deleted))) break;
    }
    context.output().object(
        JsonObject().text("space", space->id().hex()).number("deleted", deleted));
    context.output().summary(context.say(kDone, {say(kThings, context.language(), deleted)}));
    if (deleted > 0) context.output().hint(context.say(kLater));
    return {};
}

}  // namespace

const Command kTrashEmpty{
    .name = "trash empty",
    .group = Group::history,
    .summary = {"delete what is in the trash for good", "den Papierkorb endgültig leeren"},
    .description = {"With all older versions. It also works when the space is full.",
                    "Mit allen älteren Versionen. Das geht auch, wenn der Bereich voll ist."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut trash empty Akten", {"asks first", "fragt vorher"}},
                  {"obhut trash empty Akten --older-than 7d --yes",
                   {"what is a week old", "was eine Woche alt ist"}}}},
    .run = run,
};

}  // namespace obhut::cli
