// obhut space policy SPACE [--versions DAYS] [--daily DAYS] [--monthly DAYS|ever] [--trash DAYS]
//     [--links end|keep] [--owner PERSON|organisation] [--limit SIZE|none]
#include <charconv>

#include "cli/commands/all.h"
#include "client/spaces/charge.h"

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
    {.name = "monthly",
     .value = Value::text,
     .value_name = {"DAYS|ever", "TAGE|ever"},
     .help = {"one a month so long; without: for ever",
              "eine im Monat so lange; ohne Angabe: für immer"}},
    {.name = "trash",
     .value = Value::text,
     .value_name = kDaysWord,
     .help = {"keep what was removed so long", "so lange Gelöschtes behalten"}},
    {.name = "links",
     .value = Value::text,
     .value_name = {"end|keep", "end|keep"},
     .help = {"what becomes of links that a removed member knows",
              "was aus Links wird, die Entfernte kennen"}},
    {.name = "owner",
     .value = Value::text,
     .value_name = {"PERSON|organisation", "PERSON|organisation"},
     .help = {"whose quota the space counts for", "auf wessen Kontingent der Bereich zählt"}},
    {.name = "limit",
     .value = Value::text,
     .value_name = {"SIZE|none", "GRÖSSE|none"},
     .help = {"how much the space may take (20GB)", "wie viel der Bereich belegen darf (20GB)"}},
};
constexpr std::string_view kNoLimit = "none";
constexpr Text kSizeForm{"A size is a number with a unit, 500MB or 20GB; or none.",
                         "Eine Größe ist eine Zahl mit Einheit, 500MB oder 20GB; oder none."};
constexpr Text kLimited{"It may take {0}, versions and trash included.",
                        "Er darf {0} belegen, Fassungen und Papierkorb eingeschlossen."};
constexpr std::string_view kOrganisation = "organisation";
constexpr Text kOwned{"It counts for the quota of {0}: {1}.",
                      "Er zählt auf das Kontingent von {0}: {1}."};
constexpr Text kOrganisationOwns{"It counts for nobody's quota but the organisation's: {0}.",
                                 "Er zählt auf kein Kontingent außer dem der Organisation: {0}."};
constexpr Text kDays{"A number of days from 0 to 36500.", "Eine Zahl von Tagen von 0 bis 36500."};
constexpr Text kShown{"All versions {0} days, one a day {1} days, trash {2} days.",
                      "Alle Fassungen {0} Tage, eine am Tag {1} Tage, Papierkorb {2} Tage."};
constexpr std::string_view kEver = "ever";
constexpr Text kMonthly{"One a month {0} days.", "Eine im Monat {0} Tage."};
constexpr Text kMonthlyEver{"One a month for ever.", "Eine im Monat für immer."};
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

Outcome<bool> read_monthly(Context& context, const Arguments& arguments,
                           std::optional<std::uint32_t>& days) {
    const auto text = arguments.value("monthly");
    if (!text) return false;
    if (*text == kEver) {
        days.reset();
        return true;
    }
    return read_days(context, arguments, "monthly", days.emplace());
}

// Names another owner, if one is asked for who is not it.
Outcome<> change_owner(client::Engine& engine, client::Space& space, const Arguments& arguments) {
    const auto text = arguments.value("owner");
    if (!text) return {};
    std::optional<UserId> owner;
    if (*text != kOrganisation) owner = ATTEMPT(*text, engine.find_person(*text)).id;
    if (owner != client::owner_of(space)) ATTEMPT(*text, client::set_owner(space, owner));
    return {};
}

// Sets another limit, if one is asked for that it does not have.
Outcome<> change_limit(Context& context, client::Space& space, const Arguments& arguments) {
    const auto text = arguments.value("limit");
    if (!text) return {};
    std::optional<std::uint64_t> limit;
    if (*text != kNoLimit) {
        limit = parse_size(*text);
        if (!limit)
            return fail_about("--limit " + *text, errors::value_malformed_here,
                              context.say(kSizeForm));
    }
    if (limit != client::limit_of(space)) ATTEMPT(*text, client::set_limit(space, limit));
    return {};
}

// Whose quota it counts for, and how much that is.
void show_owner(Context& context, client::Engine& engine, client::Space& space, JsonObject& object,
                std::string& line) {
    const std::optional<UserId> owner = client::owner_of(space);
    const auto used = client::usage_of(space);
    const std::string size = used ? format_size(*used, context.language()) : "?";
    object.text("owner", owner ? owner->hex() : std::string(kOrganisation));
    if (used) object.number("used", *used);
    line = context.say(kOrganisationOwns, {size});
    if (!owner) return;
    const auto person = engine.find_person(owner->hex());
    line = context.say(kOwned, {printable(person ? person->label() : short_id(*owner)), size});
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.text(0);
    client::Space* space = TRY_OUTCOME(context.space(name));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    client::SpacePolicy policy = ATTEMPT(name, engine->space_policy(space->id()));
    bool changed = TRY_OUTCOME(read_days(context, arguments, "versions", policy.all_versions));
    changed |= TRY_OUTCOME(read_days(context, arguments, "daily", policy.daily_versions));
    changed |= TRY_OUTCOME(read_monthly(context, arguments, policy.monthly_versions));
    changed |= TRY_OUTCOME(read_days(context, arguments, "trash", policy.trash));
    changed |= TRY_OUTCOME(read_links(context, arguments, policy.keep_links));
    if (changed) ATTEMPT(name, engine->set_space_policy(space->id(), policy));
    TRY_OUTCOME(change_limit(context, *space, arguments));
    TRY_OUTCOME(change_owner(*engine, *space, arguments));
    const std::optional<std::uint64_t> limit = client::limit_of(*space);
    std::string owner;
    JsonObject object;
    object.text("space", space->id().hex()).number("versions", policy.all_versions);
    object.number("daily", policy.daily_versions).number("trash", policy.trash);
    if (policy.monthly_versions) object.number("monthly", *policy.monthly_versions);
    object.text("links", policy.keep_links ? "keep" : "end");
    if (limit) object.number("limit", *limit);
    show_owner(context, *engine, *space, object, owner);
    context.output().object(object);
    context.output().line(
        context.say(kShown, {std::to_string(policy.all_versions),
                             std::to_string(policy.daily_versions), std::to_string(policy.trash)}));
    context.output().line(policy.monthly_versions
                              ? context.say(kMonthly, {std::to_string(*policy.monthly_versions)})
                              : context.say(kMonthlyEver));
    context.output().line(context.say(policy.keep_links ? kLinksStay : kLinksEnd));
    context.output().line(owner);
    if (limit)
        context.output().line(context.say(kLimited, {format_size(*limit, context.language())}));
    return {};
}

}  // namespace

const Command kSpacePolicy{
    .name = "space policy",
    .group = Group::spaces,
    .summary = {"show or set how long a space keeps things, whose it is and how large",
                "zeigen oder festlegen, was ein Bereich behält, wem er gehört, was er fasst"},
    .description =
        {"The programs of the members let go what is older, a little with every change: versions "
         "when their file changes, the trash when something is removed, the rest once a day. A "
         "wrong clock lets nothing go. Over its limit a space takes nothing new; removing, "
         "restoring and sharing still work. Without options it only shows.",
         "Was älter ist, lassen die Programme der Mitglieder gehen, mit jeder Änderung ein wenig: "
         "Fassungen, wenn ihre Datei sich ändert, den Papierkorb, wenn etwas entfernt wird, den "
         "Rest einmal am Tag. Eine falsche Uhr lässt nichts gehen. Über seiner Grenze nimmt "
         "ein Bereich nichts Neues; Entfernen, Wiederherstellen und Freigeben gehen weiterhin. "
         "Ohne Optionen wird nur gezeigt."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut space policy Akten --trash 90",
                   {"keep the trash longer", "den Papierkorb länger behalten"}},
                  {"obhut space policy Akten --limit 20GB",
                   {"no larger than that", "nicht größer als das"}}}},
    .run = run,
};

}  // namespace obhut::cli
