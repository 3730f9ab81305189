// obhut server incarnation FOLDER [--new]
#include "cli/commands/all.h"
#include "cli/local/server_program.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kFolderWord, .value = Value::folder}};
constexpr Option kOptions[]{
    {.name = "new",
     .help = {"mark the data as restored: after a snapshot of the disk was put back",
              "die Daten als wiederhergestellt kennzeichnen: nach einem alten Plattenabbild"}},
};
constexpr Text kQuestion{
    "Mark the data as restored from an older copy? Every space is read-only until a manager's "
    "device has looked at it.",
    "Die Daten als aus einer älteren Kopie wiederhergestellt kennzeichnen? Jeder Bereich ist nur "
    "lesbar, bis ein Gerät von jemandem, der ihn verwaltet, nachgesehen hat."};
constexpr Text kIs{"Incarnation {0}.", "Inkarnation {0}."};

Outcome<> run(Context& context, const Arguments& arguments) {
    const bool renew = arguments.flag("new");
    if (renew) TRY_OUTCOME(context.consent(kQuestion, {}));
    const char* option = renew ? "--new-incarnation" : "--incarnation";
    for (const Said& said : TRY_OUTCOME(ask_server(arguments.text(0), {option}))) {
        const std::uint64_t incarnation = said.number("incarnation");
        context.output().object(JsonObject()
                                    .text("folder", arguments.text(0))
                                    .number("incarnation", incarnation)
                                    .flag("new", renew));
        context.output().line(context.say(kIs, {std::to_string(incarnation)}));
    }
    return {};
}

}  // namespace

const Command kServerIncarnation{
    .name = "server incarnation",
    .group = Group::server,
    .summary = {"show, or count up, how often the data was restored",
                "zeigen oder hochzählen, wie oft die Daten wiederhergestellt wurden"},
    .description =
        {"An older copy of the data under the same number is a rollback, and every device says so. "
         "“obhutd --restore” counts by itself; after a snapshot of disk or machine was put back "
         "--new does, before the server is started.",
         "Eine ältere Kopie der Daten unter derselben Zahl ist ein Zurückdrehen, und jedes Gerät "
         "meldet es. „obhutd --restore“ zählt von selbst; nach einem zurückgespielten Abbild von "
         "Platte oder Maschine tut es --new, bevor der Server startet."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut server incarnation /srv/obhut", {"show", "zeigen"}},
                  {"obhut server incarnation /srv/obhut --new --yes",
                   {"after a snapshot was put back", "nach dem Zurückspielen eines Abbilds"}}}},
    .run = run,
};

}  // namespace obhut::cli
