// obhut invite ADDRESS [--admin --root-kit FILE] [--days N] [--withdraw]
#include "cli/commands/all.h"
#include "cli/commands/kit_files.h"
#include "cli/commands/root_kit_file.h"

namespace obhut::cli {

namespace {

constexpr std::uint64_t kMaxDays = 90;
constexpr Argument kArguments[]{{.name = {"ADDRESS", "ADRESSE"}}};
constexpr Option kOptions[]{
    {.name = "admin",
     .help = {"make the person an administrator; needs --root-kit",
              "Administrationsrechte geben; braucht --root-kit"}},
    kRootKitOption,
    {.name = "withdraw",
     .help = {"take an unused invitation back", "eine unbenutzte Einladung zurückziehen"}},
    {.name = "days",
     .value = Value::text,
     .value_name = {"N", "N"},
     .help = {"valid for so many days (14; at most 90)",
              "so viele Tage gültig (14; höchstens 90)"}},
};
constexpr Text kHandOver{
    "Hand it over as you would a first password. It is valid until {0} and works once.",
    "Übergeben Sie sie wie ein erstes Passwort. Sie gilt bis {0} und nur einmal."};
constexpr Text kWithdrawn{"The invitation of {0} is not valid any more.",
                          "Die Einladung für {0} gilt nicht mehr."};
constexpr Text kDays{"A number of days from 1 to 90.", "Eine Zahl von Tagen von 1 bis 90."};

Outcome<Millis> validity(Context& context, const Arguments& arguments) {
    const auto days = arguments.value("days");
    if (!days) return 14 * kDay;
    std::uint64_t count = 0;
    for (const char c : *days)
        count = c >= '0' && c <= '9' && count <= kMaxDays
                    ? count * 10 + static_cast<std::uint64_t>(c - '0')
                    : kMaxDays + 1;
    if (days->empty() || count == 0 || count > kMaxDays)
        return fail_about("--days " + *days, errors::value_malformed_here, context.say(kDays));
    return count * kDay;
}

Outcome<> withdraw(Context& context, const std::string& email) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const client::Person person = ATTEMPT(email, engine->find_person(email));
    ATTEMPT(email, engine->withdraw_invitation(person.id));
    context.output().object(JsonObject()
                                .text("id", person.id.hex())
                                .text("email", person.email)
                                .text("status", "withdrawn"));
    context.output().summary(context.say(kWithdrawn, {printable(person.email)}));
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    if (arguments.flag("withdraw")) return withdraw(context, arguments.text(0));
    client::InviteRequest request;
    request.email = arguments.text(0);
    request.valid_for = TRY_OUTCOME(validity(context, arguments));
    std::optional<client::RootKit> root_kit;
    if (arguments.flag("admin")) {
        root_kit = TRY_OUTCOME(read_root_kit(arguments));
        request.root_kit = &*root_kit;
    }
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const client::Invitation invitation = ATTEMPT(request.email, engine->invite(request));
    const std::string text = invitation.text();
    JsonObject object;
    object.text("invitation", text).text("email", request.email);
    object.flag("administrator", root_kit.has_value()).time("not_after", invitation.not_after);
    context.output().object(object);
    context.output().line(text);
    context.output().hint(context.say(kHandOver, {format_time(invitation.not_after)}));
    return {};
}

}  // namespace

const Command kInvite{
    .name = "invite",
    .group = Group::people,
    .summary = {"invite a person into the organisation",
                "eine Person in die Organisation einladen"},
    .description = {"Prints an invitation, which travels outside Obhut: on paper, by messenger, in "
                    "person. Whoever has it "
                    "first can join with it.",
                    "Gibt eine Einladung aus, die außerhalb von Obhut reist: auf Papier, per "
                    "Messenger, persönlich. Wer sie "
                    "zuerst hat, kann damit beitreten."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut invite bernd@example.org", {"a colleague", "eine Person"}},
                  {"obhut invite carla@example.org --admin --root-kit root.txt",
                   {"an administrator", "mit Administration"}}}},
    .run = run,
};

}  // namespace obhut::cli
