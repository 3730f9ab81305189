#include "server/front/manual.h"

#include <algorithm>
#include <iterator>

#include "core/base/check.h"
#include "core/base/version.h"
#include "platform/roff.h"
#include "server/front/exit_status.h"

namespace obhut::front {

namespace {

constexpr Words kAbout{"server of Obhut: keeps what it cannot read",
                       "Server von Obhut: bewahrt auf, was er nicht lesen kann"};
constexpr Words kWhatItDoes{
    "Keeps the sealed objects, the directory and the chains of one organisation in one directory, "
    "checks what can be checked without keys, and answers over HTTP. It holds no key that opens "
    "anything. When it is ready it prints one line with its address on standard output. Logs are "
    "JSON objects, one a line, on standard error: events and numbers, never a name, a path or an "
    "address.",
    "Bewahrt die versiegelten Objekte, das Verzeichnis und die Ketten einer Organisation in einem "
    "Ordner auf, prüft, was ohne Schlüssel geprüft werden kann, und antwortet über HTTP. Einen "
    "Schlüssel, der etwas öffnet, hat er nicht. Sobald er bereit ist, gibt er eine Zeile mit "
    "seiner "
    "Adresse auf der Standardausgabe aus. Protokolle sind JSON-Objekte, eines je Zeile, auf der "
    "Standardfehlerausgabe: Ereignisse und Zahlen, nie ein Name, ein Pfad oder eine Adresse."};
constexpr Words kOrder{
    "The command line wins over the environment, which wins over the configuration file, which "
    "wins over the defaults. Bytes may be written as 200 GB.",
    "Die Befehlszeile gilt vor der Umgebung, diese vor der Konfigurationsdatei, diese vor den "
    "Voreinstellungen. Bytes können als 200 GB geschrieben werden."};
constexpr Words kSynopsis{"[\\fIOPTION\\fR]…", "[\\fIOPTION\\fR]…"};
constexpr Words kDefault{"Default: ", "Voreinstellung: "};
constexpr Words kVariable{"Environment: ", "Umgebung: "};
constexpr Words kSets{"as --", "wie --"};
constexpr Words kSeeAlso{
    "in the documentation of the project: docs/server.md, docs/administration.md",
    "in der Dokumentation des Projekts: docs/server.md, docs/administration.md"};

// A word as it stands, in bold, and what it means.
struct Meaning {
    const char* word;
    Words meaning;
};

constexpr Meaning kSignals[] = {
    {"SIGTERM, SIGINT",
     {"Stop: no new connections, requests under way are finished (20 s at most), streams end.",
      "Anhalten: keine neuen Verbindungen, laufende Anfragen werden beendet (höchstens 20 s), "
      "Ereignisströme enden."}},
    {"SIGHUP",
     {"Read the configuration again: limits, quotas, log level and certificate change at once; "
      "address, data directory, threads and memory with the next start. A file that is not "
      "understood changes nothing and is said in the log.",
      "Die Konfiguration neu lesen: Grenzen, Kontingente, Protokollstufe und Zertifikat ändern "
      "sich sofort; Adresse, Datenordner, Threads und Arbeitsspeicher mit dem nächsten Start. Eine "
      "Datei, die nicht verstanden wird, ändert nichts und steht im Protokoll."}},
};

constexpr Meaning kFiles[] = {
    {"/index.db",
     {"everything but the bytes of objects; beside it its write-ahead log",
      "alles außer den Bytes der Objekte; daneben das Vorausprotokoll dazu"}},
    {"/segments/", {"the bytes of objects", "die Bytes der Objekte"}},
    {"/lock",
     {"held by the one obhutd that uses the directory",
      "hält der eine obhutd, der den Ordner benutzt"}},
    {"/segments.in-use",
     {"held while a backup is made or a directory in use is checked",
      "wird gehalten, während eine Sicherung entsteht oder ein benutzter Ordner geprüft wird"}},
};

struct ExitMeaning {
    int status;
    Words meaning;
};

constexpr ExitMeaning kExits[] = {
    {0, {"stopped by a signal, or the task is done", "durch ein Signal angehalten, oder fertig"}},
    {kExitFailure, {"anything not below", "alles, was nicht unten steht"}},
    {kExitUsage,
     {"an option or the configuration file is wrong",
      "eine Option oder die Konfigurationsdatei ist falsch"}},
    {kExitListen,
     {"cannot listen: address in use or not of this machine; certificate or key do not fit",
      "kann nicht lauschen: Adresse belegt oder nicht von diesem Rechner; Zertifikat oder "
      "Schlüssel "
      "passen nicht"}},
    {kExitInUse,
     {"another obhutd holds the data directory", "ein anderer obhutd hält den Datenordner"}},
    {kExitStorage,
     {"the data directory cannot be made, read or written, or its disk is full",
      "der Datenordner kann nicht angelegt, gelesen oder geschrieben werden, oder sein Datenträger "
      "ist voll"}},
    {kExitDamaged,
     {"the data is damaged, or was written by a later version",
      "die Daten sind beschädigt, oder eine spätere Version hat sie geschrieben"}},
};

struct Example {
    Words what;
    const char* line;
};

constexpr Example kExamples[] = {
    {{"Serve a directory on this machine", "Einen Ordner auf diesem Rechner anbieten"},
     "obhutd --data /var/lib/obhut --listen 127.0.0.1:8080"},
    {{"Everything else from a file", "Alles Übrige aus einer Datei"},
     "obhutd --config /etc/obhut/obhutd.toml"},
    {{"Such a file", "Eine solche Datei"},
     "data = \"/var/lib/obhut\"\nlisten = \"0.0.0.0:443\"\ncertificate = "
     "\"/etc/obhut/chain.pem\"\nprivate-key = \"/etc/obhut/key.pem\"\nuser-quota = \"200 GB\""},
    {{"Back up, beside the running server", "Sichern, neben dem laufenden Server"},
     "obhutd --data /var/lib/obhut --backup /mnt/backup/obhut"},
    {{"Check every byte of the backup", "Jedes Byte der Sicherung prüfen"},
     "obhutd --data /mnt/backup/obhut --scrub --json"},
    {{"Restore into an empty directory", "In einen leeren Ordner zurückspielen"},
     "obhutd --data /var/lib/obhut-new --restore /mnt/backup/obhut"},
};

std::string options(Language language) {
    std::string out;
    for (const OptionRow& row : option_rows()) {
        const OptionText& text = option_text(row.name);
        std::string tag = roff::bold("--" + row.name);
        if (*text.value.in(language) != 0) tag += " " + roff::italic(text.value.in(language));
        std::string said = std::string(text.help.in(language)) + ".";
        if (!row.default_value.empty())
            said += std::string(" ") + kDefault.in(language) + row.default_value + ".";
        if (!row.environment.empty())
            said += std::string(" ") + kVariable.in(language) + row.environment + ".";
        out += roff::item(tag, said);
    }
    return out;
}

std::string environment(Language language) {
    std::string out;
    for (const OptionRow& row : option_rows())
        if (!row.environment.empty())
            out += roff::item(roff::bold(row.environment), kSets.in(language) + row.name);
    return out;
}

std::string examples(Language language) {
    std::string out;
    for (const Example& example : kExamples)
        out += roff::example(example.what.in(language), example.line);
    return out;
}

}  // namespace

const OptionText& option_text(std::string_view name) {
    const auto* row = std::ranges::find(kOptionTexts, name, &OptionText::name);
    CHECK(row != std::end(kOptionTexts));
    return *row;
}

std::string man_page(Language language) {
    const bool german = language == Language::german;
    const auto section = [&](const char* in_english, const char* in_german) {
        return roff::section(german ? in_german : in_english);
    };
    std::string out = roff::title("obhutd", 8, "obhutd " + std::string(kProgramVersionText),
                                  german ? "Handbuch zu Obhut" : "Obhut Manual");
    out +=
        section("NAME", "BEZEICHNUNG") + "obhutd \\- " + roff::escaped(kAbout.in(language)) + "\n";
    out += section("SYNOPSIS", "ÜBERSICHT") + ".B obhutd\n\\fB\\-\\-data\\fR \\fI" +
           kFolder.in(language) + "\\fR " + kSynopsis.in(language) + "\n";
    out += section("DESCRIPTION", "BESCHREIBUNG") + roff::escaped(kWhatItDoes.in(language)) + "\n";
    out += section("OPTIONS", "OPTIONEN") + roff::escaped(kOrder.in(language)) + "\n" +
           options(language);
    out += section("SIGNALS", "SIGNALE");
    for (const Meaning& signal : kSignals)
        out += roff::item(roff::bold(signal.word), signal.meaning.in(language));
    out += section("EXIT STATUS", "RÜCKGABEWERT");
    for (const ExitMeaning& exit : kExits)
        out += roff::item(roff::bold(std::to_string(exit.status)), exit.meaning.in(language));
    out += section("ENVIRONMENT", "UMGEBUNG") + environment(language);
    out += section("FILES", "DATEIEN");
    for (const Meaning& file : kFiles)
        out += roff::item(roff::italic(kFolder.in(language)) + roff::bold(file.word),
                          file.meaning.in(language));
    out += section("EXAMPLES", "BEISPIELE") + examples(language);
    out += section("SEE ALSO", "SIEHE AUCH") + ".BR obhut (1),\n" +
           roff::escaped(kSeeAlso.in(language)) + "\n";
    return out;
}

}  // namespace obhut::front
