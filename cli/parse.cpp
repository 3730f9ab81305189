#include "cli/parse.h"

#include <algorithm>

#include "cli/errors.h"
#include "core/base/check.h"

namespace obhut::cli {

namespace {

constexpr Text kMeant{"Did you mean “{0}”?", "Meinten Sie „{0}“?"};
constexpr Text kUsage{"“obhut {0} --help” shows how it is used.",
                      "„obhut {0} --help“ zeigt, wie er benutzt wird."};
constexpr Text kChoices{"Possible: {0}.", "Möglich: {0}."};

std::vector<std::string> names_of(std::span<const Option> options) {
    std::vector<std::string> names;
    for (const Option& option : options) names.push_back("--" + std::string(option.name));
    return names;
}

// Damerau's distance: inserting, dropping, replacing a letter or exchanging two neighbours counts
// one.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                cost[i][j] = i + j;
                continue;
            }
            const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    }
    return cost[a.size()][b.size()];
}

bool allows(std::string_view choices, std::string_view value) {
    const std::string bounded = "|" + std::string(choices) + "|";
    return value.find('|') == value.npos &&
           bounded.find("|" + std::string(value) + "|") != bounded.npos;
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
    std::string best;
    std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
    for (const std::string& candidate : candidates) {
        const bool begins = word.size() >= 2 && candidate.starts_with(word);
        const std::size_t away = begins ? 1 : distance(word, candidate);
        if (away >= least) continue;
        least = away;
        best = candidate;
    }
    return best;
}

// Parser holds what is known while the words are read from left to right.
class Parser {
public:
    Parser(std::span<const std::string> words, Language language)
        : words_(words), language_(language) {}

    Outcome<Invocation> run() {
        TRY_OUTCOME(read_before_command());
        if (at_ < words_.size()) TRY_OUTCOME(read_command());
        while (at_ < words_.size()) TRY_OUTCOME(read_word());
        result_.help = result_.help || result_.arguments.flag("help");
        // A command may have an option of that name (restore).
        result_.version = result_.command == nullptr && result_.arguments.flag("version");
        if (result_.command != nullptr && !result_.help && !result_.version)
            TRY_OUTCOME(check_complete());
        return std::move(result_);
    }

private:
    Outcome<> read_before_command() {
        while (at_ < words_.size() && words_[at_].starts_with('-')) TRY_OUTCOME(read_option());
        return {};
    }

    // Takes the longest name in the table that the words begin with.
    Outcome<> read_command() {
        const std::string first = words_[at_];
        const std::string second =
            at_ + 1 < words_.size() ? first + " " + words_[at_ + 1] : std::string();
        if (const Command* found = second.empty() ? nullptr : find_command(second)) {
            result_.command = found;
            at_ += 2;
        } else if (const Command* single = find_command(first)) {
            result_.command = single;
            at_ += 1;
        } else {
            return read_family(first, second);
        }
        return {};
    }

    // "obhut space" names several commands: their help is wanted, unless a wrong word follows.
    Outcome<> read_family(const std::string& first, const std::string& second) {
        std::vector<std::string> family;
        std::vector<std::string> all;
        for (const Command* command : commands()) {
            if (command->hidden) continue;
            const std::string word(command->name.substr(0, command->name.find(' ')));
            if (std::ranges::find(all, word) == all.end()) all.push_back(word);
            all.emplace_back(command->name);
            if (command->name.starts_with(first + " ")) family.emplace_back(command->name);
        }
        const bool word_follows = !second.empty() && !words_[at_ + 1].starts_with('-');
        if (family.empty() || word_follows) {
            const std::string& given = family.empty() ? first : second;
            const std::string meant = nearest(given, family.empty() ? all : family);
            return fail_about(given, errors::command_unknown,
                              meant.empty() ? "" : say(kMeant, language_, {meant}));
        }
        result_.topic = first;
        result_.help = true;
        at_ += 1;
        return {};
    }

    Outcome<> read_word() {
        const std::string& word = words_[at_];
        if (!only_arguments_ && word == "--") {
            only_arguments_ = true;
            ++at_;
            return {};
        }
        if (!only_arguments_ && word.size() > 1 && word.starts_with('-')) return read_option();
        ++at_;
        if (result_.command == nullptr) return {};
        const auto& arguments = result_.command->arguments;
        const bool takes_more =
            !arguments.empty() && (result_.arguments.texts_.size() < arguments.size() ||
                                   std::ranges::any_of(arguments, &Argument::many));
        if (!takes_more) return fail_about(word, errors::argument_excess, usage_advice());
        result_.arguments.texts_.push_back(word);
        return {};
    }

    Outcome<> read_option() { return words_[at_].starts_with("--") ? read_long() : read_letters(); }

    Outcome<> read_long() {
        const std::string word = words_[at_++];
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const Option* option = nullptr;
        for (const auto options : {own_options(), global_options()})
            for (const Option& candidate : options)
                if (name.substr(2) == candidate.name)
                    option = option == nullptr ? &candidate : option;
        if (option == nullptr) return unknown_option(name);
        if (option->value == Value::none && equals != word.npos)
            return fail_about(name, errors::option_takes_none);
        if (equals != word.npos) return store(*option, word.substr(equals + 1));
        return take_value(*option);
    }

    // A cluster of letters; the first one that takes a value takes the rest of the word as it.
    Outcome<> read_letters() {
        const std::string word = words_[at_++];
        for (std::size_t i = 1; i < word.size(); ++i) {
            const Option* option = nullptr;
            for (const auto options : {own_options(), global_options()})
                for (const Option& candidate : options)
                    if (candidate.letter == word[i])
                        option = option == nullptr ? &candidate : option;
            if (option == nullptr) return unknown_option(std::string("-") + word[i]);
            if (option->value == Value::none) {
                TRY_OUTCOME(store(*option, ""));
                continue;
            }
            return i + 1 < word.size() ? store(*option, word.substr(i + 1)) : take_value(*option);
        }
        return {};
    }

    Outcome<> take_value(const Option& option) {
        if (option.value == Value::none) return store(option, "");
        if (at_ >= words_.size())
            return fail_about("--" + std::string(option.name), errors::option_needs_value);
        return store(option, words_[at_++]);
    }

    Outcome<> store(const Option& option, std::string value) {
        if (option.value == Value::choice && !allows(option.choices, value))
            return fail_about("--" + std::string(option.name) + " " + value,
                              errors::value_malformed_here, choices_advice(option.choices));
        result_.arguments.options_[std::string(option.name)] = std::move(value);
        return {};
    }

    Outcome<> check_complete() {
        const Command& command = *result_.command;
        const auto& given = result_.arguments.texts_;
        std::size_t needed = 0;
        for (const Argument& argument : command.arguments) needed += argument.optional ? 0 : 1;
        if (given.size() < needed) {
            const Argument& next = command.arguments[given.size()];
            return fail_about(next.name.in(language_), errors::argument_missing, usage_advice());
        }
        for (std::size_t i = 0; i < std::min(given.size(), command.arguments.size()); ++i) {
            const Argument& argument = command.arguments[i];
            if (argument.value == Value::choice && !allows(argument.choices, given[i]))
                return fail_about(given[i], errors::value_malformed_here,
                                  choices_advice(argument.choices));
        }
        for (const Option& option : command.options)
            if (option.required && !result_.arguments.flag(option.name))
                return fail_about("--" + std::string(option.name), errors::option_missing,
                                  usage_advice());
        return {};
    }

    std::span<const Option> own_options() const {
        return result_.command != nullptr ? result_.command->options : std::span<const Option>();
    }

    std::unexpected<Failure> unknown_option(const std::string& name) {
        std::vector<std::string> names = names_of(own_options());
        for (const std::string& global : names_of(global_options())) names.push_back(global);
        const std::string meant = nearest(name, names);
        return fail_about(name, errors::option_unknown,
                          meant.empty() ? usage_advice() : say(kMeant, language_, {meant}));
    }

    std::string usage_advice() const {
        return result_.command == nullptr ? "" : say(kUsage, language_, {result_.command->name});
    }

    std::string choices_advice(std::string_view choices) const {
        std::string list;
        for (const char c : choices) list += c == '|' ? std::string(", ") : std::string(1, c);
        return say(kChoices, language_, {list});
    }

    std::span<const std::string> words_;
    Language language_;
    std::size_t at_ = 0;
    bool only_arguments_ = false;
    Invocation result_;
};

Outcome<Invocation> parse(std::span<const std::string> words, Language language) {
    return Parser(words, language).run();
}

const std::string& Arguments::text(std::size_t index) const {
    CHECK(index < texts_.size());
    return texts_[index];
}

std::optional<std::string> Arguments::value(std::string_view option) const {
    const auto found = options_.find(option);
    if (found == options_.end()) return std::nullopt;
    return found->second;
}

}  // namespace obhut::cli
