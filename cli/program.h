// The program from words to exit code: parsing, help, running a command, telling how it ended.
// main.cpp gives it the real machine and streams; tests bring their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/machine.h"
#include "cli/output/output.h"

namespace obhut::cli {

struct ProgramSettings {
    OutputSettings output;        // language, terminals, colours; --json and --quiet are added
    std::string default_profile;  // where --profile does not name one; resolved
};

// run_program does what the words (without the program's name) say; the exit code.
int run_program(const std::vector<std::string>& words, Machine& machine, TextSink& out,
                TextSink& error, const ProgramSettings& settings);

}  // namespace obhut::cli
