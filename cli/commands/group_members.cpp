// obhut group members GROUP
#include "cli/commands/all.h"
#include "cli/commands/who.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kGroupWord}};
constexpr Text kSelf{"you", "Sie"};
constexpr Text kManager{"manages the group", "verwaltet die Gruppe"};
constexpr Text kNoBox{"cannot read at the moment", "kann derzeit nicht lesen"};
constexpr Text kInactive{"disabled", "gesperrt"};

std::string notes_of(Context& context, const client::GroupMemberView& member) {
    std::string notes = member.manager ? context.say(kManager) : std::string();
    const auto add = [&](const Text& text) {
        notes += (notes.empty() ? "" : ", ") + context.say(text);
    };
    if (member.self) add(kSelf);
    if (!member.active)
        add(kInactive);
    else if (!member.boxed)
        add(kNoBox);
    return notes;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const std::string& name = arguments.text(0);
    const client::GroupView group = ATTEMPT(name, engine->find_group(name));
    const auto members = ATTEMPT(name, engine->group_members(group.id));
    Table table({{{"Member", "Mitglied"}}, {{"E-mail", "E-Mail"}}, {{"Notes", "Anmerkungen"}}});
    for (const client::GroupMemberView& member : members) {
        JsonObject object;
        object.text("id", member.user.hex()).text("name", member.label).text("email", member.email);
        object.flag("manager", member.manager).flag("readable", member.boxed);
        context.output().object(object.flag("active", member.active).flag("self", member.self));
        const Style style = member.active ? Style::plain : Style::faint;
        table.row({{member.label, member.self ? Style::strong : style},
                   {member.email, style},
                   {notes_of(context, member), style}});
    }
    context.output().table(table);
    return {};
}

}  // namespace

const Command kGroupMembers{
    .name = "group members",
    .group = Group::people,
    .summary = {"list the members of a group", "die Mitglieder einer Gruppe anzeigen"},
    .description = {"Everybody in the group, as the organisation's directory has it, and who "
                    "manages it.",
                    "Alle in der Gruppe, wie sie im Verzeichnis der Organisation steht, und wer "
                    "sie verwaltet."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut group members Bauamt", {"by name", "nach Namen"}},
                  {"obhut group members all", {"everybody", "alle"}}}},
    .run = run,
};

}  // namespace obhut::cli
