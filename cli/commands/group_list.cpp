// obhut group list
#include "cli/commands/all.h"
#include "cli/commands/who.h"

namespace obhut::cli {

namespace {

constexpr Text kNone{"There is no group yet: “obhut group create NAME PERSON…”.",
                     "Es gibt noch keine Gruppe: „obhut group create NAME PERSON…“."};
constexpr Text kManages{"you manage it", "Sie verwalten sie"};
constexpr Text kMember{"you are in it", "Sie gehören ihr an"};
constexpr Text kStale{"gets a new key", "bekommt einen neuen Schlüssel"};
constexpr Text kWished{"for the others “{0}” once an administrator is online",
                       "für die anderen „{0}“, sobald die Administration online ist"};

Outcome<> run(Context& context, const Arguments&) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const auto groups = ATTEMPT("group list", engine->groups());
    Table table({{{"Group", "Gruppe"}},
                 {{"Members", "Mitglieder"}, Align::right},
                 {{"Number", "Nummer"}},
                 {{"Notes", "Anmerkungen"}}});
    for (const client::GroupView& group : groups) {
        context.output().object(group_object(group));
        std::string notes = group.manager  ? context.say(kManages)
                            : group.member ? context.say(kMember)
                                           : std::string();
        if (group.stale) notes += (notes.empty() ? "" : ", ") + context.say(kStale);
        if (!group.wished.empty())
            notes += (notes.empty() ? "" : ", ") + context.say(kWished, {printable(group.wished)});
        table.row(
            {{group_label(group, context.language()), group.member ? Style::strong : Style::plain},
             {format_count(group.members, context.language())},
             {short_id(group.id), Style::faint},
             {notes}});
    }
    context.output().listing(table, kNone);
    return {};
}

}  // namespace

const Command kGroupList{
    .name = "group list",
    .group = Group::people,
    .summary = {"list the groups", "die Gruppen anzeigen"},
    .description = {"Every group of the organisation, with what you are in it.",
                    "Jede Gruppe der Organisation, und was Sie darin sind."},
    .arguments = {},
    .options = {},
    .examples = {{{"obhut group list", {"all groups", "alle Gruppen"}},
                  {"obhut group list --json", {"for scripts", "für Skripte"}}}},
    .run = run,
};

}  // namespace obhut::cli
