// obhut log SPACE [--limit N]
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Text kNone{"Nothing of that kind has happened.", "Nichts dergleichen ist geschehen."};
constexpr std::size_t kPage = 200;
constexpr std::uint64_t kDefaultLimit = 50;
constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}};
constexpr Option kOptions[]{
    {.name = "limit",
     .letter = 'n',
     .value = Value::text,
     .value_name = {"N", "N"},
     .help = {"so many lines (50; 0: all)", "so viele Zeilen (50; 0: alle)"}},
};

constexpr Text kMade{"made the space", "hat den Bereich angelegt"};
constexpr Text kMark{"settled the chain's state", "hat den Stand der Kette geklärt"};
constexpr Text kSealed{"(no key for this entry)", "(kein Schlüssel für diesen Eintrag)"};
constexpr Text kRenewed{"renewed the key", "hat den Schlüssel erneuert"};
constexpr Text kMemberAdded{"let {0} in: {1}", "hat {0} hereingelassen: {1}"};
constexpr Text kMemberRemoved{"took {0} out", "hat {0} herausgenommen"};
constexpr Text kMemberChanged{"changed {0}: {1}", "hat {0} geändert: {1}"};
constexpr Text kMore{"and {0} more", "und {0} weitere"};

const Text& text_of(client::Verb verb) {
    static constexpr Text kOther{"changed something: {0}", "hat etwas geändert: {0}"};
    static constexpr Text kCreated{"made the space {0}", "hat den Bereich {0} angelegt"};
    static constexpr Text kRenamed{"renamed the space: {0}", "hat den Bereich umbenannt: {0}"};
    static constexpr Text kAdded{"added {0}", "hat {0} hinzugefügt"};
    static constexpr Text kChanged{"changed {0}", "hat {0} geändert"};
    static constexpr Text kMoved{"moved {0}", "hat {0} verschoben"};
    static constexpr Text kRemoved{"removed {0}", "hat {0} entfernt"};
    static constexpr Text kRestored{"restored {0}", "hat {0} wiederhergestellt"};
    static constexpr Text kCopied{"copied {0}", "hat {0} kopiert"};
    static constexpr Text kMerged{"merged {0}", "hat {0} zusammengeführt"};
    static constexpr Text kThinned{"thinned out old versions: {0}",
                                   "hat alte Versionen ausgedünnt: {0}"};
    static constexpr Text kLinked{"made a link to {0}", "hat einen Link auf {0} angelegt"};
    static constexpr Text kUnlinked{"ended a link to {0}", "hat einen Link auf {0} beendet"};
    static constexpr Text kReceived{"filed what was sent: {0}", "hat Gesendetes abgelegt: {0}"};
    switch (verb) {
    case client::Verb::other: return kOther;
    case client::Verb::created: return kCreated;
    case client::Verb::renamed: return kRenamed;
    case client::Verb::added: return kAdded;
    case client::Verb::changed: return kChanged;
    case client::Verb::moved: return kMoved;
    case client::Verb::removed: return kRemoved;
    case client::Verb::restored: return kRestored;
    case client::Verb::copied: return kCopied;
    case client::Verb::merged: return kMerged;
    case client::Verb::thinned: return kThinned;
    case client::Verb::linked: return kLinked;
    case client::Verb::unlinked: return kUnlinked;
    case client::Verb::received: return kReceived;
    }
    return kOther;
}

std::string_view verb_word(client::Verb verb) {
    static constexpr std::array<std::string_view, 14> kWords{
        "other",    "created", "renamed", "added",   "changed", "moved",    "removed",
        "restored", "copied",  "merged",  "thinned", "linked",  "unlinked", "received"};
    return kWords[static_cast<std::size_t>(verb)];
}

constexpr Text kByPolicy{"let old versions and removed things go, as the policy says: {0}",
                         "hat alte Versionen und Gelöschtes gehen lassen, wie festgelegt: {0}"};

std::string action_text(Context& context, const client::Action& action) {
    std::string target = action.target;
    if (action.second) target += " → " + *action.second;
    if (action.count > 1)
        target += " " + context.say(kMore, {format_count(action.count - 1, context.language())});
    // The spaces that clients make for themselves have no name.
    if (action.verb == client::Verb::created && target.empty()) return context.say(kMade);
    if (action.verb == client::Verb::thinned && action.target.empty())
        return context.say(kByPolicy, {format_count(action.count, context.language())});
    return context.say(text_of(action.verb), {target});
}

std::string roster_text(Context& context, const client::LogLine& line) {
    std::string text;
    for (const auto& change : line.changes) {
        const std::string role(change.after ? role_text(*change.after, context.language()) : "");
        const std::string part = !change.after ? context.say(kMemberRemoved, {change.label})
                                 : !change.before
                                     ? context.say(kMemberAdded, {change.label, role})
                                     : context.say(kMemberChanged, {change.label, role});
        text += (text.empty() ? "" : "; ") + part;
    }
    return text.empty() ? context.say(kRenewed) : text;
}

std::string what_happened(Context& context, const client::LogLine& line) {
    switch (line.kind) {
    case client::LogKind::created: return context.say(kMade);
    case client::LogKind::roster: return roster_text(context, line);
    case client::LogKind::mark: return context.say(kMark);
    case client::LogKind::commit: break;
    }
    if (!line.summary) return context.say(kSealed);
    std::string text;
    for (const client::Action& action : line.summary->actions)
        text += (text.empty() ? "" : "; ") + action_text(context, action);
    return text;
}

JsonObject object_of(const client::LogLine& line) {
    static constexpr std::array<std::string_view, 4> kKinds{"created", "roster", "commit", "mark"};
    JsonObject object;
    object.number("sequence", line.sequence)
        .text("kind", kKinds[static_cast<std::size_t>(line.kind)])
        .time("time", line.time);
    object.text("user", line.user.hex())
        .text("device", line.device.hex())
        .text("who", line.label)
        .number("epoch", line.epoch);
    std::vector<JsonObject> actions;
    if (line.summary)
        for (const client::Action& action : line.summary->actions) {
            JsonObject one;
            one.text("verb", verb_word(action.verb))
                .text("target", action.target)
                .number("count", action.count);
            if (action.second) one.text("second", *action.second);
            actions.push_back(one);
        }
    std::vector<JsonObject> members;
    for (const auto& change : line.changes) {
        JsonObject one;
        one.text("member", to_hex(change.principal.view().subspan(1))).text("who", change.label);
        change.before ? one.text("before", role_word(*change.before)) : one.null("before");
        change.after ? one.text("after", role_word(*change.after)) : one.null("after");
        members.push_back(one);
    }
    return object.objects("actions", actions).objects("members", members);
}

Outcome<std::uint64_t> limit_of(const Arguments& arguments) {
    const auto text = arguments.value("limit");
    if (!text) return kDefaultLimit;
    if (text->empty() || text->size() > 9 || text->find_first_not_of("0123456789") != text->npos)
        return fail_about("--limit " + *text, errors::value_malformed_here);
    const std::uint64_t limit = std::stoull(*text);
    return limit == 0 ? ~std::uint64_t{0} : limit;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    std::uint64_t left = TRY_OUTCOME(limit_of(arguments));
    client::Space* space = TRY_OUTCOME(context.space(arguments.text(0)));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    Table table({{{"No.", "Nr."}, Align::right},
                 {{"When", "Wann"}},
                 {{"Signed by", "Unterschrieben von"}},
                 {{"Device", "Gerät"}},
                 {{"What", "Was"}}});
    for (std::uint64_t before = 0; left > 0;) {
        TRY_OUTCOME(context.check_interrupt());
        const auto lines =
            ATTEMPT(arguments.text(0),
                    engine->log(space->id(), before, std::min<std::uint64_t>(left, kPage)));
        if (lines.empty()) break;
        for (const client::LogLine& line : lines) {
            context.output().object(object_of(line));
            table.row({std::to_string(line.sequence),
                       format_time(line.time),
                       {line.label, Style::strong},
                       {short_id(line.device), Style::faint},
                       what_happened(context, line)});
        }
        left -= std::min<std::uint64_t>(left, lines.size());
        before = lines.back().sequence;
        if (before == 0) break;
    }
    context.output().listing(table, kNone);
    return {};
}

}  // namespace

const Command kLog{
    .name = "log",
    .group = Group::history,
    .summary = {"who did what in a space, with the signer",
                "wer was in einem Bereich tat, mit Unterschrift"},
    .description = {"Newest first. Who and which device is proven by signatures; when is by the "
                    "device's own clock; what is in the words "
                    "of the program that did it.",
                    "Neueste zuerst. Wer und welches Gerät ist durch Unterschriften bewiesen; wann "
                    "sagt die Uhr des Geräts; was sagt "
                    "das Programm, das es tat."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut log Akten", {"the last 50", "die letzten 50"}},
                  {"obhut log Akten -n 0 --json", {"all, for scripts", "alle, für Skripte"}}}},
    .run = run,
};

}  // namespace obhut::cli
