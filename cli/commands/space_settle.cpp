// obhut space settle SPACE --confirm | --revert
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}};
constexpr Option kOptions[]{
    {.name = "confirm", .help = {"let the changes count", "die Änderungen gelten lassen"}},
    {.name = "revert", .help = {"undo them", "sie zurücknehmen"}},
};
constexpr Text kEither{"Either --confirm or --revert.", "Entweder --confirm oder --revert."};
constexpr Text kQuestion{"Undo the changes in “{0}” that were held back?",
                         "Die zurückgehaltenen Änderungen in „{0}“ zurücknehmen?"};
constexpr Text kConfirmed{"The changes that were held back in “{0}” count now.",
                          "Die zurückgehaltenen Änderungen in „{0}“ gelten jetzt."};
constexpr Text kReverted{"“{0}” is as it was before the changes that were held back.",
                         "„{0}“ ist wie vor den zurückgehaltenen Änderungen."};

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.text(0);
    const bool confirm = arguments.flag("confirm");
    if (confirm == arguments.flag("revert"))
        return fail_about("space settle", errors::option_missing, context.say(kEither));
    client::Space* space = TRY_OUTCOME(context.space(name));
    const SpaceId id = space->id();
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    if (!confirm) TRY_OUTCOME(context.consent(kQuestion, {printable(name)}));
    ATTEMPT(name, engine->settle_space(id, confirm));
    context.output().object(JsonObject().text("space", id.hex()).flag("confirmed", confirm));
    context.output().summary(context.say(confirm ? kConfirmed : kReverted, {printable(name)}));
    return {};
}

}  // namespace

const Command kSpaceSettle{
    .name = "space settle",
    .group = Group::spaces,
    .summary = {"decide about changes that were held back",
                "über zurückgehaltene Änderungen entscheiden"},
    .description =
        {"A stolen device, or somebody who was removed, can sign as if it were earlier. Changes "
         "that cannot be proven to be older are held back until a member decides; “status” and "
         "“log” name who signed them.",
         "Ein gestohlenes Gerät oder jemand, der entfernt wurde, kann unterschreiben, als wäre es "
         "früher. Änderungen, die nicht nachweislich älter sind, werden zurückgehalten, bis ein "
         "Mitglied entscheidet; „status“ und „log“ nennen, wer sie unterschrieben hat."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut space settle Akten --revert", {"it was not you", "Sie waren es nicht"}},
                  {"obhut space settle Akten --confirm",
                   {"it was honest work", "es war ehrliche Arbeit"}}}},
    .run = run,
};

}  // namespace obhut::cli
