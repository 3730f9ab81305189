// obhut space unshare SPACE PERSON
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}, {.name = kPersonWord}};
constexpr Text kDone{"{0} cannot read what is written in “{1}” from now on.",
                     "{0} kann nicht lesen, was ab jetzt in „{1}“ geschrieben wird."};
constexpr Text kPast{"What the person could read until now may have been copied.",
                     "Was die Person bisher lesen konnte, kann sie kopiert haben."};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Space* space = TRY_OUTCOME(context.space(arguments.text(0)));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const client::Person person =
        ATTEMPT(arguments.text(1), engine->find_person(arguments.text(1)));
    ATTEMPT(arguments.text(1), engine->unshare(space->id(), principal(person.id)));
    context.output().object(JsonObject()
                                .text("space", space->id().hex())
                                .text("user", person.id.hex())
                                .text("email", person.email));
    context.output().summary(
        context.say(kDone, {printable(person.label()), printable(arguments.text(0))}));
    context.output().hint(context.say(kPast));
    return {};
}

}  // namespace

const Command kSpaceUnshare{
    .name = "space unshare",
    .group = Group::spaces,
    .summary = {"take a person out of a space", "eine Person aus einem Bereich nehmen"},
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
