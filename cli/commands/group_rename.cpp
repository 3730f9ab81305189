// obhut group rename GROUP NAME
#include "cli/commands/all.h"
#include "cli/commands/who.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kGroupWord}, {.name = {"NAME", "NAME"}}};
constexpr Text kForAll{"“{0}” is what everybody calls it now.", "Für alle heißt sie jetzt „{0}“."};
constexpr Text kAsked{"“{0}” is what everybody calls it once an administrator's device has heard.",
                      "Für alle heißt sie „{0}“, sobald ein Gerät der Administration davon weiß."};
constexpr Text kForYou{"“{0}” is what you call it; for everybody its managers name it.",
                       "Bei Ihnen heißt sie „{0}“; für alle benennt sie, wer sie verwaltet."};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const client::GroupView group =
        ATTEMPT(arguments.text(0), engine->find_group(arguments.text(0)));
    ATTEMPT(arguments.text(1), engine->rename_group(group.id, arguments.text(1)));
    const bool for_all = engine->status().administrator;
    context.output().object(JsonObject()
                                .text("id", group.id.hex())
                                .text("name", arguments.text(1))
                                .flag("for_all", for_all)
                                .flag("asked", !for_all && group.manager));
    const Text& done = for_all ? kForAll : group.manager ? kAsked : kForYou;
    context.output().summary(context.say(done, {printable(arguments.text(1))}));
    return {};
}

}  // namespace

const Command kGroupRename{
    .name = "group rename",
    .group = Group::people,
    .summary = {"name a group", "eine Gruppe benennen"},
    .description = {"Names stand in the address book, which administrators write and everybody "
                    "reads. From whoever manages the group their devices take the name by "
                    "themselves; from anybody else it is a name of their own.",
                    "Namen stehen im Adressbuch, das die Administration schreibt und alle lesen. "
                    "Von denen, die die Gruppe verwalten, nehmen deren Geräte den Namen von selbst "
                    "an; bei allen anderen ist es ein eigener Name."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut group rename Bau Bauamt", {"another name", "ein anderer Name"}},
                  {"obhut group rename 3f2a… Bauamt",
                   {"by its number, from “group list --json”",
                    "nach der Nummer aus „group list --json“"}}}},
    .run = run,
};

}  // namespace obhut::cli
