// obhut space leave SPACE, obhut space close SPACE
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}};
constexpr Text kLeaveQuestion{"Leave “{0}”? Somebody who manages it can take you in again.",
                              "„{0}“ verlassen? Wer den Bereich verwaltet, kann Sie wieder "
                              "aufnehmen."};
constexpr Text kLeft{"You have left “{0}”.", "Sie haben „{0}“ verlassen."};
constexpr Text kCloseQuestion{
    "Close “{0}” for all its members, for good? The server deletes it after 30 days.",
    "„{0}“ für alle Mitglieder endgültig schließen? Der Server löscht ihn nach 30 Tagen."};
constexpr Text kClosed{"“{0}” is closed.", "„{0}“ ist geschlossen."};

Outcome<> leave(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.text(0);
    client::Space* space = TRY_OUTCOME(context.space(name));
    const SpaceId id = space->id();
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    TRY_OUTCOME(context.consent(kLeaveQuestion, {printable(name)}));
    ATTEMPT(name, engine->leave(id));
    context.output().object(JsonObject().text("space", id.hex()).flag("member", false));
    context.output().summary(context.say(kLeft, {printable(name)}));
    return {};
}

Outcome<> close(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.text(0);
    client::Space* space = TRY_OUTCOME(context.space(name));
    const SpaceId id = space->id();
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    TRY_OUTCOME(context.consent(kCloseQuestion, {printable(name)}));
    ATTEMPT(name, engine->close_space(id));
    context.output().object(JsonObject().text("space", id.hex()).flag("closed", true));
    context.output().summary(context.say(kClosed, {printable(name)}));
    return {};
}

}  // namespace

const Command kSpaceLeave{
    .name = "space leave",
    .group = Group::spaces,
    .summary = {"leave a space", "einen Bereich verlassen"},
    .description = {"You sign that you leave; the next member who writes gives the space a fresh "
                    "key. Who alone manages it makes somebody else manager first.",
                    "Sie unterschreiben, dass Sie gehen; das nächste Mitglied, das schreibt, gibt "
                    "dem Bereich einen frischen Schlüssel. Wer ihn allein verwaltet, macht vorher "
                    "eine andere Person zu manager."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut space leave Akten", {"asks first", "fragt vorher"}},
                  {"obhut space share Akten carla@example.org --role manager",
                   {"before, if you alone manage it", "vorher, wenn nur Sie ihn verwalten"}}}},
    .run = leave,
};

const Command kSpaceClose{
    .name = "space close",
    .group = Group::spaces,
    .summary = {"close a space for all, for good", "einen Bereich für alle endgültig schließen"},
    .description = {"Its managers may. Nothing can be read or written any more; the server deletes "
                    "what it has of it after 30 days. Export first what is still needed.",
                    "Das darf, wer ihn verwaltet. Lesen und Schreiben sind vorbei; der Server "
                    "löscht nach 30 Tagen, was er davon hat. Exportieren Sie vorher, was noch "
                    "gebraucht wird."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut space close Akten", {"asks first", "fragt vorher"}},
                  {"obhut export auszug Akten", {"before that", "vorher"}}}},
    .run = close,
};

}  // namespace obhut::cli
