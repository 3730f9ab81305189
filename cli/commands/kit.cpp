// obhut kit [FILE] [--kept]
#include <algorithm>

#include "cli/commands/all.h"
#include "cli/commands/kit_files.h"

namespace obhut::cli {

namespace {

constexpr int kTries = 3;
constexpr Argument kArguments[]{
    {.name = {"FILE", "DATEI"}, .value = Value::file, .optional = true}};
constexpr Option kOptions[]{
    {.name = "kept",
     .help = {"confirm that the kit is kept, without being asked",
              "ohne Nachfrage bestätigen, dass das Blatt verwahrt ist"}},
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

Outcome<> run(Context& context, const Arguments& arguments) {
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
    .summary = {"print the emergency kit and confirm it",
                "das Notfallblatt ausgeben und bestätigen"},
    .description = {"Who has this sheet and your password gets at your data. We do not. FILE ends "
                    "in .html, .pdf or .txt. Once "
                    "you have confirmed it, this computer forgets it.",
                    "Wer dieses Blatt und Ihr Passwort hat, kommt an Ihre Daten. Wir nicht. DATEI "
                    "endet auf .html, .pdf oder "
                    ".txt. Sobald Sie es bestätigt haben, vergisst dieser Rechner es."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut kit kit.pdf", {"write it, then be asked", "schreiben, dann nachfragen"}},
                  {"obhut kit --kept",
                   {"it is printed and kept", "es ist gedruckt und verwahrt"}}}},
    .run = run,
};

}  // namespace obhut::cli
