// obhut space unshare SPACE PERSON|group:NAME
#include "cli/commands/all.h"
#include "cli/commands/who.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}, {.name = kMemberWord}};
constexpr Text kDone{"{0} cannot read what is written in “{1}” from now on.",
                     "{0} kann nicht lesen, was ab jetzt in „{1}“ geschrieben wird."};
constexpr Text kPast{"What the person could read until now may have been copied.",
                     "Was die Person bisher lesen konnte, kann sie kopiert haben."};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Space* space = TRY_OUTCOME(context.space(arguments.text(0)));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const Named member = TRY_OUTCOME(member_argument(*engine, arguments.text(1)));
    ATTEMPT(arguments.text(1), engine->unshare(space->id(), member.principal));
    JsonObject object;
    object.text("space", space->id().hex());
    member.into(object);
    context.output().object(object);
    context.output().summary(
        context.say(kDone, {printable(member.label), printable(arguments.text(0))}));
    context.output().hint(context.say(kPast));
    return {};
}

}  // namespace

const Command kSpaceUnshare{
    .name = "space unshare",
    .group = Group::spaces,
    .summary = {"take a person or group out of a space",
                "eine Person oder Gruppe aus einem Bereich nehmen"},
    .description =
        {"The space gets a fresh key at once: what is written from now on the person cannot read, "
         "even together with the "
         "server. What was readable before may have been copied.",
         "Der Bereich bekommt sofort einen frischen Schlüssel: Was ab jetzt geschrieben wird, kann "
         "die Person nicht lesen, "
         "auch nicht zusammen mit dem Server. Was vorher lesbar war, kann kopiert sein."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut space unshare Akten bernd@example.org", {"by address", "nach Adresse"}},
                  {"obhut space unshare Akten \"Bernd Beispiel\"", {"by name", "nach Namen"}}}},
    .run = run,
};

}  // namespace obhut::cli
