#include "cli/help.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <unistd.h>

#include "cli/output/format.h"
#include "tests/support/test.h"

namespace obhut::cli {
namespace {

constexpr std::size_t kScreenLines = 24;
constexpr std::size_t kScreenColumns = 80;

void fits_a_screen(const std::string& name, const std::string& text, bool in_height = true) {
    std::size_t lines = 0;
    for (std::size_t at = 0; at < text.size(); ++lines) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string line = text.substr(at, end - at);
        if (display_width(line) > kScreenColumns)
            test::report_failure(__FILE__, __LINE__, name + ": too wide: " + line);
        at = end + 1;
    }
    if (in_height && lines > kScreenLines)
        test::report_failure(__FILE__, __LINE__,
                             name + ": " + std::to_string(lines) + " lines\n" + text);
}

TEST(every_help_fits_a_screen_in_both_languages) {
    for (const Language language : {Language::english, Language::german}) {
        fits_a_screen("overview", overview(language));
        fits_a_screen("options", options_help(language));
        EXPECT(overview(language).find("--passphrase-file") != std::string::npos);
        EXPECT(overview(language).find("space list|create") != std::string::npos);
        fits_a_screen("all", all_commands(language), false);
        for (const Command* command : commands())
            fits_a_screen(std::string(command->name), command_help(*command, language));
    }
}

TEST(every_command_has_two_examples_of_itself) {
    for (const Command* command : commands()) {
        for (const Example& example : command->examples) {
            EXPECT(!example.line.empty());
            const std::string help = command_help(*command, Language::german);
            EXPECT(help.find(example.line.substr(0, example.line.find('\n'))) != help.npos);
        }
        EXPECT(command->examples[0].line.find("obhut " + std::string(command->name)) !=
               std::string_view::npos);
    }
}

TEST(names_and_letters_are_unique) {
    std::set<std::string_view> names;
    for (const Command* command : commands()) {
        EXPECT(names.insert(command->name).second);
        std::set<std::string_view> options;
        std::set<char> letters;
        for (const auto list : {command->options, global_options()}) {
            for (const Option& option : list) {
                const bool replaces = command->name == "restore" && option.name == "version";
                EXPECT(options.insert(option.name).second || replaces);
                EXPECT(option.letter == 0 || letters.insert(option.letter).second);
            }
        }
    }
}

TEST(the_commands_of_the_task_are_there) {
    for (const char* name : {"org create",
                             "invite",
                             "join",
                             "kit",
                             "signin",
                             "device list",
                             "device add",
                             "people",
                             "space create",
                             "space list",
                             "space members",
                             "space share",
                             "space unshare",
                             "space rename",
                             "put",
                             "get",
                             "cat",
                             "ls",
                             "tree",
                             "mkdir",
                             "mv",
                             "cp",
                             "rm",
                             "trash list",
                             "trash restore",
                             "history",
                             "restore",
                             "diff",
                             "unlock",
                             "lock",
                             "log",
                             "verify",
                             "export",
                             "status",
                             "server init"}) {
        if (find_command(name) == nullptr)
            test::report_failure(__FILE__, __LINE__, std::string("no command ") + name);
    }
}

TEST(errors_and_exit_codes_are_explained) {
    const std::string help = error_help(853, Language::german);
    EXPECT(help.starts_with("E-0853: nicht genug Platz"));
    EXPECT(help.find("Was zu tun ist:") != help.npos);
    EXPECT(error_help(9999, Language::english).empty());
    EXPECT(exit_code_help(Language::english).find("130  interrupted") != std::string::npos);
}

// Runs a checker on a text, if it is installed.
void passes(const std::string& checker, const std::string& text) {
    const std::string path = "/tmp/obhut-help-" + std::to_string(::getpid());
    std::ofstream(path) << text;
    EXPECT_EQ(std::system((checker + " " + path + " > /dev/null").c_str()), 0);
    std::remove(path.c_str());
}

TEST(shell_completion_is_valid) {
    const std::string bash = completion(Shell::bash, Language::english);
    passes("bash -n", bash);
    EXPECT(bash.find("reader editor manager") != bash.npos);
    const std::string fish = completion(Shell::fish, Language::german);
    EXPECT(fish.find("-a share") != fish.npos);
}

TEST(bash_completes_commands_and_choices) {
    const std::string path = "/tmp/obhut-completion-" + std::to_string(::getpid());
    std::ofstream(path) << completion(Shell::bash, Language::english);
    const auto completes = [&](const std::string& words, int index, const std::string& expected) {
        const std::string script = ". " + path + "; COMP_WORDS=(" + words +
                                   "); COMP_CWORD=" + std::to_string(index) +
                                   "; _obhut; [ \"${COMPREPLY[*]}\" = '" + expected + "' ]";
        EXPECT_EQ(std::system(("bash -c '" + std::string() + "' && bash -c \"$(cat <<'END'\n" +
                               script + "\nEND\n)\"")
                                  .c_str()),
                  0);
    };
    completes("obhut spa", 1, "space");
    completes("obhut space cr", 2, "create");
    completes("obhut --profile x space sh", 4, "share");
    completes("obhut space share a b --role ma", 6, "manager");
    completes("obhut completion z", 2, "zsh");
    // What stands behind a colon is in a space: nothing of this computer's root is offered.
    completes("obhut ls Akten : /", 4, "");
    std::remove(path.c_str());
}

TEST(bash_completes_names_of_files_whole_and_commands_as_they_are) {
    if (std::system("script -qec true /dev/null >/dev/null 2>&1") != 0)
        SKIP("no terminal can be opened (/dev/pts)");
    const std::string folder = "/tmp/obhut-completion-folder-" + std::to_string(::getpid());
    std::filesystem::create_directories(folder + "/people");  // called like a command
    std::ofstream(folder + "/zwei Worte.odt") << "x";
    std::ofstream(folder + "/completion") << completion(Shell::bash, Language::english);
    std::ofstream(folder + "/begin") << ". ./completion\nobhut() { printf '[%s]' \"$@\" >got; }\n";
    // A shell on a terminal: it decides by itself what becomes of an answer.
    const auto typed = [&](const std::string& keys) {
        const std::string command = "cd " + folder + " && printf '. ./begin\\n" + keys +
                                    "\\nexit\\n' | script -qec 'bash --norc --noprofile -i' "
                                    "/dev/null >/dev/null 2>&1";
        EXPECT_EQ(std::system(command.c_str()), 0);
        std::stringstream text;
        text << std::ifstream(folder + "/got").rdbuf();
        return text.str();
    };
    EXPECT_EQ(typed("obhut peop\\t x"), "[people][x]");
    EXPECT_EQ(typed("obhut put zwei\\t x"), "[put][zwei Worte.odt][x]");
    std::filesystem::remove_all(folder);
}

TEST(man_pages_are_well_formed) {
    for (const Language language : {Language::english, Language::german}) {
        const std::string page = man_page(nullptr, language);
        EXPECT(page.starts_with(".TH OBHUT 1"));
        for (const Command* command : commands()) {
            const std::string own = man_page(command, language);
            EXPECT(own.find(language == Language::german ? ".SH BEISPIELE" : ".SH EXAMPLES") !=
                   own.npos);
        }
    }
    if (std::system("command -v groff >/dev/null 2>&1") != 0) SKIP("groff is not installed");
    passes("groff -man -Kutf8 -Tutf8 -ww -z 2>&1 | (! grep -q .) && true",
           man_page(nullptr, Language::german));
}

}  // namespace
}  // namespace obhut::cli
