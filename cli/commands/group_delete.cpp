// obhut group delete GROUP
#include "cli/commands/all.h"
#include "cli/commands/who.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kGroupWord}};
constexpr Text kQuestion{
    "Delete the group “{0}” for good? Its {1} members lose the spaces that they have by it alone.",
    "Die Gruppe „{0}“ endgültig löschen? Ihre {1} Mitglieder verlieren die Bereiche, die sie nur "
    "durch sie haben."};
constexpr Text kDone{"“{0}” is deleted.", "„{0}“ ist gelöscht."};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const std::string& name = arguments.text(0);
    const client::GroupView group = ATTEMPT(name, engine->find_group(name));
    const std::string label = printable(group_label(group, context.language()));
    TRY_OUTCOME(
        context.consent(kQuestion, {label, format_count(group.members, context.language())}));
    ATTEMPT(name, engine->delete_group(group.id));
    context.output().object(
        JsonObject().text("id", group.id.hex()).text("name", group.name).flag("deleted", true));
    context.output().summary(context.say(kDone, {label}));
    return {};
}

}  // namespace

const Command kGroupDelete{
    .name = "group delete",
    .group = Group::people,
    .summary = {"delete a group for good", "eine Gruppe endgültig löschen"},
    .description = {"Its managers may. What the group was a member of loses it; nothing in the "
                    "spaces is deleted.",
                    "Das darf, wer sie verwaltet. Wo die Gruppe Mitglied war, ist sie es nicht "
                    "mehr; in den Bereichen wird nichts gelöscht."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut group delete Bauamt", {"asks first", "fragt vorher"}},
                  {"obhut group delete Bauamt --yes", {"does not ask", "fragt nicht"}}}},
    .run = run,
};

}  // namespace obhut::cli
