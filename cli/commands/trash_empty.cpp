// obhut trash empty SPACE [--older-than SPAN]
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kPage = 1000;
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

// What lies in the trash and was removed before a time; at most one page at once.
Outcome<std::vector<files::Trashed>> old_things(client::Space& space, const std::string& what,
                                                Millis before) {
    const auto view = ATTEMPT(what, files::SpaceView::newest(space));
    auto page = ATTEMPT(what, view.files().trash(0, kPage));
    std::erase_if(page, [&](const files::Trashed& thing) { return thing.time >= before; });
    return page;
}

Outcome<std::uint64_t> count(client::Space& space, const std::string& what, Millis before) {
    const auto view = ATTEMPT(what, files::SpaceView::newest(space));
    std::uint64_t total = 0;
    for (Millis since = 0;;) {
        const auto page = ATTEMPT(what, view.files().trash(since, kPage));
        for (const files::Trashed& thing : page) total += thing.time < before ? 1 : 0;
        if (page.size() < kPage) return total;
        since = page.back().time + 1;
    }
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& what = arguments.text(0);
    client::Space* space = TRY_OUTCOME(context.space(what));
    Millis before = context.clock().now() + kDay;
    if (const auto text = arguments.value("older-than"))
        before = TRY_OUTCOME(time_argument(context, *text));
    const std::uint64_t total = TRY_OUTCOME(count(*space, what, before));
    const std::string things = say(kThings, context.language(), total);
    if (total > 0) TRY_OUTCOME(context.consent(kAsk, {things}));
    std::uint64_t deleted = 0;
    // A page a commit: thousands of things do not make one commit too large.
    while (deleted < total) {
        TRY_OUTCOME(context.check_interrupt());
        const auto page = TRY_OUTCOME(old_things(*space, what, before));
        if (page.empty()) break;
        TRY_OUTCOME(change(context, *space, what,
                           [&](files::Editor& editor, client::Summary& summary) -> Result<> {
                               for (const files::Trashed& thing : page)
                                   if (editor.files().trashed(thing.time, thing.entry.id))
                                       TRY(editor.purge(thing.time, thing.entry.id));
                               summary.add(client::Verb::thinned, page.front().name, {},
                                           page.size());
                               return {};
                           }));
        deleted += page.size();
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
