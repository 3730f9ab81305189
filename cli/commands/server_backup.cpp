// obhut server backup FOLDER TARGET
#include "cli/commands/all.h"
#include "cli/local/server_program.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kFolderWord, .value = Value::folder},
                                {.name = {"TARGET", "ZIEL"}, .value = Value::folder}};
constexpr Text kDone{"{0} of {1} segments were new: {2}", "{0} von {1} Segmenten waren neu: {2}"};
constexpr Text kCheck{"Check it now and then: obhut server scrub {0}",
                      "Prüfen Sie sie hin und wieder: obhut server scrub {0}"};

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& target = arguments.text(1);
    for (const Said& said : TRY_OUTCOME(ask_server(arguments.text(0), {"--backup", target}))) {
        context.output().object(JsonObject()
                                    .text("target", target)
                                    .number("segments", said.number("segments"))
                                    .number("new", said.number("new"))
                                    .number("bytes", said.number("bytes"))
                                    .number("milliseconds", said.number("milliseconds")));
        context.output().summary(
            context.say(kDone, {format_count(said.number("new"), context.language()),
                                format_count(said.number("segments"), context.language()),
                                format_size(said.number("bytes"), context.language())}));
        context.output().hint(context.say(kCheck, {target}));
    }
    return {};
}

}  // namespace

const Command kServerBackup{
    .name = "server backup",
    .group = Group::server,
    .summary = {"back up the server's data, also while it runs",
                "die Daten des Servers sichern, auch während er läuft"},
    .description =
        {"Copies what is new since the last backup to the same place. FOLDER is that of “server "
         "init”, or the data folder. No key is needed, and none that opens anything is in it; "
         "guard it like the server.",
         "Kopiert, was seit der letzten Sicherung an denselben Ort neu ist. ORDNER ist der von "
         "„server init“ oder der Datenordner. Das braucht keinen Schlüssel und enthält keinen, "
         "der etwas öffnet; hüten Sie es wie den Server."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut server backup /srv/obhut /backup/obhut", {"every night", "jede Nacht"}},
                  {"obhutd --data /srv/new --restore /backup/obhut",
                   {"puts it back", "spielt sie zurück"}}}},
    .run = run,
};

}  // namespace obhut::cli
