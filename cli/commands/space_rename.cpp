// obhut space rename SPACE NAME [--only-me]
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space},
                                {.name = {"NAME", "NAME"}}};
constexpr Option kOptions[]{{.name = "only-me",
                             .help = {"an alias of your own; the others keep the name",
                                      "ein eigener Alias; die anderen behalten den Namen"}}};
constexpr Text kDone{"“{0}” is now called “{1}”.", "„{0}“ heißt jetzt „{1}“."};

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.text(1);
    if (name.find(':') != name.npos || name.find('/') != name.npos)
        return fail_about(name, errors::name_malformed);
    client::Space* space = TRY_OUTCOME(context.space(arguments.text(0)));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    if (arguments.flag("only-me"))
        ATTEMPT(name, engine->set_alias(space->id(), name));
    else
        ATTEMPT(name, engine->rename_space(space->id(), name));
    context.output().object(JsonObject().text("id", space->id().hex()).text("name", name));
    context.output().summary(context.say(kDone, {printable(arguments.text(0)), printable(name)}));
    return {};
}

}  // namespace

const Command kSpaceRename{
    .name = "space rename",
    .group = Group::spaces,
    .summary = {"rename a space, for all or only for you",
                "einen Bereich umbenennen, für alle oder nur für Sie"},
    .description =
        {"Its id, members and content stay. An alias of your own is seen by nobody else.",
         "Kennung, Mitglieder und Inhalt bleiben. Einen eigenen Alias sieht sonst niemand."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut space rename Akten Ablage", {"for all", "für alle"}},
                  {"obhut space rename Akten Kram --only-me", {"for you", "für Sie"}}}},
    .run = run,
};

}  // namespace obhut::cli
