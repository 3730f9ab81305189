// obhut group create NAME [PERSON…]
#include "cli/commands/all.h"
#include "cli/commands/who.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = {"NAME", "NAME"}},
                                {.name = kPersonWord, .optional = true, .many = true}};
constexpr Counted kDone{{"The group has {0} member: you.", "Die Gruppe hat {0} Mitglied: Sie."},
                        {"The group has {0} members; you manage it.",
                         "Die Gruppe hat {0} Mitglieder; Sie verwalten sie."}};
constexpr Text kNameWaits{
    "The others see its number {0} until a device of an administrator has written down the name.",
    "Die anderen sehen ihre Nummer {0}, bis ein Gerät der Administration den Namen notiert hat."};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const auto people = TRY_OUTCOME(people_arguments(*engine, arguments, 1));
    const std::string& name = arguments.text(0);
    const GroupId id = ATTEMPT(name, engine->create_group(name, ids_of(people)));
    const client::GroupView group = ATTEMPT(name, engine->find_group(id.hex()));
    context.output().object(group_object(group));
    context.output().summary(say(kDone, context.language(), group.members));
    if (!group.wished.empty()) context.output().hint(context.say(kNameWaits, {short_id(id)}));
    return {};
}

}  // namespace

const Command kGroupCreate{
    .name = "group create",
    .group = Group::people,
    .summary = {"make a group of people", "eine Gruppe von Personen anlegen"},
    .description = {"A group can be a member of spaces: who joins it can read them, who leaves it "
                    "cannot read what is written afterwards. You manage the group and are in it.",
                    "Eine Gruppe kann Mitglied von Bereichen sein: Wer dazukommt, kann sie lesen; "
                    "wer geht, kann nicht lesen, was danach geschrieben wird. Sie verwalten die "
                    "Gruppe und gehören ihr an."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut group create Bauamt bernd@example.org carla@example.org",
                   {"with two colleagues", "mit zwei Personen"}},
                  {"obhut space share Akten group:Bauamt",
                   {"then share a space with it", "dann einen Bereich mit ihr teilen"}}}},
    .run = run,
};

}  // namespace obhut::cli
