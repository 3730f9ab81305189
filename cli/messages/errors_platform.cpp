// Texts for the operating system: E-0850 to E-0899.
#include <array>

#include "cli/messages/error_advice.h"

namespace obhut::cli {

namespace {

constexpr Text kCheckPath{"Check the path.", "Prüfen Sie den Pfad."};

const std::array kTexts{
    ErrorText{850,
              {"no such file or folder on this computer", "keine solche Datei auf diesem Rechner"},
              kOnThisMachine,
              kCheckPath},
    ErrorText{851,
              {"the file exists already", "die Datei gibt es schon"},
              kOnThisMachine,
              {"Name another file, or remove this one.",
               "Nennen Sie eine andere Datei, oder entfernen Sie diese."}},
    ErrorText{
        852,
        {"no permission", "keine Berechtigung"},
        {"This computer does not let you read or write there.",
         "Dieser Rechner lässt Sie dort nicht lesen oder schreiben."},
        {"Change the permissions, or run the command as who may.",
         "Ändern Sie die Rechte, oder führen Sie den Befehl unter einer Anmeldung aus, die darf."}},
    ErrorText{853,
              {"not enough space on this disk", "nicht genug Platz auf dieser Platte"},
              {"The disk or your share of it is full. What was there is unchanged.",
               "Die Platte oder Ihr Anteil ist voll. Was da war, ist unverändert."},
              {"Make room on the disk and run the command again.",
               "Schaffen Sie Platz und führen Sie den Befehl noch einmal aus."}},
    ErrorText{854,
              {"the file system failed", "das Dateisystem hat versagt"},
              kOnThisMachine,
              {"Check this computer's disk.", "Prüfen Sie die Platte dieses Rechners."}},
    ErrorText{855,
              {"the file is too large here", "die Datei ist hier zu groß"},
              {"It is over the limit of what is expected, or of what the file system holds.",
               "Sie liegt über der Grenze des Erwarteten oder dessen, was das Dateisystem fasst."},
              kCheckPath},
    ErrorText{856,
              {"another program holds the folder", "ein anderes Programm hält den Ordner"},
              {"Only one program at a time may use it.",
               "Nur ein Programm darf ihn zur selben Zeit benutzen."},
              {"End the other program.", "Beenden Sie das andere Programm."}},
    ErrorText{860,
              {"not the address of a server", "keine Adresse eines Servers"},
              {"It is written https://HOST or http://HOST:PORT.",
               "Sie lautet https://RECHNER oder http://RECHNER:PORT."},
              {"Correct the address.", "Berichtigen Sie die Adresse."}},
    ErrorText{861,
              {"connections cannot be made", "Verbindungen sind nicht möglich"},
              {"The HTTP library (libcurl) could not be set up.",
               "Die HTTP-Bibliothek (libcurl) ließ sich nicht einrichten."},
              kReport},

    ErrorText{870,
              {"something of another kind is in the way", "etwas anderer Art ist im Weg"},
              {"There is a file where a folder is needed, a folder where a file is needed, or a "
               "link, which is never followed.",
               "Dort ist eine Datei, wo ein Ordner nötig ist, ein Ordner, wo eine Datei nötig ist, "
               "oder ein Link, dem nie gefolgt wird."},
              {"Move it away, or choose another target.",
               "Schieben Sie es beiseite, oder wählen Sie ein anderes Ziel."}},
    ErrorText{
        871,
        {"the file changed while it was read", "die Datei änderte sich beim Lesen"},
        {"Another program was writing to it. It was left out, so that no mixture is kept.",
         "Ein anderes Programm schrieb hinein. Sie wurde ausgelassen, damit kein Gemisch "
         "entsteht."},
        {"Close it in other programs and run the command again.",
         "Schließen Sie sie in anderen Programmen und führen Sie den Befehl noch einmal aus."}},
    ErrorText{872,
              {"neither file, folder nor link", "weder Datei noch Ordner noch Link"},
              {"Pipes, sockets and devices have no content to keep.",
               "Pipes, Sockets und Geräte haben keinen Inhalt, den man aufbewahren könnte."},
              {"It was left out.", "Es wurde ausgelassen."}},
    ErrorText{873,
              {"the name is not valid UTF-8", "der Name ist kein gültiges UTF-8"},
              {"Names are kept exactly as they are, and only valid ones can be shown everywhere. "
               "Nothing is renamed silently.",
               "Namen bleiben genau, wie sie sind, und nur gültige lassen sich überall zeigen. "
               "Nichts wird stillschweigend umbenannt."},
              {"Rename it (for example with convmv) and run the command again.",
               "Benennen Sie es um (etwa mit convmv), und führen Sie den Befehl noch einmal aus."}},
    ErrorText{
        874,
        {"a name that leads out of its folder", "ein Name, der aus seinem Ordner hinausführt"},
        {"Somebody in the space gave a file a name that could overwrite something else here. It "
         "was left out.",
         "Jemand im Bereich hat einer Datei einen Namen gegeben, der hier anderes überschreiben "
         "könnte. Sie wurde ausgelassen."},
        kTellAdministrator},
    ErrorText{
        875,
        {"the folder contains itself", "der Ordner enthält sich selbst"},
        {"A mount or link makes a loop.", "Eine Einhängung oder ein Link bildet eine Schleife."},
        {"It was left out.", "Er wurde ausgelassen."}},
    ErrorText{876,
              {"too many open files", "zu viele offene Dateien"},
              kOnThisMachine,
              {"Close programs, or raise the limit (ulimit -n).",
               "Schließen Sie Programme, oder erhöhen Sie die Grenze (ulimit -n)."}},
    ErrorText{877,
              {"the path is too long for this computer", "der Pfad ist zu lang für diesen Rechner"},
              kOnThisMachine,
              {"Choose a target with a shorter path.", "Wählen Sie ein Ziel mit kürzerem Pfad."}},

    ErrorText{880,
              {"there is nobody to ask", "es ist niemand da, den man fragen könnte"},
              {"The command needs an answer, and there is no terminal.",
               "Der Befehl braucht eine Antwort, und es gibt kein Terminal."},
              {"Give the answer as an option; “--help” shows which.",
               "Geben Sie die Antwort als Option an; „--help“ zeigt, welche."}},
    ErrorText{881,
              {"no answer", "keine Antwort"},
              {"The input ended.", "Die Eingabe endete."},
              kTryAgain},
    ErrorText{882,
              {"a local connection failed", "eine lokale Verbindung ist gescheitert"},
              {"Programs of yours on this computer talk over a socket file.",
               "Ihre Programme auf diesem Rechner sprechen über eine Socket-Datei miteinander."},
              {"Run “obhut lock”, then “obhut unlock”.",
               "Führen Sie „obhut lock“ und dann „obhut unlock“ aus."}},
    ErrorText{
        883,
        {"another user's program answered", "das Programm einer anderen Anmeldung hat geantwortet"},
        {"The socket belongs to somebody else on this computer. Nothing was said to it.",
         "Der Socket gehört jemand anderem auf diesem Rechner. Es wurde nichts übermittelt."},
        kTellAdministrator},
    ErrorText{884,
              {"a local message is too long", "eine lokale Nachricht ist zu lang"},
              kOwnFault,
              kReport},
    ErrorText{885,
              {"nobody reads the output any more", "niemand liest die Ausgabe mehr"},
              {"The program that reads it has ended.", "Das lesende Programm ist beendet."},
              kTryAgain},
};

}  // namespace

std::span<const ErrorText> platform_error_texts() { return kTexts; }

}  // namespace obhut::cli
