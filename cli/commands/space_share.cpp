// obhut space share SPACE PERSON|group:NAME [--role ROLE]
#include "cli/commands/all.h"
#include "cli/commands/who.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}, {.name = kMemberWord}};
constexpr Option kOptions[]{
    {.name = "role",
     .value = Value::choice,
     .value_name = {"ROLE", "ROLLE"},
     .help = {"reader, editor (without this option) or manager",
              "reader, editor (ohne diese Option) oder manager"},
     .choices = "reader|editor|manager"},
};
constexpr Text kDone{"{0} is now in “{1}”: {2}.", "{0} ist jetzt in „{1}“: {2}."};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Space* space = TRY_OUTCOME(context.space(arguments.text(0)));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const Named member = TRY_OUTCOME(member_argument(*engine, arguments.text(1)));
    const client::Role role = role_of(arguments.value("role").value_or("editor"));
    ATTEMPT(arguments.text(1), engine->share(space->id(), member.principal, role));
    JsonObject object;
    object.text("space", space->id().hex());
    member.into(object);
    object.text("role", role_word(role));
    context.output().object(object);
    context.output().summary(
        context.say(kDone, {printable(member.label), printable(arguments.text(0)),
                            role_text(role, context.language())}));
    return {};
}

}  // namespace

const Command kSpaceShare{
    .name = "space share",
    .group = Group::spaces,
    .summary = {"let a person or group into a space, or change the role",
                "Person oder Gruppe in einen Bereich lassen, oder die Rolle ändern"},
    .description =
        {"A reader reads, an editor changes files, a manager changes the list of members too. The "
         "person sees everything in the space, older versions included.",
         "reader liest, editor ändert Dateien, manager ändert auch die Mitgliederliste. Die Person "
         "sieht alles im Bereich, auch ältere Versionen."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut space share Akten bernd@example.org",
                   {"to work together", "zum gemeinsamen Arbeiten"}},
                  {"obhut space share Akten group:Bauamt --role reader",
                   {"a group, only to read", "eine Gruppe, nur zum Lesen"}}}},
    .run = run,
};

}  // namespace obhut::cli
