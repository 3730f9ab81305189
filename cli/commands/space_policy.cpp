// obhut space policy SPACE [--versions DAYS] [--daily DAYS] [--trash DAYS] [--links end|keep]
#include <charconv>

#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr std::uint32_t kMaxDays = 36500;
constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}};
constexpr Text kDaysWord{"DAYS", "TAGE"};
constexpr Option kOptions[]{
    {.name = "versions",
     .value = Value::text,
     .value_name = kDaysWord,
     .help = {"keep every older version so long", "so lange jede ältere Fassung behalten"}},
    {.name = "daily",
     .value = Value::text,
     .value_name = kDaysWord,
     .help = {"then one a day so long, then one a month",
              "danach so lange eine am Tag, dann eine im Monat"}},
    {.name = "trash",
     .value = Value::text,
     .value_name = kDaysWord,
     .help = {"keep what was removed so long", "so lange Gelöschtes behalten"}},
    {.name = "links",
     .value = Value::text,
     .value_name = {"end|keep", "end|keep"},
     .help = {"what becomes of links that somebody knows who is removed",
              "was aus Links wird, die jemand kennt, der entfernt wird"}},
};
constexpr Text kDays{"A number of days from 0 to 36500.", "Eine Zahl von Tagen von 0 bis 36500."};
constexpr Text kShown{"All versions {0} days, one a day {1} days, trash {2} days.",
                      "Alle Fassungen {0} Tage, eine am Tag {1} Tage, Papierkorb {2} Tage."};
constexpr Text kLinksWords{"Either end or keep.", "Entweder end oder keep."};
constexpr Text kLinksEnd{"Links that somebody knows who is removed end.",
                         "Links, die jemand kennt, der entfernt wird, enden."};
constexpr Text kLinksStay{"Links that somebody knows who is removed stay open.",
                          "Links, die jemand kennt, der entfernt wird, bleiben offen."};

Outcome<bool> read_links(Context& context, const Arguments& arguments, bool& keep) {
    const auto text = arguments.value("links");
    if (!text) return false;
    if (*text != "end" && *text != "keep")
        return fail_about("--links " + *text, errors::value_malformed_here,
                          context.say(kLinksWords));
    keep = *text == "keep";
    return true;
}

Outcome<bool> read_days(Context& context, const Arguments& arguments, std::string_view option,
                        std::uint32_t& days) {
    const auto text = arguments.value(option);
    if (!text) return false;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), days);
    if (error != std::errc() || end != text->data() + text->size() || days > kMaxDays)
        return fail_about("--" + std::string(option) + " " + *text, errors::value_malformed_here,
                          context.say(kDays));
    return true;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.text(0);
    client::Space* space = TRY_OUTCOME(context.space(name));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    client::SpacePolicy policy = ATTEMPT(name, engine->space_policy(space->id()));
    bool changed = TRY_OUTCOME(read_days(context, arguments, "versions", policy.all_versions));
    changed |= TRY_OUTCOME(read_days(context, arguments, "daily", policy.daily_versions));
    changed |= TRY_OUTCOME(read_days(context, arguments, "trash", policy.trash));
    changed |= TRY_OUTCOME(read_links(context, arguments, policy.keep_links));
    if (changed) ATTEMPT(name, engine->set_space_policy(space->id(), policy));
    JsonObject object;
    object.text("space", space->id().hex()).number("versions", policy.all_versions);
    object.number("daily", policy.daily_versions).number("trash", policy.trash);
    object.text("links", policy.keep_links ? "keep" : "end");
    context.output().object(object);
    context.output().line(
        context.say(kShown, {std::to_string(policy.all_versions),
                             std::to_string(policy.daily_versions), std::to_string(policy.trash)}));
    context.output().line(context.say(policy.keep_links ? kLinksStay : kLinksEnd));
    return {};
}

}  // namespace

const Command kSpacePolicy{
    .name = "space policy",
    .group = Group::spaces,
    .summary = {"show or set how long a space keeps things",
                "zeigen oder festlegen, wie lange ein Bereich aufbewahrt"},
    .description =
        {"The programs of the members let go what is older, a little with every change: versions "
         "when their file changes, the trash when something is removed, the rest once a day. A "
         "wrong clock lets nothing go. Without options it only shows.",
         "Was älter ist, lassen die Programme der Mitglieder gehen, mit jeder Änderung ein wenig: "
         "Fassungen, wenn ihre Datei sich ändert, den Papierkorb, wenn etwas entfernt wird, den "
         "Rest einmal am Tag. Eine falsche Uhr lässt nichts gehen. Ohne Optionen wird nur "
         "gezeigt."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut space policy Akten", {"show", "zeigen"}},
                  {"obhut space policy Akten --trash 90",
                   {"keep the trash longer", "den Papierkorb länger behalten"}}}},
    .run = run,
};

}  // namespace obhut::cli
