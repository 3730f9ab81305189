// obhut group add GROUP PERSON… [--manager]
#include "cli/commands/all.h"
#include "cli/commands/who.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kGroupWord}, {.name = kPersonWord, .many = true}};
constexpr Option kOptions[]{
    {.name = "manager", .help = {"who also changes the group", "die auch die Gruppe verwalten"}},
};
constexpr Text kDone{"“{0}” now has {1} members.", "„{0}“ hat jetzt {1} Mitglieder."};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const std::string& name = arguments.text(0);
    const client::GroupView group = ATTEMPT(name, engine->find_group(name));
    const auto people = TRY_OUTCOME(people_arguments(*engine, arguments, 1));
    ATTEMPT(name, engine->add_to_group(group.id, ids_of(people), arguments.flag("manager")));
    const client::GroupView after = ATTEMPT(name, engine->find_group(group.id.hex()));
    context.output().object(group_object(after));
    context.output().summary(context.say(kDone, {printable(group_label(after, context.language())),
                                                 format_count(after.members, context.language())}));
    return {};
}

}  // namespace

const Command kGroupAdd{
    .name = "group add",
    .group = Group::people,
    .summary = {"take people into a group", "Personen in eine Gruppe aufnehmen"},
    .description = {"They can read everything that the group's spaces hold, at once. Those who are "
                    "in the group already can be made managers of it.",
                    "Sie können sofort alles lesen, was in den Bereichen der Gruppe liegt. Wer "
                    "schon in der Gruppe ist, kann zusätzlich die Verwaltung bekommen."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut group add Bauamt dora@example.org", {"a member", "ein Mitglied"}},
                  {"obhut group add Bauamt carla@example.org --manager",
                   {"somebody to manage it too", "jemand, der sie mit verwaltet"}}}},
    .run = run,
};

}  // namespace obhut::cli
