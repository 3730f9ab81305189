// obhut server quota FOLDER [--user SIZE] [--space SIZE]
#include <sstream>

#include "cli/commands/all.h"
#include "cli/local/server_program.h"
#include "platform/file.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kMaxConfig = 1U << 20;
constexpr Argument kArguments[]{{.name = kFolderWord, .value = Value::folder}};
constexpr Text kSizeWord{"SIZE", "GRÖSSE"};
constexpr Option kOptions[]{
    {.name = "user",
     .value = Value::text,
     .value_name = kSizeWord,
     .help = {"for all spaces of one person (200GB; 0: no limit)",
              "für alle Bereiche einer Person (200GB; 0: keine Grenze)"}},
    {.name = "space",
     .value = Value::text,
     .value_name = kSizeWord,
     .help = {"for one space (50GB; 0: no limit)", "für einen Bereich (50GB; 0: keine Grenze)"}},
};
constexpr Text kSizes{"A size is a number with a unit: 500MB, 200GB, 0.",
                      "Eine Größe ist eine Zahl mit Einheit: 500MB, 200GB, 0."};
constexpr Text kReload{"A running obhutd takes it with the signal HUP.",
                       "Ein laufender obhutd übernimmt es mit dem Signal HUP."};
constexpr Text kOrganisation{"the organisation", "die Organisation"};
constexpr Text kNone{"none", "keine"};

bool is_size(const std::string& text) {
    const std::size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0) return false;
    const std::string unit = digits == text.npos ? "" : text.substr(digits);
    return unit.empty() || unit == "KB" || unit == "MB" || unit == "GB" || unit == "TB";
}

// The settings with one of them set: its line replaced, or a new one in front, where no section of
// the file has begun.
std::string with_setting(const std::string& config, const std::string& key,
                         const std::string& value) {
    std::string out;
    bool is_set = false;
    std::istringstream lines(config);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t name = line.find_first_not_of(" \t");
        const bool is_it = name != line.npos && line.compare(name, key.size(), key) == 0 &&
                           line.find_first_not_of(" \t", name + key.size()) == line.find('=');
        if (is_it && is_set) continue;
        out += (is_it ? key + " = \"" + value + "\"" : line) + "\n";
        is_set = is_set || is_it;
    }
    return is_set ? out : key + " = \"" + value + "\"\n" + out;
}

Outcome<> set_limits(Context& context, const std::string& folder, const Arguments& arguments) {
    const std::string file = server_config(folder);
    if (file.empty()) return fail_about(folder, errors::no_server_config);
    const Bytes bytes = ATTEMPT(file, platform::read_file(file, kMaxConfig));
    std::string config(as_text(bytes));
    for (const char* option : {"user", "space"}) {
        const auto value = arguments.value(option);
        if (!value) continue;
        if (!is_size(*value))
            return fail_about("--" + std::string(option) + " " + *value,
                              errors::value_malformed_here, context.say(kSizes));
        config = with_setting(config, std::string(option) + "-quota", *value);
    }
    ATTEMPT(file, platform::write_file(file, as_bytes(config)));
    context.output().hint(context.say(kReload));
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& folder = arguments.text(0);
    if (arguments.value("user") || arguments.value("space"))
        TRY_OUTCOME(set_limits(context, folder, arguments));
    Table table({{{"Charged to", "Gerechnet auf"}},
                 {{"Spaces", "Bereiche"}, Align::right},
                 {{"Bytes", "Bytes"}, Align::right},
                 {{"Of these trash", "Davon Papierkorb"}, Align::right},
                 {{"Limit", "Grenze"}, Align::right}});
    const auto size = [&](std::uint64_t bytes) { return format_size(bytes, context.language()); };
    for (const Said& said : TRY_OUTCOME(ask_server(folder, {"--quota"}))) {
        const std::string owner = said.text("owner");
        const std::uint64_t total = said.number("live") + said.number("trash");
        const std::uint64_t limit = said.number("limit");
        context.output().object(JsonObject()
                                    .text("owner", owner)
                                    .number("spaces", said.number("spaces"))
                                    .number("bytes", total)
                                    .number("trash", said.number("trash"))
                                    .number("limit", limit)
                                    .number("space_limit", said.number("space_limit")));
        table.row({owner == "organisation" ? context.say(kOrganisation) : owner,
                   format_count(said.number("spaces"), context.language()), size(total),
                   size(said.number("trash")), limit == 0 ? context.say(kNone) : size(limit)});
    }
    context.output().table(table);
    return {};
}

}  // namespace

const Command kServerQuota{
    .name = "server quota",
    .group = Group::server,
    .summary = {"show who is charged for how much, and set limits",
                "zeigen, wem wie viel angerechnet wird, und Grenzen setzen"},
    .description =
        {"Persons are named by their ids, as “obhut people --json” shows them: the server knows no "
         "names. Limits go into obhutd.toml. Over a limit nothing is added; removing, restoring "
         "and emptying the trash go on.",
         "Personen heißen nach ihren Kennungen aus „obhut people --json“: Namen kennt der Server "
         "nicht. Grenzen kommen in obhutd.toml. Über einer Grenze kommt nichts hinzu; Entfernen, "
         "Wiederherstellen und Papierkorbleeren gehen weiter."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut server quota /srv/obhut", {"show", "zeigen"}},
                  {"obhut server quota /srv/obhut --user 200GB", {"set", "festlegen"}}}},
    .run = run,
};

}  // namespace obhut::cli
