// obhut org reset --root-kit FILE [--reason TEXT]
#include "cli/commands/all.h"
#include "cli/commands/root_kit_file.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kMaxReason = 512;
constexpr Option kOptions[]{
    kRootKitOption,
    {.name = "reason",
     .value = Value::text,
     .value_name = {"TEXT", "TEXT"},
     .help = {"why: it stands in the directory for good",
              "warum: Es steht für immer im Verzeichnis"}},
};
constexpr Text kReasonLength{"At most 512 bytes.", "Höchstens 512 Bytes."};
constexpr Text kQuestion{
    "Give up every entry of the directory that the restored server lacks? People, devices and "
    "groups that were added in it are gone for everybody, and what was ended in it is not ended.",
    "Jeden Eintrag des Verzeichnisses aufgeben, den der wiederhergestellte Server nicht hat? "
    "Personen, Geräte und Gruppen, die damit dazukamen, sind für alle fort, und was damit beendet "
    "wurde, ist nicht beendet."};
constexpr Text kDone{
    "The directory goes on from what the server has ({0} entries). Every device follows by itself.",
    "Das Verzeichnis geht von dem aus weiter, was der Server hat ({0} Einträge). Jedes Gerät folgt "
    "von selbst."};
constexpr Text kNext{
    "Look at “obhut people” and “obhut device list”: end again what was ended, invite again who is "
    "missing.",
    "Sehen Sie „obhut people“ und „obhut device list“ an: Beenden Sie noch einmal, was beendet "
    "war, und laden Sie noch einmal ein, wer fehlt."};

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string reason = arguments.value("reason").value_or("");
    if (reason.size() > kMaxReason)
        return fail_about("--reason", errors::value_malformed_here, context.say(kReasonLength));
    const client::RootKit root_kit = TRY_OUTCOME(read_root_kit(arguments));
    // It cannot be brought up to date, that is the point.
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    TRY_OUTCOME(context.consent(kQuestion, {}));
    ATTEMPT("--root-kit", engine->reset_directory(root_kit, reason));
    const std::uint64_t size = engine->status().directory_size;
    context.output().object(
        JsonObject().flag("reset", true).number("directory_size", size).text("reason", reason));
    context.output().summary(context.say(kDone, {std::to_string(size)}));
    context.output().hint(context.say(kNext));
    return {};
}

}  // namespace

const Command kOrgReset{
    .name = "org reset",
    .group = Group::begin,
    .summary = {"give up entries that a restored server has lost",
                "Einträge aufgeben, die ein wiederhergestellter Server verloren hat"},
    .description =
        {"After a restore from a backup devices give the server back what it lacks, by themselves. "
         "Where the directory has gone on without entries that devices have seen, they refuse it "
         "(E-0693) until the root decides: this gives those entries up, for everybody. Run it on a "
         "device that refuses.",
         "Nach einer Wiederherstellung aus einer Sicherung geben die Geräte dem Server von allein "
         "zurück, was ihm fehlt. Ist das Verzeichnis ohne Einträge weitergegangen, die Geräte "
         "schon kennen, lehnen sie es ab (E-0693), bis die Wurzel entscheidet: Dies gibt die "
         "Einträge für alle auf. Auf einem Gerät ausführen, das ablehnt."},
    .arguments = {},
    .options = kOptions,
    .examples = {{{"obhut org reset --root-kit root.txt --reason \"backup of Monday\"",
                   {"asks first", "fragt vorher"}},
                  {"obhut status", {"before: does anything refuse?", "vorher: lehnt etwas ab?"}}}},
    .run = run,
};

}  // namespace obhut::cli
