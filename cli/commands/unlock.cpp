// obhut unlock [--for TIME]
#include "cli/agent/agent.h"
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Millis kDefaultIdle = kHour;
constexpr Option kOptions[]{
    {.name = "for",
     .value = Value::text,
     .value_name = {"SPAN", "SPANNE"},
     .help = {"forget the key after so much time unused: 30m, 8h, 1d (1h)",
              "den Schlüssel vergessen, wenn er so lange ruht: 30m, 8h, 1d (1h)"}},
};
constexpr Text kDone{"Unlocked until unused for {0}. “obhut lock” locks at once.",
                     "Entsperrt, bis er {0} nicht benutzt wurde. „obhut lock“ sperrt sofort."};
constexpr Text kSpans{"A span is written 30m, 8h, 1d.", "Eine Spanne lautet 30m, 8h, 1d."};

Outcome<Millis> span_of(Context& context, const Arguments& arguments) {
    const auto text = arguments.value("for");
    if (!text) return kDefaultIdle;
    constexpr Millis kBase = 1000 * 365 * kDay;
    Millis time = 0;
    if (text->find('-') != text->npos || !parse_time(*text, kBase, time) || time >= kBase)
        return fail_about("--for " + *text, errors::value_malformed_here, context.say(kSpans));
    return kBase - time;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const Millis idle = TRY_OUTCOME(span_of(context, arguments));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const WrapKey key = ATTEMPT("unlock", engine->profile_key());
    ATTEMPT("unlock", keep_in_agent(context.settings().profile, key, idle));
    context.output().object(JsonObject()
                                .text("profile", context.settings().profile)
                                .flag("unlocked", true)
                                .number("idle_seconds", idle / kSecond));
    context.output().summary(context.say(kDone, {format_duration(idle, context.language())}));
    return {};
}

}  // namespace

const Command kUnlock{
    .name = "unlock",
    .group = Group::profile,
    .summary = {"keep the profile unlocked for a while",
                "das Profil für eine Weile entsperrt halten"},
    .description = {"A small agent keeps the profile's key in memory, for programs of yours on "
                    "this computer only, until it was not used for "
                    "the time given.",
                    "Ein kleiner Agent hält den Schlüssel des Profils im Speicher, nur für Ihre "
                    "Programme auf diesem Rechner, bis er die "
                    "angegebene Zeit nicht benutzt wurde."},
    .arguments = {},
    .options = kOptions,
    .examples = {{{"obhut unlock", {"for an hour without use", "bis zu einer Stunde Ruhe"}},
                  {"obhut unlock --for 8h", {"for a working day", "für einen Arbeitstag"}}}},
    .run = run,
};

}  // namespace obhut::cli
