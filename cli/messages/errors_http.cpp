// Texts for HTTP: E-0700 to E-0749.
#include <array>

#include "cli/messages/error_advice.h"

namespace obhut::cli {

namespace {

constexpr Text kNotHttp{
    "The answer does not come from an Obhut server, or something in between altered it (a proxy, a "
    "login page).",
    "Die Antwort kommt nicht von einem Obhut-Server, oder etwas dazwischen hat sie verändert (ein "
    "Proxy, eine Anmeldeseite)."};
constexpr Text kSignatureRefused{
    "Each request is signed by this device. The server did not accept the signature.",
    "Jede Anfrage ist von diesem Gerät unterschrieben. Der Server hat die Unterschrift nicht "
    "angenommen."};
constexpr Text kCheckNetwork{
    "Check the network and the server's address, then run the command again.",
    "Prüfen Sie das Netz und die Adresse des Servers, und führen Sie den Befehl dann noch einmal "
    "aus."};

const std::array kTexts{
    ErrorText{700,
              {"not the answer of an Obhut server", "keine Antwort eines Obhut-Servers"},
              kNotHttp,
              kCheckNetwork},
    ErrorText{701,
              {"the server does not know this address", "der Server kennt diese Adresse nicht"},
              kNotHttp,
              {"Check the server's address; perhaps the server is older than this program.",
               "Prüfen Sie die Adresse des Servers; vielleicht ist der Server älter als dieses "
               "Programm."}},
    ErrorText{702,
              {"a request or answer over the limits", "eine Anfrage oder Antwort über den Grenzen"},
              kNotHttp,
              kReport},
    ErrorText{
        703, {"an answer of a newer server", "die Antwort eines neueren Servers"}, kNewer, kUpdate},
    ErrorText{704,
              {"the request was not signed", "die Anfrage war nicht unterschrieben"},
              kSignatureRefused,
              kReport},
    ErrorText{
        705,
        {"the request's signature is malformed", "die Unterschrift der Anfrage ist fehlerhaft"},
        kSignatureRefused,
        kReport},
    ErrorText{706,
              {"the request's signature does not cover everything",
               "die Unterschrift der Anfrage umfasst nicht alles"},
              kSignatureRefused,
              kReport},
    ErrorText{707,
              {"the request's signature is wrong", "die Unterschrift der Anfrage ist falsch"},
              kSignatureRefused,
              kReport},
    ErrorText{708,
              {"the data was altered on the way", "die Daten wurden unterwegs verändert"},
              kNotHttp,
              kCheckNetwork},
    ErrorText{709,
              {"this computer's clock differs from the server's",
               "die Uhr dieses Rechners weicht von der des Servers ab"},
              {"Requests carry a time, so that nobody can replay them.",
               "Anfragen tragen eine Zeit, damit niemand sie wiederholen kann."},
              {"Set this computer's clock.", "Stellen Sie die Uhr dieses Rechners."}},
    ErrorText{710,
              {"the request came twice", "die Anfrage kam doppelt an"},
              kSignatureRefused,
              kTryAgain},
    ErrorText{711,
              {"the server does not take this device", "der Server lässt dieses Gerät nicht zu"},
              {"The device has been revoked or retired, or its user was disabled.",
               "Das Gerät wurde gesperrt oder abgemeldet, oder seine Person wurde gesperrt."},
              {"Sign in anew, or ask your administrator.",
               "Melden Sie sich neu an, oder wenden Sie sich an Ihre Administration."}},
    ErrorText{712,
              {"signed by a key that is not for requests",
               "mit einem Schlüssel unterschrieben, der nicht für Anfragen ist"},
              kSignatureRefused,
              kReport},

    ErrorText{
        715,
        {"too many requests", "zu viele Anfragen"},
        {"The server limits how often it answers.", "Der Server begrenzt, wie oft er antwortet."},
        kTryLater},
    ErrorText{716,
              {"the server is busy", "der Server ist ausgelastet"},
              {"It has more to do than it can, or is being stopped.",
               "Er hat mehr zu tun, als er kann, oder wird gerade beendet."},
              kTryLater},
    ErrorText{717,
              {"the server has a fault", "der Server hat einen Fehler"},
              {"What went wrong stands in the server's own log.",
               "Was schiefging, steht im Protokoll des Servers."},
              {"Run the command again later; if it stays so, tell your administrator.",
               "Führen Sie den Befehl später noch einmal aus; bleibt es so, wenden Sie sich an "
               "Ihre Administration."}},
    ErrorText{718,
              {"the server has no organisation yet", "der Server hat noch keine Organisation"},
              {"It is new and empty.", "Er ist neu und leer."},
              {"Create one: “obhut org create NAME --server URL --email ADDRESS”.",
               "Legen Sie eine an: „obhut org create NAME --server URL --email ADRESSE“."}},
    ErrorText{719,
              {"the server has an organisation already", "der Server hat schon eine Organisation"},
              {"One server keeps one organisation.", "Ein Server führt eine Organisation."},
              {"Ask its administrator for an invitation.",
               "Bitten Sie deren Administration um eine Einladung."}},
    ErrorText{720,
              {"the token is missing or wrong", "das Kennwort des Servers fehlt oder ist falsch"},
              {"On another machine than its own, the server takes a new organisation only from who "
               "knows the token it printed when it first started.",
               "Von einem anderen Rechner nimmt der Server eine neue Organisation nur von dem an, "
               "der das Kennwort kennt, das er beim ersten Start ausgab."},
              {"Give it with --token TOKEN.", "Geben Sie es mit --token KENNWORT an."}},
    ErrorText{721,
              {"the server refused an entry of the directory",
               "der Server hat einen Eintrag des Verzeichnisses abgelehnt"},
              kEntryInvalid,
              kTryAgain},
    ErrorText{722,
              {"the server refused a key or sealed part",
               "der Server hat einen Schlüssel oder versiegelten Teil abgelehnt"},
              {"It does not match what the directory says.",
               "Er passt nicht zu dem, was das Verzeichnis sagt."},
              kReport},
    ErrorText{723,
              {"signing in was refused", "die Anmeldung wurde abgelehnt"},
              {"Address, password or kit are wrong. The server deliberately does not say which.",
               "Adresse, Passwort oder Notfallblatt stimmen nicht. Der Server sagt mit Absicht "
               "nicht, was davon."},
              {"Type all of it again.", "Geben Sie alles noch einmal ein."}},
    ErrorText{724,
              {"somebody changed the space a moment earlier",
               "jemand hat den Bereich einen Augenblick früher geändert"},
              kOthersFirst,
              kTryAgain},
    ErrorText{725,
              {"the server refused a change of the space",
               "der Server hat eine Änderung des Bereichs abgelehnt"},
              kChainInvalid,
              kTryAgain},
    ErrorText{
        726,
        {"the server refused the lists of a change",
         "der Server hat die Listen einer Änderung abgelehnt"},
        {"They do not fit to what is stored.", "Sie passen nicht zu dem, was gespeichert ist."},
        kReport},
    ErrorText{
        727,
        {"parts of the upload are missing at the server", "beim Server fehlen hochgeladene Teile"},
        {"They expired or were lost.", "Sie sind verfallen oder verloren gegangen."},
        kTryAgain},
    ErrorText{
        728,
        {"the server does not show you this space", "der Server zeigt Ihnen diesen Bereich nicht"},
        {"There is no such space, or you are not a member any more.",
         "Es gibt ihn nicht, oder Sie sind nicht mehr Mitglied."},
        kAskManager},
    ErrorText{
        729,
        {"no space left at the server", "beim Server ist kein Platz mehr"},
        {"The limit for this space or its owner is reached. Nothing is lost.",
         "Die Grenze für diesen Bereich oder seinen Besitz ist erreicht. Es ist nichts verloren."},
        {"Remove what is not needed, or ask your administrator for more.",
         "Entfernen Sie Unnötiges, oder bitten Sie Ihre Administration um mehr."}},
    ErrorText{730,
              {"the server does not have it", "der Server hat es nicht"},
              {"What was asked for does not exist there.", "Das Verlangte gibt es dort nicht."},
              kTryAgain},
    ErrorText{731,
              {"the space can only be read at the moment", "der Bereich ist derzeit nur lesbar"},
              {"The server was restored from a backup and waits for a manager of the space.",
               "Der Server wurde aus einer Sicherung wiederhergestellt und wartet auf die "
               "Verwaltung des Bereichs."},
              kAskManager},
    ErrorText{732,
              {"this computer's clock differs from the server's",
               "die Uhr dieses Rechners weicht von der des Servers ab"},
              {"Entries of the directory carry a time that must be right to five minutes.",
               "Einträge des Verzeichnisses tragen eine Zeit, die auf fünf Minuten stimmen muss."},
              {"Set this computer's clock.", "Stellen Sie die Uhr dieses Rechners."}},
    ErrorText{733,
              {"somebody changed the directory a moment earlier",
               "jemand hat das Verzeichnis einen Augenblick früher geändert"},
              kOthersFirst,
              kTryAgain},
    ErrorText{734,
              {"you may read here, not write", "Sie dürfen hier lesen, nicht schreiben"},
              kNoRight,
              kAskManager},

    ErrorText{740,
              {"the server cannot be reached", "der Server ist nicht erreichbar"},
              {"No connection came about; nothing was sent.",
               "Es kam keine Verbindung zustande; nichts wurde gesendet."},
              kCheckNetwork},
    ErrorText{741,
              {"the connection broke off", "die Verbindung brach ab"},
              {"Whether the server carried it out is not known; the next command finds out by "
               "itself. Nothing happens twice.",
               "Ob der Server es ausgeführt hat, ist nicht bekannt; der nächste Befehl stellt es "
               "von selbst fest. Nichts geschieht doppelt."},
              kCheckNetwork},
    ErrorText{742,
              {"stopped", "abgebrochen"},
              {"You asked to stop.", "Sie haben abgebrochen."},
              {"Run the command again to continue.",
               "Führen Sie den Befehl noch einmal aus, um fortzufahren."}},
    ErrorText{743,
              {"the server's certificate is not trusted",
               "dem Zertifikat des Servers wird nicht vertraut"},
              {"Somebody may stand in between, or the certificate has expired.",
               "Vielleicht steht jemand dazwischen, oder das Zertifikat ist abgelaufen."},
              kAskAdministrator},
};

}  // namespace

std::span<const ErrorText> http_error_texts() { return kTexts; }

}  // namespace obhut::cli
