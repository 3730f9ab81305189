// obhut space raise SPACE|CODE [PERSON]
#include "cli/commands/all.h"
#include "cli/commands/who.h"
#include "client/spaces/charge.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = {"SPACE|CODE", "BEREICH|CODE"}, .value = Value::space},
    {.name = kPersonWord, .optional = true},
};
constexpr Text kQuestion{"Make {0} the manager of a space that only readers are left in?",
                         "{0} einen Bereich verwalten lassen, in dem nur noch Lesende sind?"};
constexpr Text kRaised{
    "{0} manages the space from now on, as soon as one of their devices is online.",
    "{0} verwaltet den Bereich ab jetzt, sobald ein Gerät der Person online ist."};
constexpr Text kAsk{"An administrator lets {0} manage the space with:\n  obhut space raise {1}",
                    "Die Administration lässt {0} den Bereich verwalten mit:\n"
                    "  obhut space raise {1}"};

Outcome<std::string> label_of(client::Engine& engine, const UserId& user) {
    const client::Person person = ATTEMPT(user.hex(), engine.find_person(user.hex()));
    return person.label();
}

Outcome<> raise(Context& context, client::Engine& engine, const std::string& what,
                const client::Raising& raising) {
    const std::string label = printable(TRY_OUTCOME(label_of(engine, raising.user)));
    TRY_OUTCOME(context.consent(kQuestion, {label}));
    ATTEMPT(what, client::raise_reader(engine, raising));
    context.output().object(JsonObject()
                                .text("space", raising.space.hex())
                                .text("user", raising.user.hex())
                                .flag("raised", true));
    context.output().summary(context.say(kRaised, {label}));
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& what = arguments.text(0);
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    if (what.starts_with(client::kRaisingPrefix))
        return raise(context, *engine, what, ATTEMPT(what, client::Raising::parse(what)));
    client::Space* space = TRY_OUTCOME(context.space(what));
    UserId user = engine->status().user;
    if (arguments.count() > 1)
        user = ATTEMPT(arguments.text(1), engine->find_person(arguments.text(1))).id;
    const client::Raising raising = ATTEMPT(what, client::raising_of(*space, user));
    if (engine->status().administrator) return raise(context, *engine, what, raising);
    const std::string label = printable(TRY_OUTCOME(label_of(*engine, user)));
    context.output().object(JsonObject()
                                .text("space", raising.space.hex())
                                .text("user", raising.user.hex())
                                .flag("raised", false)
                                .text("code", raising.text()));
    context.output().line(context.say(kAsk, {label, raising.text()}));
    return {};
}

}  // namespace

const Command kSpaceRaise{
    .name = "space raise",
    .group = Group::spaces,
    .summary = {"let a reader manage a space that only readers are left in",
                "Lesende einen Bereich verwalten lassen, in dem niemand mehr schreiben kann"},
    .description =
        {"When all who could write have left or are disabled. An administrator does it; a reader "
         "gets the code to send there, which is no secret. It is an entry of the directory that "
         "all see, and gives nobody a key.",
         "Wenn alle, die schreiben konnten, gegangen oder gesperrt sind. Das tut die "
         "Administration; wer liest, bekommt den Code, um ihn dorthin zu schicken; er ist nicht "
         "geheim. Es ist ein Eintrag im Verzeichnis, den alle sehen, und gibt niemandem einen "
         "Schlüssel."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut space raise Akten", {"as a reader: the code", "als Leser: der Code"}},
                  {"obhut space raise raise:3f9a…", {"as an administrator", "als Administrator"}}}},
    .run = run,
};

}  // namespace obhut::cli
