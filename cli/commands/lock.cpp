// obhut lock [--all]
#include "cli/agent/agent.h"
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Option kOptions[]{
    {.name = "all",
     .letter = 'a',
     .help = {"every profile that the agent keeps", "jedes Profil, das der Agent hält"}}};
constexpr Text kDone{"Locked.", "Gesperrt."};

Outcome<> run(Context& context, const Arguments& arguments) {
    ATTEMPT("lock", forget_in_agent(context.settings().profile, arguments.flag("all")));
    context.output().object(
        JsonObject().text("profile", context.settings().profile).flag("unlocked", false));
    context.output().summary(context.say(kDone));
    return {};
}

}  // namespace

const Command kLock{
    .name = "lock",
    .group = Group::profile,
    .summary = {"forget the unlocked key at once", "den entsperrten Schlüssel sofort vergessen"},
    .description =
        {"The agent wipes the key from memory; it ends when it keeps none.",
         "Der Agent löscht den Schlüssel aus dem Speicher; er endet, wenn er keinen mehr hält."},
    .arguments = {},
    .options = kOptions,
    .examples = {{{"obhut lock", {"this profile", "dieses Profil"}},
                  {"obhut lock --all", {"all of them", "alle"}}}},
    .run = run,
};

}  // namespace obhut::cli
