// obhut group remove GROUP PERSON…
#include "cli/commands/all.h"
#include "cli/commands/who.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kGroupWord}, {.name = kPersonWord, .many = true}};
constexpr Text kDone{"“{0}” now has {1} members.", "„{0}“ hat jetzt {1} Mitglieder."};
constexpr Text kPast{"What they could read until now may have been copied.",
                     "Was sie bisher lesen konnten, können sie kopiert haben."};
constexpr Text kWaits{"The group gets a new key from the next of its members who is online.",
                      "Den neuen Schlüssel macht das nächste Mitglied, das online ist."};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const std::string& name = arguments.text(0);
    const client::GroupView group = ATTEMPT(name, engine->find_group(name));
    const auto people = TRY_OUTCOME(people_arguments(*engine, arguments, 1));
    ATTEMPT(name, engine->remove_from_group(group.id, ids_of(people)));
    const client::GroupView after = ATTEMPT(name, engine->find_group(group.id.hex()));
    context.output().object(group_object(after));
    context.output().summary(context.say(kDone, {printable(group_label(after, context.language())),
                                                 format_count(after.members, context.language())}));
    context.output().hint(context.say(kPast));
    if (after.stale) context.output().hint(context.say(kWaits));
    return {};
}

}  // namespace

const Command kGroupRemove{
    .name = "group remove",
    .group = Group::people,
    .summary = {"take people out of a group", "Personen aus einer Gruppe nehmen"},
    .description = {"The group and its spaces get fresh keys: what is written from now on they "
                    "cannot read. Managers of the group do this; administrators may too. The last "
                    "manager names another before leaving.",
                    "Die Gruppe und ihre Bereiche bekommen frische Schlüssel: Was ab jetzt "
                    "geschrieben wird, können sie nicht lesen. Das tut, wer die Gruppe verwaltet; "
                    "die Administration darf es auch. Wer als Letzter verwaltet, gibt die "
                    "Verwaltung vorher weiter."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut group remove Bauamt dora@example.org", {"somebody", "jemanden"}},
                  {"obhut group remove Bauamt bernd@example.org",
                   {"yourself too", "auch sich selbst"}}}},
    .run = run,
};

}  // namespace obhut::cli
