// Help as text, man pages and shell completion, all made from the command table. Pure.
#pragma once

#include <string>

#include "cli/command.h"
#include "core/base/version.h"

namespace obhut::cli {

inline constexpr std::string_view kVersion = kProgramVersionText;

// overview is `obhut --help`: one screen of 80 × 24.
std::string overview(Language language);
// options_help explains the options that every command takes.
std::string options_help(Language language);
// all_commands lists every command with its summary.
std::string all_commands(Language language);
// family_help lists the commands that begin with one word: "space".
std::string family_help(std::string_view word, Language language);
// command_help is `obhut COMMAND --help`: one screen of 80 × 24.
std::string command_help(const Command& command, Language language);
// exit_code_help lists the exit codes.
std::string exit_code_help(Language language);
// error_help explains one error number; empty if there is none.
std::string error_help(std::uint16_t number, Language language);

// usage is the line of arguments: "obhut put SOURCE… SPACE:/TARGET [--force]".
std::string usage(const Command& command, Language language);

// man_page is the page obhut(1) for nullptr, else obhut-COMMAND(1), as man(7) source.
std::string man_page(const Command* command, Language language);
// man_page_name is "obhut-space-create.1".
std::string man_page_name(const Command* command);

enum class Shell : std::uint8_t { bash, zsh, fish };
std::string completion(Shell shell, Language language);

}  // namespace obhut::cli
