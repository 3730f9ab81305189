// Every option of obhutd in words, for --help (English) and the man page (both languages). Pure.
#pragma once

#include <cstdint>
#include <string_view>

namespace obhut::front {

enum class Language : std::uint8_t { english, german };

struct Words {
    const char* english;
    const char* german;
    constexpr const char* in(Language language) const {
        return language == Language::german ? german : english;
    }
};

struct OptionText {
    std::string_view name;  // without the dashes
    Words value;            // what stands for its value; empty: it has none
    Words help;
};

inline constexpr Words kNoValue{"", ""};
inline constexpr Words kFolder{"DIR", "ORDNER"};
inline constexpr Words kFile{"FILE", "DATEI"};
inline constexpr Words kNumber{"NUMBER", "ZAHL"};
inline constexpr Words kBytes{"BYTES", "BYTES"};

inline constexpr OptionText kOptionTexts[] = {
    {"help", kNoValue, {"Print this help and end", "Diese Hilfe ausgeben und enden"}},
    {"version", kNoValue, {"Print the version and end", "Die Version ausgeben und enden"}},
    {"config",
     kFile,
     {"Configuration file (TOML): option names without dashes in front",
      "Konfigurationsdatei (TOML): Namen der Optionen ohne Striche davor"}},
    {"data",
     kFolder,
     {"Directory that holds everything; made if it is not there",
      "Ordner, der alles enthält; wird angelegt, wenn es ihn nicht gibt"}},
    {"listen",
     {"HOST:PORT", "RECHNER:PORT"},
     {"Address and port; port 0 takes any free one",
      "Adresse und Port; Port 0 nimmt irgendeinen freien"}},
    {"log-level",
     {"LEVEL", "STUFE"},
     {"debug, info, warning, error or off", "debug, info, warning, error oder off"}},
    {"memory",
     kNoValue,
     {"Keep everything in memory and nothing on disk: for trials",
      "Alles im Arbeitsspeicher halten und nichts auf der Platte: zum Ausprobieren"}},
    {"backup",
     kFolder,
     {"Make or renew a backup in this directory and end; also while obhutd is running",
      "Eine Sicherung in diesem Ordner anlegen oder erneuern und enden; auch während obhutd "
      "läuft"}},
    {"restore",
     kFolder,
     {"Fill an empty data directory from this backup and end",
      "Einen leeren Datenordner aus dieser Sicherung füllen und enden"}},
    {"scrub",
     kNoValue,
     {"Check every byte that is stored and end; also while obhutd is running, and of a backup",
      "Jedes gespeicherte Byte prüfen und enden; auch während obhutd läuft, und von Sicherungen"}},
    {"incarnation",
     kNoValue,
     {"Say which restore of the data this is, and end",
      "Sagen, die wievielte Wiederherstellung der Daten dies ist, und enden"}},
    {"new-incarnation",
     kNoValue,
     {"After putting the data directory back by other means than --restore: mark it as restored, "
      "and end",
      "Nachdem der Datenordner anders als mit --restore zurückgespielt wurde: ihn als "
      "wiederhergestellt kennzeichnen und enden"}},
    {"quota",
     kNoValue,
     {"Say who is charged for how many bytes, and end",
      "Sagen, wem wie viele Bytes angerechnet werden, und enden"}},
    {"json",
     kNoValue,
     {"What such a task says, as JSON", "Was eine solche Aufgabe sagt, als JSON"}},
    {"certificate",
     kFile,
     {"PEM file with the certificate chain: HTTPS instead of HTTP",
      "PEM-Datei mit der Zertifikatskette: HTTPS statt HTTP"}},
    {"private-key",
     kFile,
     {"PEM file with its key, if it is not in the same file",
      "PEM-Datei mit dem Schlüssel dazu, wenn er nicht in derselben Datei steht"}},
    {"proxy",
     {"ADDRESS", "ADRESSE"},
     {"Address of a proxy whose x-forwarded-for is believed; repeatable",
      "Adresse eines Proxys, dessen x-forwarded-for geglaubt wird; mehrfach möglich"}},
    {"metrics-everywhere",
     kNoValue,
     {"Show /metrics to all, not to loopback alone",
      "/metrics allen zeigen, nicht nur dem eigenen Rechner"}},
    {"max-connections", kNumber, {"Connections in all", "Verbindungen insgesamt"}},
    {"max-connections-per-address",
     kNumber,
     {"Connections of one address; loopback is not counted",
      "Verbindungen einer Adresse; der eigene Rechner zählt nicht"}},
    {"body-memory",
     kBytes,
     {"Bytes of large bodies in memory at once",
      "Bytes großer Anfragen und Antworten, die zugleich im Arbeitsspeicher stehen"}},
    {"worker-threads", kNumber, {"Threads for requests", "Threads für Anfragen"}},
    {"io-threads", kNumber, {"Threads for connections", "Threads für Verbindungen"}},
    {"rate-open",
     kNumber,
     {"Unsigned requests of one address a second",
      "Anfragen einer Adresse ohne Unterschrift je Sekunde"}},
    {"burst-open",
     kNumber,
     {"Unsigned requests of one address at once",
      "Anfragen einer Adresse ohne Unterschrift auf einmal"}},
    {"rate-device",
     kNumber,
     {"Signed requests of one device a second",
      "Unterschriebene Anfragen eines Geräts je Sekunde"}},
    {"burst-device",
     kNumber,
     {"Signed requests of one device at once", "Unterschriebene Anfragen eines Geräts auf einmal"}},
    {"rate-sign-in",
     kNumber,
     {"Sign-ins of one address a second", "Anmeldungen von einer Adresse je Sekunde"}},
    {"burst-sign-in",
     kNumber,
     {"Sign-ins of one address at once", "Anmeldungen von einer Adresse auf einmal"}},
    {"rate-account",
     kNumber,
     {"Sign-ins to one account a second", "Anmeldungen an einem Konto je Sekunde"}},
    {"burst-account",
     kNumber,
     {"Sign-ins to one account at once", "Anmeldungen an einem Konto auf einmal"}},
    {"user-quota",
     kBytes,
     {"Bytes in all spaces that one user owns; 0 = no limit",
      "Bytes in allen Bereichen, die einer Person gehören; 0 = ohne Grenze"}},
    {"space-quota",
     kBytes,
     {"Bytes in one space; 0 = no limit", "Bytes in einem Bereich; 0 = ohne Grenze"}},
    {"upload-quota",
     kBytes,
     {"Bytes uploaded by a device and not yet in a commit; 0 = no limit",
      "Bytes, die ein Gerät hochgeladen hat und die noch in keiner Änderung stehen; 0 = ohne "
      "Grenze"}},
    {"restore-wait",
     {"MINUTES", "MINUTEN"},
     {"Minutes (10) after a restore in which the directory takes only what devices bring back",
      "Minuten (10) nach einer Wiederherstellung, in denen das Verzeichnis nur annimmt, was Geräte "
      "zurückbringen"}},
};

// option_text is the row of an option that exists; the program ends if there is none.
const OptionText& option_text(std::string_view name);

}  // namespace obhut::front
