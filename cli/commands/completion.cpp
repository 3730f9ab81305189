// obhut completion SHELL
#include "cli/commands/all.h"
#include "cli/help.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = {"SHELL", "SHELL"}, .value = Value::choice, .choices = "bash|zsh|fish"}};

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.text(0);
    const Shell shell = name == "bash" ? Shell::bash : name == "zsh" ? Shell::zsh : Shell::fish;
    context.output().raw(completion(shell, context.language()));
    return {};
}

}  // namespace

const Command kCompletion{
    .name = "completion",
    .group = Group::help,
    .summary = {"print completion for bash, zsh or fish",
                "Vervollständigung für bash, zsh oder fish ausgeben"},
    .description = {"Commands, options and their values, made from the same table as this help.",
                    "Befehle, Optionen und deren Werte, aus derselben Tabelle wie diese Hilfe."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"source <(obhut completion bash)", {"now", "jetzt"}},
                  {"obhut completion fish > ~/.config/fish/completions/obhut.fish",
                   {"for good", "dauerhaft"}}}},
    .run = run,
};

}  // namespace obhut::cli
