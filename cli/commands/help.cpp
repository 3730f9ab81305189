// obhut help [COMMAND | all | options | exit-codes | E-NUMBER]
#include "cli/help.h"

#include "cli/commands/all.h"
#include "cli/parse.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = {"TOPIC", "THEMA"}, .optional = true, .many = true}};

Outcome<> run(Context& context, const Arguments& arguments) {
    std::string topic;
    for (const std::string& word : arguments.texts()) topic += (topic.empty() ? "" : " ") + word;
    const Language language = context.language();
    std::string text;
    if (topic.empty())
        text = overview(language);
    else if (topic == "all")
        text = all_commands(language);
    else if (topic == "options")
        text = options_help(language);
    else if (topic == "exit-codes")
        text = exit_code_help(language);
    else if (const Command* command = find_command(topic))
        text = command_help(*command, language);
    else if (const std::uint16_t number = parse_error_number(topic))
        text = error_help(number, language);
    else
        text = family_help(topic, language);
    if (text.empty()) return fail_about(topic, errors::command_unknown);
    context.output().raw(text);
    return {};
}

}  // namespace

const Command kHelp{
    .name = "help",
    .group = Group::help,
    .summary = {"explain a command or an error number",
                "einen Befehl oder eine Fehlernummer erklären"},
    .description = {"Topics are the commands, “all”, “options”, “exit-codes” and the numbers of "
                    "errors.",
                    "Themen sind die Befehle, „all“, „options“, „exit-codes“ und die Nummern von "
                    "Fehlern."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut help space share", {"a command", "ein Befehl"}},
                  {"obhut help E-0853", {"an error", "ein Fehler"}}}},
    .run = run,
};

}  // namespace obhut::cli
