// Texts for the inside of the server: E-0750 to E-0849. Clients see them only where the server
// quotes them.
#include <array>

#include "cli/messages/error_advice.h"

namespace obhut::cli {

namespace {

constexpr Text kBackupOfServer{
    "Stop the server, keep its data directory as it is, and restore from a backup or replica.",
    "Halten Sie den Server an, lassen Sie sein Datenverzeichnis, wie es ist, und stellen Sie es "
    "aus Sicherung oder Kopie wieder her."};

const std::array kTexts{
    ErrorText{750, {"not stored", "nicht gespeichert"}, kServersOwn, kServerLog},
    ErrorText{
        751,
        {"a chain or the log has moved on", "eine Kette oder das Protokoll ist weitergegangen"},
        kServersOwn,
        kTryAgain},
    ErrorText{752,
              {"a record has changed meanwhile", "ein Eintrag hat sich inzwischen geändert"},
              kServersOwn,
              kTryAgain},
    ErrorText{753,
              {"stored already, with other contents", "schon gespeichert, mit anderem Inhalt"},
              kServersOwn,
              kServerLog},
    ErrorText{754, {"objects are missing", "Objekte fehlen"}, kServersOwn, kTryAgain},
    ErrorText{
        755,
        {"a list takes away what is not counted", "eine Liste nimmt weg, was nicht gezählt ist"},
        kServersOwn,
        kServerLog},
    ErrorText{756,
              {"a list creates what is there already", "eine Liste legt an, was es schon gibt"},
              kServersOwn,
              kServerLog},
    ErrorText{757,
              {"over a limit of storage", "über einer Speichergrenze"},
              kServersOwn,
              kAskAdministrator},
    ErrorText{758, {"the chain has ended", "die Kette ist zu Ende"}, kServersOwn, kAskManager},
    ErrorText{759,
              {"over a limit of the store", "über einer Grenze des Speichers"},
              kServersOwn,
              kServerLog},
    ErrorText{765,
              {"the queue of writes is full", "die Schlange der Schreibaufträge ist voll"},
              kServersOwn,
              kTryLater},
    ErrorText{766,
              {"the server's disk is full", "die Platte des Servers ist voll"},
              {"Nothing was written; what was acknowledged before is safe.",
               "Es wurde nichts geschrieben; was vorher bestätigt wurde, ist sicher."},
              {"Make room on the server's disk; it goes on by itself.",
               "Schaffen Sie Platz auf der Platte des Servers; er macht von selbst weiter."}},
    ErrorText{767,
              {"the store has stopped writing", "der Speicher schreibt nicht mehr"},
              {"The disk did not confirm a write. To promise nothing false, nothing more is "
               "written until a restart.",
               "Die Platte hat ein Schreiben nicht bestätigt. Um nichts Falsches zu versprechen, "
               "wird bis zum Neustart nichts mehr geschrieben."},
              {"Check the server's disk, then restart the server.",
               "Prüfen Sie die Platte des Servers, und starten Sie ihn dann neu."}},
    ErrorText{768,
              {"the server's file system refused", "das Dateisystem des Servers hat abgelehnt"},
              kServersOwn,
              kServerLog},
    ErrorText{769,
              {"the server's database refused", "die Datenbank des Servers hat abgelehnt"},
              kServersOwn,
              kServerLog},
    ErrorText{770,
              {"another process holds the data directory",
               "ein anderer Prozess hält das Datenverzeichnis"},
              kServersOwn,
              {"Stop the other server first.", "Halten Sie zuerst den anderen Server an."}},
    ErrorText{771,
              {"the data was written by a newer server", "die Daten schrieb ein neuerer Server"},
              kNewer,
              {"Update the server.", "Aktualisieren Sie den Server."}},
    ErrorText{772,
              {"the directory to restore into is not empty",
               "das Verzeichnis für die Wiederherstellung ist nicht leer"},
              kServersOwn,
              {"Name another data directory.", "Nennen Sie ein anderes Datenverzeichnis."}},
    ErrorText{773,
              {"there is no backup", "dort ist keine Sicherung"},
              kServersOwn,
              {"Name the directory that the backup was made in.",
               "Nennen Sie das Verzeichnis, in dem die Sicherung angelegt wurde."}},
    ErrorText{775,
              {"a segment on disk is damaged", "ein Segment auf der Platte ist beschädigt"},
              kServersOwn,
              kBackupOfServer},
    ErrorText{776,
              {"a segment on disk is missing", "ein Segment auf der Platte fehlt"},
              kServersOwn,
              kBackupOfServer},
    ErrorText{777,
              {"the index is older than the segments", "der Index ist älter als die Segmente"},
              kServersOwn,
              kBackupOfServer},
    ErrorText{
        778, {"the index is damaged", "der Index ist beschädigt"}, kServersOwn, kBackupOfServer},
    ErrorText{790,
              {"the stored directory is damaged", "das gespeicherte Verzeichnis ist beschädigt"},
              kServersOwn,
              kBackupOfServer},
    ErrorText{791,
              {"a stored chain is damaged", "eine gespeicherte Kette ist beschädigt"},
              kServersOwn,
              kBackupOfServer},
    ErrorText{
        800,
        {"a setting is not understood", "eine Einstellung ist unverständlich"},
        {"The server's configuration file, flags or environment have a value it does not take.",
         "In Konfigurationsdatei, Optionen oder Umgebung des Servers steht ein Wert, den er nicht "
         "annimmt."},
        {"Correct the setting that the message names.",
         "Berichtigen Sie die genannte Einstellung."}},
    ErrorText{
        801,
        {"another program listens at this address",
         "an dieser Adresse lauscht schon ein anderes Programm"},
        kServersOwn,
        {"Choose another port with --listen, or end the other program.",
         "Wählen Sie mit --listen einen anderen Port, oder beenden Sie das andere Programm."}},
    ErrorText{802,
              {"cannot listen at this address", "an dieser Adresse kann nicht gelauscht werden"},
              kServersOwn,
              {"Choose an address of this machine with --listen.",
               "Wählen Sie mit --listen eine Adresse dieses Rechners."}},
    ErrorText{803,
              {"the certificate or its key cannot be used",
               "Zertifikat oder Schlüssel sind nicht benutzbar"},
              {"They cannot be read, or do not belong together.",
               "Sie sind nicht lesbar oder gehören nicht zusammen."},
              {"Check the two files.", "Prüfen Sie die beiden Dateien."}},
    ErrorText{804,
              {"the limit of open files is too low", "die Grenze offener Dateien ist zu niedrig"},
              kServersOwn,
              {"Raise it (ulimit -n, or LimitNOFILE in the service).",
               "Erhöhen Sie sie (ulimit -n, oder LimitNOFILE im Dienst)."}},
};

}  // namespace

std::span<const ErrorText> server_error_texts() { return kTexts; }

}  // namespace obhut::cli
