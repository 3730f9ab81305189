// Texts for the command line: E-0900 to E-0949.
#include <array>

#include "cli/messages/error_advice.h"

namespace obhut::cli {

namespace {

constexpr Text kCommandLine{
    "The command line is not as the command takes it. Nothing was done.",
    "Die Befehlszeile ist nicht so, wie der Befehl sie versteht. Es wurde nichts getan."};

const std::array kTexts{
    ErrorText{900,
              {"unknown command", "unbekannter Befehl"},
              kCommandLine,
              {"“obhut help” lists the commands.", "„obhut help“ zeigt die Befehle."}},
    ErrorText{901, {"unknown option", "unbekannte Option"}, kCommandLine, kSeeHelp},
    ErrorText{
        902, {"the option needs a value", "die Option braucht einen Wert"}, kCommandLine, kSeeHelp},
    ErrorText{
        903, {"the option takes no value", "die Option nimmt keinen Wert"}, kCommandLine, kSeeHelp},
    ErrorText{904, {"an argument is missing", "ein Argument fehlt"}, kCommandLine, kSeeHelp},
    ErrorText{905,
              {"too many arguments", "zu viele Argumente"},
              kCommandLine,
              {"Put names with spaces in quotes.",
               "Setzen Sie Namen mit Leerzeichen in Anführungszeichen."}},
    ErrorText{906, {"this option is required", "diese Option ist nötig"}, kCommandLine, kSeeHelp},
    ErrorText{907,
              {"this value is not possible", "dieser Wert ist nicht möglich"},
              kCommandLine,
              kSeeHelp},
    ErrorText{908,
              {"not a path in a space", "kein Pfad in einem Bereich"},
              {"Paths in spaces are written SPACE:/folder/file.",
               "Pfade in Bereichen lauten BEREICH:/ordner/datei."},
              {"“obhut space list” shows your spaces.", "„obhut space list“ zeigt Ihre Bereiche."}},

    ErrorText{910,
              {"this needs your consent", "das braucht Ihre Zustimmung"},
              {"The command cannot be undone easily, and there is no terminal to ask on.",
               "Der Befehl lässt sich nicht leicht rückgängig machen, und es gibt kein Terminal "
               "zum Nachfragen."},
              {"Give --yes if you mean it.", "Geben Sie --yes an, wenn Sie es so wollen."}},
    ErrorText{911,
              {"not done", "nicht getan"},
              {"You said no.", "Sie haben nein gesagt."},
              {"Nothing was changed.", "Es wurde nichts geändert."}},
    ErrorText{912,
              {"the passphrase is needed", "das Passwort wird gebraucht"},
              {"The profile is sealed, and there is neither an agent nor a keyring nor a terminal "
               "to ask on.",
               "Das Profil ist versiegelt, und es gibt weder einen Agenten noch einen "
               "Schlüsselbund noch ein Terminal zum Nachfragen."},
              {"Run “obhut unlock” first, or give --passphrase-file FILE.",
               "Führen Sie zuerst „obhut unlock“ aus, oder geben Sie --passphrase-file DATEI an."}},
    ErrorText{913,
              {"the two passwords differ", "die beiden Passwörter sind verschieden"},
              {"It is asked for twice, so that a mistyped one does not lock you out.",
               "Es wird zweimal erfragt, damit Sie ein Tippfehler nicht aussperrt."},
              kTryAgain},
    ErrorText{
        914,
        {"not everything was done", "nicht alles wurde getan"},
        {"Some things were left out; each of them was named above. The rest is done.",
         "Einiges wurde ausgelassen; jedes davon ist oben genannt. Der Rest ist getan."},
        {"Look at what was named above, then run the command again.",
         "Sehen Sie sich das oben Genannte an, und führen Sie den Befehl dann noch einmal aus."}},
    ErrorText{915,
              {"interrupted", "unterbrochen"},
              {"What was acknowledged before is kept.", "Was vorher bestätigt wurde, bleibt."},
              {"Run the command again to continue.",
               "Führen Sie den Befehl noch einmal aus, um fortzufahren."}},
    ErrorText{916,
              {"the agent does not answer", "der Agent antwortet nicht"},
              {"The agent keeps your unlocked key in memory.",
               "Der Agent hält Ihren entsperrten Schlüssel im Speicher."},
              {"Run “obhut lock”, then “obhut unlock”.",
               "Führen Sie „obhut lock“ und dann „obhut unlock“ aus."}},
    ErrorText{917,
              {"the agent does not have this profile's key",
               "der Agent hat den Schlüssel dieses Profils nicht"},
              {"It was locked, or not used for too long.",
               "Es wurde gesperrt oder zu lange nicht benutzt."},
              {"Run “obhut unlock”.", "Führen Sie „obhut unlock“ aus."}},
    ErrorText{918,
              {"these are not the words on the kit", "das sind nicht die Wörter auf dem Blatt"},
              {"They show that the printed kit is kept.",
               "Sie zeigen, dass das gedruckte Blatt aufbewahrt ist."},
              {"Look at the kit and type them again.",
               "Sehen Sie auf das Blatt, und geben Sie sie noch einmal ein."}},
    ErrorText{919,
              {"the output could not be written", "die Ausgabe ließ sich nicht schreiben"},
              {"The program that reads it ended, or the disk is full.",
               "Das lesende Programm ist beendet, oder die Platte ist voll."},
              kTryAgain},
    ErrorText{
        920,
        {"the file exists already", "die Datei gibt es schon"},
        {"It is not overwritten without your word.", "Sie wird nicht ohne Ihr Wort überschrieben."},
        {"Name another file, or give --force.",
         "Nennen Sie eine andere Datei, oder geben Sie --force an."}},
    ErrorText{
        921,
        {"a file in the place of a folder, or the reverse",
         "eine Datei an der Stelle eines Ordners oder umgekehrt"},
        {"Neither replaces the other silently.", "Keines ersetzt das andere stillschweigend."},
        {"Rename or remove one of them.", "Benennen Sie eines davon um, oder entfernen Sie es."}},
    ErrorText{922,
              {"source and target are the same", "Quelle und Ziel sind dasselbe"},
              kCommandLine,
              {"Choose another target.", "Wählen Sie ein anderes Ziel."}},
    ErrorText{923,
              {"nothing from that time", "nichts aus dieser Zeit"},
              {"The space or file did not exist then, or its old states are thinned out.",
               "Den Bereich oder die Datei gab es damals nicht, oder alte Stände sind ausgedünnt."},
              {"“obhut history SPACE:/FILE” shows what there is.",
               "„obhut history BEREICH:/DATEI“ zeigt, was es gibt."}},
    ErrorText{924,
              {"the check found what must not be", "die Prüfung fand, was nicht sein darf"},
              kForged,
              kTellAdministrator},
    ErrorText{
        925, {"too much text for a QR code", "zu viel Text für einen QR-Code"}, kOwnFault, kReport},
    ErrorText{926,
              {"no link of that id", "kein Link mit dieser Kennung"},
              {"Ids are those of “obhut link list”, at least eight characters.",
               "Kennungen stehen in „obhut link list“, mindestens acht Zeichen."},
              {"Look it up with “obhut link list SPACE”.",
               "Sehen Sie mit „obhut link list BEREICH“ nach."}},
    ErrorText{927,
              {"a link for something else", "ein Link für etwas anderes"},
              {"Some links are for reading, others for putting files.",
               "Manche Links sind zum Lesen, andere zum Ablegen von Dateien."},
              {"Use “obhut get URL” to read, “obhut put FILE URL” to put.",
               "Lesen Sie mit „obhut get URL“, legen Sie ab mit „obhut put DATEI URL“."}},
    ErrorText{928,
              {"nothing of that id in the inbox", "nichts mit dieser Kennung im Eingang"},
              {"Ids are those of “obhut inbox”, at least eight characters.",
               "Kennungen stehen in „obhut inbox“, mindestens acht Zeichen."},
              {"Look it up with “obhut inbox”.", "Sehen Sie mit „obhut inbox“ nach."}},
};

}  // namespace

std::span<const ErrorText> cli_error_texts() { return kTexts; }

}  // namespace obhut::cli
