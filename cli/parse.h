// Parsing of the command line by the command table.
//
//     obhut [GLOBAL OPTION]… COMMAND [OPTION | ARGUMENT]…
//
// Options are --name VALUE, --name=VALUE, -n VALUE, -nVALUE and clusters of letters; they may stand
// anywhere after the command, global ones also before it; "--" ends them; "-" is an argument. Pure:
// no output, no environment.
#pragma once

#include "cli/command.h"

namespace obhut::cli {

struct Invocation {
    // The command, or nullptr: then help of the word in `topic` (or of all) is wanted.
    const Command* command = nullptr;
    std::string topic;
    bool help = false;     // --help was given
    bool version = false;  // --version was given
    Arguments arguments;   // global options are in it too
};

// parse reads the words after the program's name. Failures say what is wrong and what may have been
// meant.
Outcome<Invocation> parse(std::span<const std::string> words, Language language);

// nearest is the candidate most like `word`, if one is like enough to be meant; else empty.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

}  // namespace obhut::cli
