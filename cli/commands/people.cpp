// obhut people
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Text kSelf{"you", "Sie"};
constexpr Text kAdministrator{"administrator", "Administration"};
constexpr Text kWished{"“{0}” once an administrator is online",
                       "„{0}“, sobald die Administration online ist"};

struct StatusText {
    std::string_view word;
    Text text;
};
const StatusText& text_of(client::UserStatus status) {
    static constexpr StatusText kInvited{"invited", {"invited", "eingeladen"}};
    static constexpr StatusText kActive{"active", {"active", "aktiv"}};
    static constexpr StatusText kDisabled{"disabled", {"disabled", "gesperrt"}};
    static constexpr StatusText kWithdrawn{"withdrawn", {"withdrawn", "zurückgezogen"}};
    switch (status) {
    case client::UserStatus::invited: return kInvited;
    case client::UserStatus::active: return kActive;
    case client::UserStatus::disabled: return kDisabled;
    case client::UserStatus::withdrawn: return kWithdrawn;
    }
    return kActive;
}

Outcome<> run(Context& context, const Arguments&) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const auto people = ATTEMPT("people", engine->people());
    Table table({{{"Name", "Name"}},
                 {{"E-mail", "E-Mail"}},
                 {{"State", "Zustand"}},
                 {{"Notes", "Anmerkungen"}}});
    for (const client::Person& person : people) {
        JsonObject object;
        object.text("id", person.id.hex()).text("name", person.name).text("email", person.email);
        object.text("status", text_of(person.status).word)
            .flag("administrator", person.administrator)
            .flag("self", person.self);
        if (!person.wished.empty()) object.text("wished", person.wished);
        context.output().object(object);
        std::string notes = person.administrator ? context.say(kAdministrator) : std::string();
        if (person.self) notes += (notes.empty() ? "" : ", ") + context.say(kSelf);
        if (!person.wished.empty())
            notes += (notes.empty() ? "" : ", ") + context.say(kWished, {printable(person.wished)});
        const Style style =
            person.status == client::UserStatus::active ? Style::plain : Style::faint;
        table.row({{person.label(), person.self ? Style::strong : style},
                   {person.email, style},
                   {context.say(text_of(person.status).text), style},
                   {notes, style}});
    }
    context.output().table(table);
    return {};
}

}  // namespace

const Command kPeople{
    .name = "people",
    .group = Group::people,
    .summary = {"list the people of the organisation", "die Personen der Organisation anzeigen"},
    .description = {"Everybody whom the organisation's directory names, verified from its root. "
                    "Names come from the address "
                    "book; until one arrives the address is shown.",
                    "Alle, die das Verzeichnis der Organisation nennt, geprüft von dessen Wurzel "
                    "an. Namen kommen aus dem "
                    "Adressbuch; bis einer eintrifft, steht hier die Adresse."},
    .arguments = {},
    .options = {},
    .examples = {{{"obhut people", {"everybody", "alle"}},
                  {"obhut people --json", {"for scripts", "für Skripte"}}}},
    .run = run,
};

}  // namespace obhut::cli
