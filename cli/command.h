// The command table: what each command is called, takes and does. Parsing, help, man pages and
// shell completion all read it; none of them knows a command by name. One file per command:
// cli/commands/.
#pragma once

#include <array>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/exit.h"
#include "cli/messages/text.h"
#include "cli/output/output.h"

namespace obhut::cli {

class Context;

// Outcome is a Result whose error says what it was about.
template <class T = void>
using Outcome = std::expected<T, Failure>;

// What a value is; for completion and checking.
enum class Value : std::uint8_t { none, text, file, folder, space, space_path, choice };

struct Argument {
    Text name;  // as the usage line shows it: "SPACE"
    Value value = Value::text;
    bool optional = false;
    bool many = false;
    std::string_view choices = {};  // "list|of|words", with Value::choice
};

struct Option {
    std::string_view name;  // without the hyphens
    char letter = 0;
    Value value = Value::none;
    Text value_name{"-", "–"};  // as the help shows it: "FILE"
    Text help;
    bool required = false;
    std::string_view choices = {};
};

struct Example {
    std::string_view line;
    Text what;
};

enum class Group : std::uint8_t { begin, people, spaces, files, history, profile, server, help };

// Arguments are what one call gave, checked against the command's table.
class Arguments {
public:
    std::size_t count() const { return texts_.size(); }
    // text gives the argument at an index that the command requires.
    const std::string& text(std::size_t index) const;
    const std::vector<std::string>& texts() const { return texts_; }
    std::optional<std::string> value(std::string_view option) const;
    bool flag(std::string_view option) const { return options_.contains(option); }

private:
    friend class Parser;
    std::vector<std::string> texts_;
    std::map<std::string, std::string, std::less<>> options_;
};

struct Command {
    std::string_view name;  // one or two words
    Group group;
    Text summary;      // one line
    Text description;  // a few lines
    std::span<const Argument> arguments;
    std::span<const Option> options;
    std::array<Example, 2> examples;
    Outcome<> (*run)(Context& context, const Arguments& arguments);
    bool hidden = false;
};

// commands is the table, in the order of the help.
std::span<const Command* const> commands();
// global_options come with every command.
std::span<const Option> global_options();
const Text& title_of(Group group);

// find_command by its full name; nullptr if there is none.
const Command* find_command(std::string_view name);

}  // namespace obhut::cli

// ATTEMPT(what, expression) is the value of a Result, or returns its error from the enclosing
// function as a Failure about `what`. For Outcomes use TRY_OUTCOME.
#define ATTEMPT(about, ...)                                                           \
    ({                                                                                \
        auto obhut_result = (__VA_ARGS__);                                            \
        if (!obhut_result) [[unlikely]]                                               \
            return std::unexpected<::obhut::cli::Failure>(                            \
                ::obhut::cli::Failure{std::string(about), obhut_result.error(), {}}); \
        ::obhut::detail::take(obhut_result);                                          \
    })

#define TRY_OUTCOME(...)                                                                     \
    ({                                                                                       \
        auto obhut_outcome = (__VA_ARGS__);                                                  \
        if (!obhut_outcome) [[unlikely]]                                                     \
            return std::unexpected<::obhut::cli::Failure>(std::move(obhut_outcome).error()); \
        ::obhut::cli::take_outcome(obhut_outcome);                                           \
    })

namespace obhut::cli {

template <class T>
T take_outcome(Outcome<T>& outcome) {
    if constexpr (!std::is_void_v<T>) return std::move(*outcome);
}

inline std::unexpected<Failure> fail_about(std::string_view what, Code code,
                                           std::string advice = {}) {
    return std::unexpected<Failure>(Failure{std::string(what), Error(code), std::move(advice)});
}
inline std::unexpected<Failure> fail_about(std::string_view what, Error error) {
    return std::unexpected<Failure>(Failure{std::string(what), error, {}});
}

}  // namespace obhut::cli
