#include "cli/program.h"

#include "cli/commands/sending.h"
#include "cli/context.h"
#include "cli/errors.h"
#include "cli/help.h"
#include "cli/local/tidying.h"
#include "cli/parse.h"
#include "platform/desktop/errors.h"
#include "platform/desktop/process.h"

namespace obhut::cli {

namespace {

constexpr Text kAlarms{"something was shown that must not be: “obhut status” tells what",
                       "es wurde etwas gezeigt, das nicht sein darf: „obhut status“ sagt, was"};

std::string help_for(const Invocation& invocation, Language language) {
    if (invocation.command != nullptr) return command_help(*invocation.command, language);
    if (!invocation.topic.empty()) return family_help(invocation.topic, language);
    return overview(language);
}

Settings settings_of(const Arguments& arguments, const ProgramSettings& program) {
    Settings settings;
    settings.profile = program.default_profile;
    if (const auto profile = arguments.value("profile"))
        settings.profile = platform::absolute_path(*profile);
    settings.passphrase_file = arguments.value("passphrase-file");
    settings.yes = arguments.flag("yes");
    return settings;
}

// What a device owes, once a command has it unlocked anyway. Trouble with it is no failure of the
// command.
void run_duties(Context& context) {
    client::Engine* engine = context.opened();
    if (engine == nullptr || !engine->status().exists) return;
    (void)engine->run_due_duties();
    file_what_came(context, *engine);
    tidy_spaces(context, *engine);
    if (engine->status().alarms > 0) context.output().warning(context.say(kAlarms));
}

// finish: what was to be shown must have been. Who closed the pipe knows that he did.
int finish(Output& output) {
    output.flush();
    const auto& trouble = output.trouble();
    if (!trouble) return static_cast<int>(Exit::done);
    if (trouble->is(errors::stream_closed)) return static_cast<int>(Exit::failed);
    output.problem({output.language() == Language::german ? "Ausgabe" : "output", *trouble, {}});
    return static_cast<int>(exit_of(*trouble));
}

int tell(Output& output, const Failure& failure) {
    if (!failure.error.is(errors::stream_closed)) output.problem(failure);
    output.flush();
    return static_cast<int>(exit_of(failure.error));
}

}  // namespace

int run_program(const std::vector<std::string>& words, Machine& machine, TextSink& out,
                TextSink& error, const ProgramSettings& settings) {
    OutputSettings shown = settings.output;
    Output output(out, error, shown);
    const auto invocation = parse(words, shown.language);
    if (!invocation) return tell(output, invocation.error());
    shown.json = invocation->arguments.flag("json");
    shown.quiet = invocation->arguments.flag("quiet");
    output.change(shown);
    if (invocation->version) {
        output.raw("obhut " + std::string(kVersion) + "\n");
        return finish(output);
    }
    if (invocation->help || invocation->command == nullptr) {
        output.raw(help_for(*invocation, shown.language));
        // Without any word there was no command: the help is shown, and the script that called it
        // shall notice.
        const int written = finish(output);
        return invocation->help ? written : static_cast<int>(Exit::usage);
    }
    Context context(output, machine, settings_of(invocation->arguments, settings));
    const Outcome<> outcome = invocation->command->run(context, invocation->arguments);
    if (!outcome) return tell(output, outcome.error());
    run_duties(context);
    return finish(output);
}

}  // namespace obhut::cli
