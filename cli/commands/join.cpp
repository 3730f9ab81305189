// obhut join INVITATION [--kit FILE]
#include "cli/commands/all.h"
#include "cli/commands/kit_files.h"
#include "platform/desktop/process.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kMaxInvitation = 4096;
constexpr Argument kArguments[]{{.name = {"INVITATION", "EINLADUNG"}}};
constexpr Option kOptions[]{
    {.name = "kit",
     .value = Value::file,
     .value_name = {"FILE", "DATEI"},
     .help = {"write your emergency kit there (.html, .pdf, .txt)",
              "Ihr Notfallblatt dorthin schreiben (.html, .pdf, .txt)"}},
};
constexpr Text kWelcome{"Welcome. You have joined as {0}.",
                        "Willkommen. Sie sind als {0} beigetreten."};
constexpr Text kKitAt{"Emergency kit: {0}. Print it, then delete the file.",
                      "Notfallblatt: {0}. Drucken Sie es aus, und löschen Sie dann die Datei."};
constexpr Text kKitLater{
    "Your emergency kit is not printed yet: run “obhut kit FILE”. Without it a forgotten password "
    "means that your data is lost.",
    "Ihr Notfallblatt ist noch nicht gedruckt: „obhut kit DATEI“. Ohne das Blatt bedeutet ein "
    "vergessenes Passwort, dass Ihre Daten verloren sind."};

// The invitation, from the command line or, with "-", from standard input, where no other user can
// see it.
Outcome<client::Invitation> invitation_of(const std::string& argument) {
    if (argument != "-") return ATTEMPT("join", client::Invitation::parse(argument));
    Bytes text = ATTEMPT("-", platform::read_standard_input(kMaxInvitation));
    auto parsed = client::Invitation::parse(as_text(text));
    wipe(text);
    return ATTEMPT("join", std::move(parsed));
}

Outcome<> run(Context& context, const Arguments& arguments) {
    client::JoinRequest request;
    request.invitation = TRY_OUTCOME(invitation_of(arguments.text(0)));
    request.password = TRY_OUTCOME(context.new_password());
    request.protection = context.protection(request.password);
    const auto kit_file = arguments.value("kit");
    client::Engine* engine = TRY_OUTCOME(context.fresh_engine(request.invitation.host));
    if (engine->status().exists)
        return fail_about(context.settings().profile, errors::profile_exists);
    if (kit_file) TRY_OUTCOME(reserve_file(*kit_file));
    const client::Joined joined = ATTEMPT("join", engine->join(request));
    if (kit_file) {
        const std::string content =
            TRY_OUTCOME(kit_content(context, *kit_file, joined.kit, joined.email));
        TRY_OUTCOME(replace_file(context, *kit_file, content));
        ATTEMPT(*kit_file, engine->confirm_kit());
    }
    const client::Status status = engine->status();
    JsonObject object;
    object.text("email", joined.email)
        .text("user", status.user.hex())
        .text("device", status.device.hex());
    object.text("server", status.host).text("organisation", status.org.hex());
    if (kit_file) object.text("kit", *kit_file);
    context.output().object(object);
    context.output().summary(context.say(kWelcome, {joined.email}));
    context.output().hint(kit_file ? context.say(kKitAt, {*kit_file}) : context.say(kKitLater));
    return {};
}

}  // namespace

const Command kJoin{
    .name = "join",
    .group = Group::begin,
    .summary = {"join an organisation by an invitation",
                "mit einer Einladung einer Organisation beitreten"},
    .description = {"Makes your profile on this computer, with the password you choose. “-” reads "
                    "the invitation from "
                    "standard input.",
                    "Legt Ihr Profil auf diesem Rechner an, mit einem Passwort Ihrer Wahl. „-“ "
                    "liest die Einladung von der "
                    "Standardeingabe."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut join obhut-invitation-… --kit kit.html",
                   {"and print kit.html", "danach kit.html drucken"}},
                  {"obhut join - < invitation.txt", {"from a file", "aus einer Datei"}}}},
    .run = run,
};

}  // namespace obhut::cli
