// obhut space reset SPACE
#include <array>

#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

using space::ResetReason;

struct Reason {
    std::string_view word;
    ResetReason reason;
};
constexpr std::array<Reason, 4> kReasons{{{"unknown", ResetReason::unknown},
                                          {"backup", ResetReason::backup_too_old},
                                          {"storage", ResetReason::storage_lost},
                                          {"attack", ResetReason::attack}}};

constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}};
constexpr Option kOptions[]{
    {.name = "reason",
     .value = Value::text,
     .value_name = {"REASON", "GRUND"},
     .help = {"backup, storage, attack or unknown: others are shown it",
              "backup, storage, attack oder unknown: andere sehen ihn"}},
};
constexpr Text kReasonWords{"One of backup, storage, attack, unknown.",
                            "Eines von backup, storage, attack, unknown."};
constexpr Text kQuestion{
    "Give up what the server has lost of “{0}”? Every device does its own changes again; those of "
    "devices that never come back are gone.",
    "Aufgeben, was der Server von „{0}“ verloren hat? Jedes Gerät macht seine eigenen Änderungen "
    "noch einmal; die von Geräten, die nie wiederkommen, sind fort."};
constexpr Text kDone{"“{0}” goes on from what the server has.",
                     "„{0}“ geht von dem aus weiter, was der Server hat."};

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.text(0);
    const std::string word = arguments.value("reason").value_or("unknown");
    const auto* reason = std::ranges::find(kReasons, word, &Reason::word);
    if (reason == kReasons.end())
        return fail_about(word, errors::value_malformed_here, context.say(kReasonWords));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    // It cannot be brought up to date, that is the point.
    const SpaceId id = ATTEMPT(name, engine->find_space(name));
    TRY_OUTCOME(context.consent(kQuestion, {printable(name)}));
    ATTEMPT(name, engine->reset_space(id, reason->reason));
    context.output().object(
        JsonObject().text("space", id.hex()).flag("reset", true).text("reason", word));
    context.output().summary(context.say(kDone, {printable(name)}));
    return {};
}

}  // namespace

const Command kSpaceReset{
    .name = "space reset",
    .group = Group::spaces,
    .summary = {"give up what a restored server has lost",
                "aufgeben, was ein wiederhergestellter Server verloren hat"},
    .description =
        {"After a restore from a backup devices give the server back what it lacks, by themselves; "
         "“status” shows where something is missing still. What no device brings back is given up "
         "here, by somebody who manages the space. Others are shown it, and make their own changes "
         "again.",
         "Nach einer Wiederherstellung aus einer Sicherung geben die Geräte dem Server von allein "
         "zurück, was ihm fehlt; „status“ zeigt, wo noch etwas fehlt. Was kein Gerät zurückbringt, "
         "gibt hier auf, wer den Bereich verwaltet. Andere sehen es und machen ihre eigenen "
         "Änderungen noch einmal."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut space reset Akten --reason backup", {"asks first", "fragt vorher"}},
                  {"obhut status", {"before: is anything missing?", "vorher: fehlt etwas?"}}}},
    .run = run,
};

}  // namespace obhut::cli
