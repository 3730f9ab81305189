// Inboxes and names of groups: E-1100 to E-1149 (client/errors.h).
#include <array>

#include "cli/messages/error_advice.h"

namespace obhut::cli {

namespace {

constexpr std::array kTexts{
    ErrorText{1100,
              {"the key of whom it is for is being renewed",
               "der Schlüssel, für den es ist, wird gerade erneuert"},
              {"A device was ended there, or somebody has left the group. Until the others have "
               "made a new key nothing is sealed to the old one.",
               "Dort wurde ein Gerät beendet, oder jemand hat die Gruppe verlassen. Bis die "
               "anderen einen neuen Schlüssel gemacht haben, wird nichts mit dem alten "
               "verschlossen."},
              {"Nothing to do: what you send is kept and goes with a later command.",
               "Nichts zu tun: Was Sie senden, bleibt liegen und geht mit einem späteren Befehl."}},
    ErrorText{1101,
              {"what came to a group goes where every member can write",
               "was an eine Gruppe kam, kommt dorthin, wo alle Mitglieder schreiben können"},
              {"So another member can finish if this device is interrupted, and nothing is filed "
               "twice.",
               "So kann ein anderes Mitglied es zu Ende bringen, wenn dieses Gerät unterbrochen "
               "wird, und nichts wird zweimal abgelegt."},
              {"File it into “group:NAME:/…”, or a space shared with the group as editor; from "
               "there copy it.",
               "Legen Sie es in „group:NAME:/…“ oder einen Bereich, den die Gruppe bearbeiten "
               "darf; von dort aus lässt es sich kopieren."}},
    ErrorText{1102,
              {"another member began to file it into a space that you cannot look into",
               "ein anderes Mitglied hat begonnen, es in einen Bereich abzulegen, den Sie nicht "
               "einsehen können"},
              {"Whether it lies there only he can find out.",
               "Ob es dort liegt, kann nur dieses feststellen."},
              {"Ask him to run the command again, or discard it: “obhut inbox discard ID”.",
               "Lassen Sie es den Befehl noch einmal ausführen, oder verwerfen Sie es: „obhut "
               "inbox discard KENNUNG“."}},
    ErrorText{1103,
              {"the group of all has no inbox", "die Gruppe aller hat keinen Eingang"},
              {"What is for everybody belongs into a space that everybody reads.",
               "Was für alle ist, gehört in einen Bereich, den alle lesen."},
              {"Share a space with “group:all” and put it there.",
               "Geben Sie einen Bereich für „group:alle“ frei, und legen Sie es dort ab."}},
    ErrorText{
        1104,
        {"somebody, or another group, is called so", "jemand oder eine andere Gruppe heißt so"},
        {"Names that differ only in spaces or capitals count as the same.",
         "Namen, die sich nur in Leerzeichen oder Großbuchstaben unterscheiden, gelten als "
         "gleich."},
        {"Take another name, or ask an administrator to write this one down.",
         "Nehmen Sie einen anderen Namen, oder bitten Sie die Administration, diesen "
         "einzutragen."}},
    ErrorText{
        1105,
        {"a name that its sender has no say in", "ein Name, über den der Absender nicht bestimmt"},
        {"People name themselves, and groups are named by who manages them.",
         "Jeder benennt sich selbst, und Gruppen benennt, wer sie verwaltet."},
        {"Discard it: “obhut inbox discard ID”.",
         "Verwerfen Sie ihn: „obhut inbox discard KENNUNG“."}},
    ErrorText{1106,
              {"a name that a later one has overtaken", "ein Name, den ein späterer überholt hat"},
              {"Of two wishes the later one counts.", "Von zwei Wünschen zählt der spätere."},
              {"Nothing to do.", "Nichts zu tun."}},
};

}  // namespace

std::span<const ErrorText> groups_error_texts() { return kTexts; }

}  // namespace obhut::cli
