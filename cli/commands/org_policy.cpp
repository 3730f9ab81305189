// obhut org policy [--oldest-client VERSION]
#include <charconv>

#include "cli/commands/all.h"
#include "core/base/version.h"

namespace obhut::cli {

namespace {

constexpr Option kOptions[]{
    {.name = "oldest-client",
     .value = Value::text,
     .value_name = {"VERSION", "VERSION"},
     .help = {"older programs may not write any more; never lowered",
              "ältere Programme dürfen nicht mehr schreiben; wird nie herabgesetzt"}},
};
constexpr Text kVersionWord{"A version such as 0.1.0.", "Eine Version wie 0.1.0."};
constexpr Text kShown{"The oldest program that may write is {0}.",
                      "Das älteste Programm, das schreiben darf, ist {0}."};
constexpr Text kAny{"Programs of every version may write.",
                    "Programme jeder Version dürfen schreiben."};

std::string text_of(std::uint32_t version) {
    return std::to_string(version >> 16) + "." + std::to_string(version >> 8 & 0xFF) + "." +
           std::to_string(version & 0xFF);
}

// Three numbers, the last two below 256.
std::optional<std::uint32_t> parse_version(std::string_view text) {
    std::uint32_t parts[3] = {};
    const char* at = text.data();
    const char* const end = at + text.size();
    for (int i = 0; i < 3; ++i) {
        const auto [next, error] = std::from_chars(at, end, parts[i]);
        const bool last = i == 2;
        if (error != std::errc() || parts[i] > 0xFF || (next == end) != last) return std::nullopt;
        if (!last && *next != '.') return std::nullopt;
        at = last ? next : next + 1;
    }
    return make_version(parts[0], parts[1], parts[2]);
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const auto word = arguments.value("oldest-client");
    const auto wanted = word ? parse_version(*word) : std::nullopt;
    if (word && !wanted)
        return fail_about("--oldest-client " + *word, errors::value_malformed_here,
                          context.say(kVersionWord));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    if (wanted) ATTEMPT(*word, engine->set_oldest_client(*wanted));
    if (!wanted) ATTEMPT("", engine->catch_up());
    const std::uint32_t oldest = engine->status().oldest_client;
    context.output().object(JsonObject().text("oldest_client", text_of(oldest)));
    context.output().line(oldest == 0 ? context.say(kAny) : context.say(kShown, {text_of(oldest)}));
    return {};
}

}  // namespace

const Command kOrgPolicy{
    .name = "org policy",
    .group = Group::begin,
    .summary = {"show or set what holds for the whole organisation",
                "zeigen oder festlegen, was für die ganze Organisation gilt"},
    .description = {"An administrator names the oldest version of Obhut that may write, for "
                    "example once a flaw was closed. Older programs can still read, and say that "
                    "they have to be replaced.",
                    "Die Administration nennt die älteste Version von Obhut, die schreiben darf, "
                    "etwa wenn eine Lücke geschlossen wurde. Ältere Programme können noch lesen "
                    "und sagen, dass sie ersetzt werden müssen."},
    .arguments = {},
    .options = kOptions,
    .examples = {{{"obhut org policy", {"shows it", "zeigt sie"}},
                  {"obhut org policy --oldest-client 0.1.0",
                   {"older programs only read", "ältere Programme lesen nur"}}}},
    .run = run,
};

}  // namespace obhut::cli
