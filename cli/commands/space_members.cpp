// obhut space members SPACE
#include "cli/commands/all.h"
#include "client/spaces/charge.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}};
constexpr Text kSelf{"you", "Sie"};
constexpr Text kLimited{"The space may take {0}.", "Der Bereich darf {0} belegen."};
constexpr Text kNoBox{"cannot read at the moment", "kann derzeit nicht lesen"};
constexpr Text kInactive{"disabled", "gesperrt"};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Space* space = TRY_OUTCOME(context.space(arguments.text(0)));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const auto members = ATTEMPT(arguments.text(0), engine->members(space->id()));
    Table table({{{"Member", "Mitglied"}},
                 {{"E-mail", "E-Mail"}},
                 {{"Role", "Rolle"}},
                 {{"Notes", "Anmerkungen"}}});
    for (const client::MemberView& member : members) {
        const bool group = kind_of(member.principal) == PrincipalKind::group;
        JsonObject object;
        object.text("id", to_hex(member.principal.view().subspan(1)))
            .text("kind", group ? "group" : "user");
        object.text("name", member.label)
            .text("email", member.email)
            .text("role", role_word(member.role));
        object.flag("readable", member.boxed)
            .flag("active", member.active)
            .flag("self", member.self);
        context.output().object(object);
        std::string note = member.self ? context.say(kSelf) : std::string();
        if (!member.active)
            note = context.say(kInactive);
        else if (!member.boxed)
            note = context.say(kNoBox);
        const Style style = member.active ? Style::plain : Style::faint;
        table.row({{member.label, member.self ? Style::strong : style},
                   {member.email, style},
                   {role_text(member.role, context.language()), style},
                   {note, style}});
    }
    context.output().table(table);
    if (const auto limit = client::limit_of(*space))
        context.output().line(context.say(kLimited, {format_size(*limit, context.language())}));
    return {};
}

}  // namespace

const Command kSpaceMembers{
    .name = "space members",
    .group = Group::spaces,
    .summary = {"list the members of a space", "die Mitglieder eines Bereichs anzeigen"},
    .description = {"Everybody who can read the space, by its signed list; nobody else can.",
                    "Alle, die den Bereich lesen können, nach seiner unterschriebenen Liste; "
                    "niemand sonst kann es."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut space members Akten", {"who reads along", "wer mitliest"}},
                  {"obhut space members Akten --json", {"for scripts", "für Skripte"}}}},
    .run = run,
};

}  // namespace obhut::cli
