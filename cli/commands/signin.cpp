// obhut signin --server URL --email ADDRESS [--kit FILE] [--recover], obhut signin --link --server
// URL
#include "cli/commands/all.h"
#include "cli/commands/kit_files.h"
#include "cli/kit/qr.h"

namespace obhut::cli {

namespace {

constexpr Millis kLinkingTime = 10 * kMinute;
constexpr Millis kLinkingPause = 2 * kSecond;
constexpr Option kOptions[]{
    {.name = "server",
     .value = Value::text,
     .value_name = {"URL", "URL"},
     .help = {"address of the server (not with --kit)", "Adresse des Servers (nicht mit --kit)"}},
    {.name = "email",
     .value = Value::text,
     .value_name = {"ADDRESS", "ADRESSE"},
     .help = {"your e-mail address", "Ihre E-Mail-Adresse"}},
    {.name = "kit",
     .value = Value::file,
     .value_name = {"FILE", "DATEI"},
     .help = {"read server and secrets from the kit's file",
              "Server und Geheimnisse aus der Datei des Notfallblatts lesen"}},
    {.name = "recover",
     .help = {"by the recovery key, when the password is forgotten",
              "mit dem Wiederherstellungsschlüssel, ohne Passwort"}},
    {.name = "link",
     .help = {"by a code that another device of yours takes",
              "mit einem Code, den ein anderes Ihrer Geräte annimmt"}},
};
constexpr Text kServerPrompt{"Server: ", "Server: "};
constexpr Text kEmailPrompt{"E-mail address: ", "E-Mail-Adresse: "};
constexpr Text kPasswordPrompt{"Password: ", "Passwort: "};
constexpr Text kAccountPrompt{"Account secret (from the emergency kit): ",
                              "Kontogeheimnis (vom Notfallblatt): "};
constexpr Text kRecoveryPrompt{"Recovery key (from the emergency kit): ",
                               "Wiederherstellungsschlüssel (vom Notfallblatt): "};
constexpr Text kLinkHow{"On a device where you are signed in, run:",
                        "Führen Sie auf einem Gerät, auf dem Sie angemeldet sind, aus:"};
constexpr Text kWaiting{"Waiting for the other device …", "Warten auf das andere Gerät …"};
constexpr Text kDone{"Signed in as {0}.", "Angemeldet als {0}."};

Outcome<std::string> given_or_asked(Context& context, const std::optional<std::string>& given,
                                    std::string_view option, const Text& prompt) {
    if (given) return *given;
    if (!context.machine().person().is_there())
        return fail_about("--" + std::string(option), errors::option_missing);
    return context.ask(prompt);
}

Outcome<> report(Context& context, client::Engine& engine) {
    const client::Status status = engine.status();
    JsonObject object;
    object.text("email", status.email)
        .text("server", status.host)
        .text("organisation", status.org.hex());
    object.text("user", status.user.hex()).text("device", status.device.hex());
    context.output().object(object);
    context.output().summary(context.say(kDone, {status.email}));
    return {};
}

// Fills in what only the kit knows: from its file, or typed.
Outcome<> secrets_of_kit(Context& context, const Arguments& arguments,
                         client::SignInRequest& request) {
    const bool recover = arguments.flag("recover");
    if (const auto file = arguments.value("kit")) {
        client::EmergencyKit kit = TRY_OUTCOME(read_kit(*file));
        request.host = kit.host;
        request.root_fingerprint = kit.root_fingerprint;
        if (recover)
            request.recovery_key = std::move(kit.recovery_key);
        else
            request.account_secret =
                client::AccountCode{std::move(kit.account_secret), kit.kdf_class};
        return {};
    }
    const std::string server =
        TRY_OUTCOME(given_or_asked(context, arguments.value("server"), "server", kServerPrompt));
    request.host = ATTEMPT(server, client::check_host(server));
    if (!context.machine().person().is_there()) return fail_about("--kit", errors::option_missing);
    const SecretBytes typed = ATTEMPT("signin", context.machine().person().ask_secret(context.say(
                                                    recover ? kRecoveryPrompt : kAccountPrompt)));
    if (recover)
        request.recovery_key =
            ATTEMPT("signin", client::parse_recovery_key(as_text(typed.expose())));
    else
        request.account_secret =
            ATTEMPT("signin", client::parse_account_secret(as_text(typed.expose())));
    return {};
}

Outcome<> by_kit(Context& context, const Arguments& arguments) {
    client::SignInRequest request;
    TRY_OUTCOME(secrets_of_kit(context, arguments, request));
    request.email =
        TRY_OUTCOME(given_or_asked(context, arguments.value("email"), "email", kEmailPrompt));
    // With the recovery key the password is not known; one is still needed to seal the new profile.
    SecretBytes password = arguments.flag("recover")
                               ? TRY_OUTCOME(context.new_password())
                               : TRY_OUTCOME(context.password(kPasswordPrompt));
    request.protection = context.protection(password);
    if (!arguments.flag("recover")) request.password = std::move(password);
    client::Engine* engine = TRY_OUTCOME(context.fresh_engine(request.host));
    if (engine->status().exists)
        return fail_about(context.settings().profile, errors::profile_exists);
    ATTEMPT(request.email, engine->sign_in(request));
    return report(context, *engine);
}

// The code as text, and on a terminal as a picture of half blocks as well.
Outcome<> show_code(Context& context, const std::string& code) {
    context.output().object(JsonObject().text("code", code));
    context.output().line(context.say(kLinkHow) + "\n\n  obhut device add " + code + "\n");
    const auto picture = QrCode::make(code);
    if (picture && context.output().settings().out_is_terminal) {
        const int side = picture->size();
        const auto dark = [&](int row, int column) {
            return row >= 0 && column >= 0 && row < side && column < side &&
                   picture->dark(row, column);
        };
        for (int row = -2; row < side + 2; row += 2) {
            std::string line = "  ";
            for (int column = -2; column < side + 2; ++column)
                line += dark(row, column) ? (dark(row + 1, column) ? " " : "▄")
                                          : (dark(row + 1, column) ? "▀" : "█");
            context.output().line(line);
        }
    }
    context.output().hint(context.say(kWaiting));
    context.output().flush();
    return {};
}

Outcome<> by_code(Context& context, const Arguments& arguments) {
    client::LinkingRequest request;
    const std::string server =
        TRY_OUTCOME(given_or_asked(context, arguments.value("server"), "server", kServerPrompt));
    request.host = ATTEMPT(server, client::check_host(server));
    const SecretBytes password = TRY_OUTCOME(context.new_password());
    request.protection = context.protection(password);
    client::Engine* engine = TRY_OUTCOME(context.fresh_engine(request.host));
    if (engine->status().exists)
        return fail_about(context.settings().profile, errors::profile_exists);
    const client::LinkingCode code = ATTEMPT("signin", engine->begin_linking(request));
    TRY_OUTCOME(show_code(context, code.text()));
    const Millis end = context.clock().now() + kLinkingTime;
    while (!ATTEMPT("signin", engine->finish_linking())) {
        TRY_OUTCOME(context.check_interrupt());
        if (context.clock().now() > end) return fail_about("signin", errors::linking_code_wrong);
        context.machine().waiter().wait(kLinkingPause);
    }
    return report(context, *engine);
}

Outcome<> run(Context& context, const Arguments& arguments) {
    return arguments.flag("link") ? by_code(context, arguments) : by_kit(context, arguments);
}

}  // namespace

const Command kSignin{
    .name = "signin",
    .group = Group::begin,
    .summary = {"sign in on this computer, by kit or by code",
                "sich auf diesem Rechner anmelden, mit Blatt oder Code"},
    .description = {"Makes a profile here for a person who has joined already. It takes the "
                    "password and the emergency kit, or a "
                    "code that another of your devices takes with “obhut device add”.",
                    "Legt hier ein Profil für eine Person an, die schon beigetreten ist. Gebraucht "
                    "werden Passwort und "
                    "Notfallblatt, oder ein Code, den ein anderes Ihrer Geräte mit „obhut device "
                    "add“ annimmt."},
    .arguments = {},
    .options = kOptions,
    .examples = {{{"obhut signin --kit kit.html --email anna@example.org", {"by kit", "mit Blatt"}},
                  {"obhut signin --link --server https://obhut.example.org",
                   {"by code", "mit Code"}}}},
    .run = run,
};

}  // namespace obhut::cli
