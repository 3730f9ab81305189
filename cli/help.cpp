#include "cli/help.h"

#include "cli/messages/error_texts.h"
#include "cli/output/format.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kWidth = 80;
constexpr Text kUsageTitle{"Usage:", "Aufruf:"};
constexpr Text kOptionsTitle{"Options:", "Optionen:"};
constexpr Text kGlobalTitle{"With every command:", "Bei jedem Befehl:"};
constexpr Text kExamplesTitle{"Examples:", "Beispiele:"};
constexpr Text kCommandWord{"COMMAND", "BEFEHL"};
constexpr Text kOptionsWord{"[OPTION]…", "[OPTION]…"};
constexpr Text kTagline{"obhut: an office cloud whose operator cannot read it",
                        "obhut: eine Bürocloud, die ihr Betreiber nicht lesen kann"};
constexpr Text kMore{"More: “obhut COMMAND --help”, “obhut help all|options|exit-codes”.",
                     "Mehr: „obhut BEFEHL --help“, „obhut help all|options|exit-codes“."};
constexpr Text kGlobalHint{"Options for every command: “obhut help options”.",
                           "Optionen für jeden Befehl: „obhut help options“."};
constexpr Text kWhatItMeans{"What it means", "Was es bedeutet"};
constexpr Text kWhatToDo{"What to do", "Was zu tun ist"};
constexpr Text kExitTitle{"Exit codes:", "Rückgabewerte:"};

std::string option_names(const Option& option, Language language) {
    std::string names =
        option.letter != 0 ? std::string("-") + option.letter + ", " : std::string();
    names += "--" + std::string(option.name);
    if (option.value != Value::none) names += " " + std::string(option.value_name.in(language));
    return names;
}

// Two columns: what, and its help, wrapped.
std::string two_columns(std::string_view left, std::string_view right, std::size_t at) {
    const std::string head = "  " + pad_right(left, at - 4) + "  ";
    if (display_width(left) > at - 4)
        return "  " + std::string(left) + "\n" + std::string(at, ' ') + wrap(right, kWidth, at) +
               "\n";
    return head + wrap(right, kWidth, at) + "\n";
}

std::string options_block(std::span<const Option> options, Language language) {
    std::size_t widest = 0;
    for (const Option& option : options)
        widest = std::max(widest, display_width(option_names(option, language)));
    const std::size_t at = std::min<std::size_t>(widest + 4, 32);
    std::string out;
    for (const Option& option : options)
        out += two_columns(option_names(option, language), option.help.in(language), at);
    return out;
}

std::string examples_block(const Command& command, Language language) {
    std::string out = std::string(kExamplesTitle.in(language)) + "\n";
    for (const Example& example : command.examples) {
        std::string line = "  " + std::string(example.line);
        for (std::size_t at = 0; (at = line.find('\n', at)) != line.npos; at += 6)
            line.insert(at + 1, "      ");
        const std::string what = "# " + std::string(example.what.in(language));
        const bool beside = display_width(line) + 2 + display_width(what) <= kWidth;
        out += beside ? line + "  " + what + "\n" : "  " + what + "\n" + line + "\n";
    }
    return out;
}

std::string list_of(std::span<const Command* const> list, Language language) {
    std::size_t widest = 0;
    for (const Command* command : list) widest = std::max(widest, command->name.size());
    std::string out;
    for (const Command* command : list)
        out += two_columns(command->name, command->summary.in(language), widest + 4);
    return out;
}

constexpr std::string_view kNoBreak = "\u00A0";  // a blank at which wrap() does not break

std::string with_blanks(std::string text) {
    for (std::size_t at = 0; (at = text.find(kNoBreak, at)) != text.npos;)
        text.replace(at, kNoBreak.size(), " ");
    return text;
}

// The commands of a group on one line, those of a family joined: "space create|list". A joined word
// cannot be wrapped: a long family begins again.
std::string group_line(Group group) {
    constexpr std::size_t kLongest = 48;
    std::string out;
    std::string family;
    std::size_t begun = 0;  // of the joined word, in `out`
    for (const Command* command : commands()) {
        if (command->hidden || command->group != group) continue;
        const std::size_t space = command->name.find(' ');
        const std::string first(command->name.substr(0, space));
        if (space != command->name.npos && first == family && out.size() - begun < kLongest) {
            out += "|" + std::string(command->name.substr(space + 1));
            continue;
        }
        family = space != command->name.npos ? first : std::string();
        if (!out.empty()) out += ", ";
        begun = out.size();
        out += first;
        if (space != command->name.npos)
            out += std::string(kNoBreak) + std::string(command->name.substr(space + 1));
    }
    return out;
}

}  // namespace

std::string usage(const Command& command, Language language) {
    std::string line = "obhut " + std::string(command.name);
    for (const Option& option : command.options)
        if (option.required)
            line += " --" + std::string(option.name) + " " +
                    std::string(option.value_name.in(language));
    for (const Argument& argument : command.arguments) {
        std::string name(argument.name.in(language));
        if (argument.many) name += "…";
        line += argument.optional ? " [" + name + "]" : " " + name;
    }
    if (!command.options.empty()) line += " " + std::string(kOptionsWord.in(language));
    return line;
}

std::string overview(Language language) {
    std::string out = std::string(kTagline.in(language)) + "\n\n";
    out += std::string(kUsageTitle.in(language)) + " obhut " +
           std::string(kOptionsWord.in(language)) + " " + std::string(kCommandWord.in(language)) +
           " …\n\n";
    for (const Group group : {Group::begin, Group::people, Group::spaces, Group::files,
                              Group::history, Group::profile, Group::server, Group::help}) {
        out += "  " + pad_right(title_of(group).in(language), 12) +
               with_blanks(wrap(group_line(group), kWidth, 14)) + "\n";
    }
    std::string options(kGlobalTitle.in(language));
    for (const Option& option : global_options()) {
        std::string names = option_names(option, language);
        for (std::size_t at = 0; (at = names.find(' ', at)) != names.npos;)
            names.replace(at, 1, kNoBreak);
        options += (&option == &global_options().front() ? " " : ", ") + names;
    }
    out += "\n" + with_blanks(wrap(options, kWidth, 2)) + "\n";
    out += std::string(kExamplesTitle.in(language)) + "\n";
    out += "  obhut put brief.odt Akten:/\n  obhut ls -l Akten:/\n";
    return out + std::string(kMore.in(language)) + "\n";
}

std::string options_help(Language language) {
    return std::string(kGlobalTitle.in(language)) + "\n" +
           options_block(global_options(), language);
}

std::string all_commands(Language language) {
    std::string out;
    for (const Group group : {Group::begin, Group::people, Group::spaces, Group::files,
                              Group::history, Group::profile, Group::server, Group::help}) {
        std::vector<const Command*> list;
        for (const Command* command : commands())
            if (!command->hidden && command->group == group) list.push_back(command);
        out += (out.empty() ? "" : "\n") + std::string(title_of(group).in(language)) + "\n" +
               list_of(list, language);
    }
    return out;
}

std::string family_help(std::string_view word, Language language) {
    std::vector<const Command*> list;
    for (const Command* command : commands())
        if (!command->hidden && command->name.starts_with(std::string(word) + " "))
            list.push_back(command);
    return list.empty() ? std::string()
                        : list_of(list, language) + "\n" + std::string(kMore.in(language)) + "\n";
}

std::string command_help(const Command& command, Language language) {
    std::string out = std::string(command.summary.in(language)) + "\n\n";
    out += std::string(kUsageTitle.in(language)) + " " +
           wrap(usage(command, language), kWidth, display_width(kUsageTitle.in(language)) + 1) +
           "\n\n";
    out += wrap(command.description.in(language), kWidth, 0) + "\n\n";
    if (!command.options.empty())
        out += std::string(kOptionsTitle.in(language)) + "\n" +
               options_block(command.options, language) + "\n";
    out += examples_block(command, language) + "\n";
    return out + std::string(kGlobalHint.in(language)) + "\n";
}

std::string exit_code_help(Language language) {
    std::string out = std::string(kExitTitle.in(language)) + "\n";
    for (const ExitText& text : kExitTexts)
        out += "  " + pad_left(std::to_string(static_cast<int>(text.code)), 3) + "  " +
               std::string(text.meaning.in(language)) + "\n";
    return out;
}

std::string error_help(std::uint16_t number, Language language) {
    const ErrorText* text = find_error_text(number);
    if (text == nullptr) return {};
    std::string out = error_number(Error(Code{number, Kind::usage})) + ": " +
                      std::string(text->why.in(language)) + "\n\n";
    const auto part = [&](const Text& title, const Text& body) {
        out +=
            std::string(title.in(language)) + ":\n  " + wrap(body.in(language), kWidth, 2) + "\n";
    };
    part(kWhatItMeans, text->meaning);
    part(kWhatToDo, text->advice);
    return out;
}

}  // namespace obhut::cli
