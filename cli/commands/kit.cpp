// obhut kit [FILE] [--kept]
// obhut kit --password --paper FILE
// obhut kit --replace [--paper FILE] [FILE]
// obhut kit --cancel
#include <algorithm>

#include "cli/commands/all.h"
#include "cli/commands/kit_files.h"
#include "platform/desktop/process.h"

namespace obhut::cli {

namespace {

constexpr int kTries = 3;
constexpr Argument kArguments[]{
    {.name = {"FILE", "DATEI"}, .value = Value::file, .optional = true}};
constexpr Option kOptions[]{
    {.name = "kept",
     .help = {"confirm, unasked, that it is kept", "ohne Nachfrage bestätigen: es ist verwahrt"}},
    {.name = "password",
     .help = {"change your password; needs --paper", "Ihr Passwort ändern; braucht --paper"}},
    {.name = "replace",
     .help = {"another kit: with --paper at once, else in 7 days",
              "anderes Blatt: mit --paper sofort, sonst in 7 Tagen"}},
    {.name = "cancel",
     .help = {"object to a kit that was announced", "einem angekündigten Blatt widersprechen"}},
    {.name = "paper",
     .value = Value::file,
     .value_name = {"FILE", "DATEI"},
     .help = {"the kit that counts now, as .html or .txt",
              "das jetzt gültige Blatt, als .html oder .txt"}},
    {.name = "new-password-file",
     .value = Value::file,
     .value_name = {"FILE", "DATEI"},
     .help = {"read the new password from a file", "das neue Passwort aus einer Datei lesen"}},
};
constexpr Text kWritten{"Emergency kit: {0}. Print it now.",
                        "Notfallblatt: {0}. Drucken Sie es jetzt aus."};
constexpr Text kProof{
    "To show that it is kept, type two groups of letters from the sheet.",
    "Zum Zeichen, dass es verwahrt ist, tippen Sie zwei Buchstabengruppen vom Blatt ab."};
constexpr Text kAccountGroup{"Group {0} of the account secret: ",
                             "Gruppe {0} des Kontogeheimnisses: "};
constexpr Text kRecoveryGroup{"Group {0} of the recovery key: ",
                              "Gruppe {0} des Wiederherstellungsschlüssels: "};
constexpr Text kConfirmed{"Confirmed. This computer forgets the kit; delete the file.",
                          "Bestätigt. Dieser Rechner vergisst das Blatt; löschen Sie die Datei."};
constexpr Text kOldPassword{"Password so far: ", "Bisheriges Passwort: "};
constexpr Text kChanged{"The new password counts now. The kit on paper stays the same.",
                        "Das neue Passwort gilt jetzt. Das Blatt auf Papier bleibt dasselbe."};
constexpr Text kCancelled{"The kit that was announced will not come. Who announced it, and why?",
                          "Das angekündigte Blatt kommt nicht. Wer hat es angekündigt, und warum?"};
constexpr Text kAnnounced{
    "Announced to all your devices. Run “obhut kit --replace” again from {0} on.",
    "Allen Ihren Geräten angekündigt. Führen Sie ab {0} noch einmal „obhut kit --replace“ aus."};
constexpr Text kNotYet{
    "Not confirmed yet. Run “obhut kit --kept” when the sheet is in a safe place.",
    "Noch nicht bestätigt. Führen Sie „obhut kit --kept“ aus, wenn das Blatt sicher verwahrt ist."};

// The groups of a typed text after its prefix of two words ("obhut-account-").
std::vector<std::string> groups_of(const std::string& text) {
    std::vector<std::string> groups;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('-', at), text.size());
        groups.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    groups.erase(groups.begin(), groups.begin() + std::min<std::ptrdiff_t>(2, std::ssize(groups)));
    return groups;
}

// Asks for one group, three times at most.
Outcome<> ask_group(Context& context, const Text& prompt, const std::string& secret) {
    const std::vector<std::string> groups = groups_of(secret);
    std::array<std::uint8_t, 1> random{};
    context.machine().entropy().fill(random);
    const std::size_t chosen = random[0] % groups.size();
    for (int i = 0; i < kTries; ++i) {
        const std::string question = context.say(prompt, {std::to_string(chosen + 1)});
        std::string answer = ATTEMPT("kit", context.machine().person().ask(question));
        std::erase_if(answer, [](char c) { return c == ' ' || c == '-'; });
        std::ranges::transform(answer, answer.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        });
        if (answer == groups[chosen]) return {};
    }
    return fail_about("kit", errors::kit_words_wrong);
}

Outcome<> confirm(Context& context, client::Engine& engine, const client::EmergencyKit& kit,
                  bool kept) {
    if (!kept && !context.machine().person().is_there()) {
        context.output().hint(context.say(kNotYet));
        return {};
    }
    if (!kept) {
        context.output().hint(context.say(kProof));
        TRY_OUTCOME(ask_group(context, kAccountGroup,
                              client::write_account_secret(kit.account_secret, kit.kdf_class)));
        TRY_OUTCOME(
            ask_group(context, kRecoveryGroup, client::write_recovery_key(kit.recovery_key)));
    }
    ATTEMPT("kit", engine.confirm_kit());
    context.output().summary(context.say(kConfirmed));
    return {};
}

// The password to come: from a file, asked twice, or (for another kit) the one there is.
Outcome<SecretBytes> next_password(Context& context, const Arguments& arguments) {
    const auto path = arguments.value("new-password-file");
    if (!path) return context.new_password();
    auto file = ATTEMPT(*path, platform::read_secret_file(*path));
    if (file.secret.size() == 0) return fail_about(*path, errors::password_empty);
    return std::move(file.secret);
}

Outcome<> change_password(Context& context, const Arguments& arguments) {
    const auto paper = arguments.value("paper");
    if (!paper) return fail_about("--paper", errors::option_missing);
    const client::EmergencyKit kit = TRY_OUTCOME(read_kit(*paper));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const SecretBytes before = TRY_OUTCOME(context.password(kOldPassword));
    if (!arguments.value("new-password-file") && !context.machine().person().is_there())
        return fail_about("--new-password-file", errors::option_missing);
    const SecretBytes after = TRY_OUTCOME(next_password(context, arguments));
    ATTEMPT("kit", engine->change_password(kit, before.expose(), after.expose()));
    // This profile opens with the new one from here on; others, when they are next unlocked.
    if (engine->status().protection == client::ProtectionKind::passphrase)
        ATTEMPT("kit", engine->protect(client::Protection::by_passphrase(after.expose())));
    context.output().object(JsonObject().flag("password_changed", true));
    context.output().summary(context.say(kChanged));
    return {};
}

Outcome<> cancel(Context& context) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    ATTEMPT("kit", engine->cancel_kit_notice());
    context.output().object(JsonObject().flag("cancelled", true));
    context.output().summary(context.say(kCancelled));
    return {};
}

// True if the new kit counts, and can be printed.
Outcome<bool> replace(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    std::optional<client::EmergencyKit> paper;
    if (const auto file = arguments.value("paper")) paper = TRY_OUTCOME(read_kit(*file));
    const SecretBytes password = TRY_OUTCOME(next_password(context, arguments));
    const client::KitReplacement replaced =
        ATTEMPT("kit", engine->replace_kit(password.expose(), paper ? &*paper : nullptr));
    if (replaced.done) return true;
    context.output().object(JsonObject().flag("replaced", false).time("ready", replaced.ready));
    context.output().summary(context.say(kAnnounced, {format_time(replaced.ready)}));
    return false;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    if (arguments.flag("password")) return change_password(context, arguments);
    if (arguments.flag("cancel")) return cancel(context);
    if (arguments.flag("replace") && !TRY_OUTCOME(replace(context, arguments))) return {};
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const client::EmergencyKit kit = ATTEMPT("kit", engine->emergency_kit());
    const bool kept = arguments.flag("kept");
    JsonObject object;
    if (arguments.count() > 0) {
        const std::string& file = arguments.text(0);
        TRY_OUTCOME(reserve_file(file));
        const std::string content =
            TRY_OUTCOME(kit_content(context, file, kit, engine->status().email));
        TRY_OUTCOME(replace_file(context, file, content));
        object.text("kit", file);
        context.output().hint(context.say(kWritten, {file}));
    } else if (!kept) {
        context.output().line(kit.text());
        object.text("kit", kit.text());
    }
    TRY_OUTCOME(confirm(context, *engine, kit, kept));
    context.output().object(object.flag("confirmed", engine->status().kit_confirmed));
    return {};
}

}  // namespace

const Command kKit{
    .name = "kit",
    .group = Group::begin,
    .summary = {"print, confirm or replace the emergency kit",
                "das Notfallblatt ausgeben, bestätigen oder ersetzen"},
    .description = {"Who has this sheet and your password gets at your data. We do not. FILE ends "
                    "in .html, .pdf or .txt. Confirmed, it is on paper alone.",
                    "Wer dieses Blatt und Ihr Passwort hat, kommt an Ihre Daten. Wir nicht. DATEI "
                    "endet auf .html, .pdf oder .txt. Bestätigt, gibt es es nur auf Papier."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut kit kit.pdf", {"write it, then be asked", "schreiben, dann nachfragen"}},
                  {"obhut kit --replace --paper old.html new.pdf",
                   {"another one at once, by the old one", "sofort ein anderes, mit dem alten"}}}},
    .run = run,
};

}  // namespace obhut::cli
