// obhut server scrub FOLDER
#include "cli/commands/all.h"
#include "cli/local/server_program.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kFolderWord, .value = Value::folder}};
constexpr Text kWhole{"{0} objects, {1}: all whole.", "{0} Objekte, {1}: alle unversehrt."};
constexpr Text kDamaged{"{0} of {1} objects are damaged.", "{0} von {1} Objekten sind beschädigt."};

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& folder = arguments.text(0);
    for (const Said& said : TRY_OUTCOME(ask_server(folder, {"--scrub"}))) {
        const std::uint64_t damaged = said.number("damaged");
        const std::string objects = format_count(said.number("objects"), context.language());
        context.output().object(JsonObject()
                                    .text("folder", folder)
                                    .number("objects", said.number("objects"))
                                    .number("bytes", said.number("bytes"))
                                    .number("damaged", damaged)
                                    .number("milliseconds", said.number("milliseconds")));
        if (damaged > 0) {
            context.output().warning(
                context.say(kDamaged, {format_count(damaged, context.language()), objects}));
            return fail_about(folder, errors::server_data_damaged);
        }
        context.output().summary(
            context.say(kWhole, {objects, format_size(said.number("bytes"), context.language())}));
    }
    return {};
}

}  // namespace

const Command kServerScrub{
    .name = "server scrub",
    .group = Group::server,
    .summary = {"check every byte that the server or a backup stores",
                "jedes Byte prüfen, das der Server oder eine Sicherung speichert"},
    .description =
        {"Hashes every stored object and counts every sum again, also while the server runs; it "
         "takes no space back meanwhile. What is damaged comes back from a backup or from the "
         "devices that made it.",
         "Bildet von jedem Objekt die Prüfsumme und zählt alle Summen nach, auch während der "
         "Server läuft; der gibt derweil keinen Platz frei. Was beschädigt ist, kommt aus einer "
         "Sicherung zurück oder von den Geräten, die es gemacht haben."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut server scrub /srv/obhut", {"the server's", "die des Servers"}},
                  {"obhut server scrub /backup/obhut", {"a backup", "eine Sicherung"}}}},
    .run = run,
};

}  // namespace obhut::cli
