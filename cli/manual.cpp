// Man pages and shell completion.
#include <set>

#include "cli/help.h"
#include "platform/roff.h"

namespace obhut::cli {

namespace {

constexpr Text kName{"NAME", "BEZEICHNUNG"};
constexpr Text kSynopsis{"SYNOPSIS", "ÜBERSICHT"};
constexpr Text kDescription{"DESCRIPTION", "BESCHREIBUNG"};
constexpr Text kOptions{"OPTIONS", "OPTIONEN"};
constexpr Text kExamples{"EXAMPLES", "BEISPIELE"};
constexpr Text kCommands{"COMMANDS", "BEFEHLE"};
constexpr Text kCommandWord{"COMMAND", "BEFEHL"};
constexpr Text kMoreInMain{"for the options of every command, the exit status, the environment",
                           "zu den Optionen aller Befehle, Rückgabewerten, Umgebung"};
constexpr Text kExitStatus{"EXIT STATUS", "RÜCKGABEWERT"};
constexpr Text kEnvironment{"ENVIRONMENT", "UMGEBUNG"};
constexpr Text kSeeAlso{"SEE ALSO", "SIEHE AUCH"};
constexpr Text kManual{"Obhut Manual", "Handbuch zu Obhut"};
constexpr Text kAbout{"an office cloud whose operator cannot read it",
                      "eine Bürocloud, die ihr Betreiber nicht lesen kann"};
constexpr Text kWhatItIs{
    "Everything leaves this computer encrypted, and everything that comes back is verified: files, "
    "names, who changed what. "
    "Paths in spaces are written SPACE:/folder/file; SPACE is a name, an alias of your own or the "
    "id in hexadecimal.",
    "Alles verlässt diesen Rechner verschlüsselt, und alles, was zurückkommt, wird geprüft: "
    "Dateien, Namen, wer was "
    "geändert hat. Pfade in Bereichen lauten BEREICH:/ordner/datei; BEREICH ist ein Name, ein "
    "eigener Alias oder die "
    "Kennung in Hexadezimalschreibweise."};
constexpr Text kProfileVariable{"the profile's folder, where --profile does not name one",
                                "der Ordner des Profils, wenn --profile keinen nennt"};
constexpr Text kLocaleVariable{"choose the language: German for de…, English else",
                               "wählen die Sprache: Deutsch bei de…, sonst Englisch"};
constexpr Text kAuthorities{
    "a PEM file of the certificate authorities that a server's certificate may come from, instead "
    "of the system's",
    "eine PEM-Datei mit den Zertifizierungsstellen, von denen das Zertifikat eines Servers stammen "
    "darf, statt derer des Systems"};
constexpr Text kNoColour{"no colours", "keine Farben"};

std::string section(const Text& title, Language language) {
    return roff::section(title.in(language));
}

std::string option_items(std::span<const Option> options, Language language) {
    std::string out;
    for (const Option& option : options) {
        std::string tag;
        if (option.letter != 0) tag += std::string("\\fB\\-") + option.letter + "\\fR, ";
        tag += roff::bold("--" + std::string(option.name));
        if (option.value != Value::none) tag += " " + roff::italic(option.value_name.in(language));
        out += roff::item(tag, option.help.in(language));
    }
    return out;
}

std::string header(std::string_view name, Language language) {
    return roff::title(name, 1, "obhut " + std::string(kVersion), kManual.in(language));
}

std::string main_page(Language language) {
    std::string out = header("obhut", language);
    out += section(kName, language) + "obhut \\- " + roff::escaped(kAbout.in(language)) + "\n";
    out += section(kSynopsis, language) + ".B obhut\n[\\fIOPTION\\fR]… \\fI" +
           std::string(kCommandWord.in(language)) + "\\fR …\n";
    out += section(kDescription, language) + roff::escaped(kWhatItIs.in(language)) + "\n";
    out += section(kOptions, language) + option_items(global_options(), language);
    out += section(kCommands, language);
    for (const Command* command : commands())
        if (!command->hidden)
            out += roff::item(roff::bold(usage(*command, language)), command->summary.in(language));
    out += section(kExitStatus, language);
    for (const ExitText& text : kExitTexts)
        out += roff::item(roff::bold(std::to_string(static_cast<int>(text.code))),
                          text.meaning.in(language));
    out += section(kEnvironment, language);
    out += roff::item(roff::bold("OBHUT_PROFILE"), kProfileVariable.in(language));
    out += roff::item("\\fBLC_ALL\\fR, \\fBLC_MESSAGES\\fR, \\fBLANG\\fR",
                      kLocaleVariable.in(language));
    out += roff::item(roff::bold("SSL_CERT_FILE"), kAuthorities.in(language));
    out += roff::item(roff::bold("NO_COLOR"), kNoColour.in(language));
    out += section(kSeeAlso, language) + ".BR obhutd (8)\n";
    return out;
}

std::string page_title(const Command& command) {
    std::string title = "obhut-" + std::string(command.name);
    for (char& c : title) c = c == ' ' ? '-' : c;
    return title;
}

// The words that may follow "obhut", and those that may follow each first word of a family.
std::set<std::string> first_words() {
    std::set<std::string> words;
    for (const Command* command : commands())
        if (!command->hidden)
            words.insert(std::string(command->name.substr(0, command->name.find(' '))));
    return words;
}

std::string second_words(std::string_view first) {
    std::string words;
    for (const Command* command : commands())
        if (!command->hidden && command->name.starts_with(std::string(first) + " "))
            words +=
                (words.empty() ? "" : " ") + std::string(command->name.substr(first.size() + 1));
    return words;
}

std::string option_words(std::span<const Option> options) {
    std::string words;
    for (const Option& option : options)
        words += (words.empty() ? "--" : " --") + std::string(option.name);
    return words;
}

std::string joined(const std::set<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

std::string spaced(std::string_view choices) {
    std::string out(choices);
    for (char& c : out) c = c == '|' ? ' ' : c;
    return out;
}

// Words are offered as they are. File names keep their blanks, and only they are told to be file
// names: a folder called like a command must not add a slash to the command. What follows the colon
// of SPACE:/PATH is not on this computer.
std::string bash_completion() {
    std::string out =
        "# bash completion for obhut; made by `obhut completion bash`\n"
        "_obhut_local() {\n"
        "    local IFS=$'\\n'\n"
        "    COMPREPLY=($(compgen \"$1\" -- \"$2\"))\n"
        "    compopt -o filenames 2>/dev/null || true\n"
        "}\n"
        "_obhut() {\n"
        "    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command= i\n"
        "    COMPREPLY=()\n"
        "    [[ $word == : || $previous == : ]] && return\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        case ${COMP_WORDS[i]} in\n"
        "        --profile | --passphrase-file) i=$((i + 1)) ;;\n"
        "        -*) ;;\n"
        "        *) command=\"$command${command:+ }${COMP_WORDS[i]}\"; [[ $command == *\" \"* ]] "
        "&& break ;;\n"
        "        esac\n"
        "    done\n"
        "    case $previous in\n";
    std::set<std::string> done;
    const auto value_case = [&](const Option& option) {
        if (option.value == Value::none || !done.insert(std::string(option.name)).second) return;
        const std::string name = "    --" + std::string(option.name) + ") ";
        if (option.value == Value::choice)
            out += name + "COMPREPLY=($(compgen -W '" + spaced(option.choices) +
                   "' -- \"$word\")); return ;;\n";
        if (option.value == Value::file) out += name + "_obhut_local -f \"$word\"; return ;;\n";
        if (option.value == Value::folder) out += name + "_obhut_local -d \"$word\"; return ;;\n";
    };
    for (const Option& option : global_options()) value_case(option);
    for (const Command* command : commands())
        for (const Option& option : command->options) value_case(option);
    out += "    esac\n    local words= options='" + option_words(global_options()) +
           "'\n    case $command in\n";
    out += "    '') words='" + joined(first_words()) + "' ;;\n";
    for (const std::string& first : first_words())
        if (const std::string words = second_words(first); !words.empty())
            out += "    " + first + ") words='" + words + "' ;;\n";
    for (const Command* command : commands())
        if (!command->hidden && !command->arguments.empty())
            if (const std::string_view choices = command->arguments[0].choices; !choices.empty())
                out += "    '" + std::string(command->name) + "') words='" + spaced(choices) +
                       "' ;;\n";
    for (const Command* command : commands()) {
        if (command->hidden || command->options.empty()) continue;
        const bool single = command->name.find(' ') == command->name.npos;
        out += "    '" + std::string(command->name) + "'" +
               (single ? " | '" + std::string(command->name) + " '*" : std::string()) +
               ") options=\"$options " + option_words(command->options) + "\" ;;\n";
    }
    out +=
        "    esac\n"
        "    if [[ $word == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$word\"));\n"
        "    elif [[ $words ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$word\"));\n"
        "    else _obhut_local -f \"$word\"; fi\n"
        "}\n"
        "complete -F _obhut obhut\n";
    return out;
}

std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string fish_completion(Language language) {
    std::string out =
        "# fish completion for obhut; made by `obhut completion fish`\ncomplete -c obhut -e\n";
    const auto option_line = [&](const Option& option, const std::string& condition) {
        out += "complete -c obhut" + condition + " -l " + std::string(option.name);
        if (option.letter != 0) out += std::string(" -s ") + option.letter;
        if (option.value == Value::choice)
            out += " -x -a '" + spaced(option.choices) + "'";
        else if (option.value != Value::none)
            out += option.value == Value::text ? " -x" : " -r";
        out += " -d " + quoted(option.help.in(language)) + "\n";
    };
    for (const Option& option : global_options()) option_line(option, "");
    for (const Command* command : commands()) {
        if (command->hidden) continue;
        const std::size_t space = command->name.find(' ');
        const std::string first(command->name.substr(0, space));
        std::string seen = "'__fish_seen_subcommand_from " + first;
        if (space == command->name.npos) {
            out += "complete -c obhut -n __fish_use_subcommand -a " + first + " -d " +
                   quoted(command->summary.in(language)) + "\n";
        } else {
            const std::string second(command->name.substr(space + 1));
            out += "complete -c obhut -n __fish_use_subcommand -a " + first + "\n";
            out += "complete -c obhut -f -n " + seen + "' -a " + second + " -d " +
                   quoted(command->summary.in(language)) + "\n";
            seen += "; and __fish_seen_subcommand_from " + second;
        }
        for (const Option& option : command->options) option_line(option, " -n " + seen + "'");
    }
    return out;
}

}  // namespace

std::string man_page_name(const Command* command) {
    return (command == nullptr ? std::string("obhut") : page_title(*command)) + ".1";
}

std::string man_page(const Command* command, Language language) {
    if (command == nullptr) return main_page(language);
    std::string out = header(page_title(*command), language);
    out += section(kName, language) + roff::escaped(page_title(*command)) + " \\- " +
           roff::escaped(command->summary.in(language)) + "\n";
    out += section(kSynopsis, language) + ".B " + roff::escaped(usage(*command, language)) + "\n";
    out +=
        section(kDescription, language) + roff::escaped(command->description.in(language)) + "\n";
    if (!command->options.empty())
        out += section(kOptions, language) + option_items(command->options, language);
    out += section(kExamples, language);
    for (const Example& example : command->examples)
        out += roff::example(example.what.in(language), example.line);
    out += section(kSeeAlso, language) + ".BR obhut (1)\n" +
           roff::escaped(kMoreInMain.in(language)) + "\n";
    return out;
}

std::string completion(Shell shell, Language language) {
    if (shell == Shell::fish) return fish_completion(language);
    if (shell == Shell::bash) return bash_completion();
    // zsh runs bash's completion functions.
    return "#compdef obhut\n# zsh completion for obhut; made by `obhut completion zsh`\n"
           "autoload -U +X bashcompinit && bashcompinit\n" +
           bash_completion();
}

}  // namespace obhut::cli
