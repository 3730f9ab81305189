// Texts for the engine, the second range: E-1000 to E-1099.
#include <array>

#include "cli/messages/error_advice.h"

namespace obhut::cli {

namespace {

constexpr std::array kTexts{
    ErrorText{
        1000,
        {"the server does not show this space any more, and nobody has taken you out of it",
         "der Server zeigt diesen Bereich nicht mehr, und niemand hat Sie herausgenommen"},
        {"Whoever takes somebody out of a space, or closes it, signs that, and the server has to "
         "show it. It shows neither the space nor a signature.",
         "Wer jemanden aus einem Bereich nimmt oder ihn schließt, unterschreibt das, und der "
         "Server muss es zeigen. Er zeigt weder den Bereich noch eine Unterschrift."},
        {"Tell your administrator, and ask the other members whether they see it.",
         "Sagen Sie es Ihrer Administration, und fragen Sie die anderen Mitglieder, ob sie ihn "
         "sehen."}},
    ErrorText{
        1001,
        {"the server does not have this space any more; it may have been closed while this device "
         "was away",
         "der Server hat diesen Bereich nicht mehr; vielleicht wurde er geschlossen, während "
         "dieses Gerät weg war"},
        {"A closed space goes after 30 days, and with it the signature of who closed it. This "
         "device has not asked for so long.",
         "Ein geschlossener Bereich verschwindet nach 30 Tagen, und mit ihm die Unterschrift "
         "dessen, der ihn geschlossen hat. So lange hat dieses Gerät nicht gefragt."},
        {"Ask another member whether that is so; else tell your administrator.",
         "Fragen Sie ein anderes Mitglied, ob das stimmt; sonst sagen Sie es Ihrer "
         "Administration."}},
    ErrorText{1002,
              {"this profile is not finished", "dieses Profil ist nicht fertig"},
              {"Its command was cut off, perhaps after the server had heard of it.",
               "Sein Befehl wurde unterbrochen, vielleicht nachdem der Server davon wusste."},
              {"Give the same command again (“obhut org create”, “obhut join” or “obhut signin”): "
               "it goes on where it stopped.",
               "Geben Sie denselben Befehl noch einmal („obhut org create“, „obhut join“ oder "
               "„obhut signin“): Er macht dort weiter, wo er aufgehört hat."}},
    ErrorText{1003,
              {"a key is being renewed", "ein Schlüssel wird gerade erneuert"},
              {"A device was ended, or somebody has left. The new key has to come from another "
               "member's device, or from another one of yours, and none of them has run since.",
               "Ein Gerät wurde beendet, oder jemand ist gegangen. Der neue Schlüssel muss vom "
               "Gerät eines anderen Mitglieds kommen oder von einem anderen der Ihren, und seitdem "
               "lief keines davon."},
              {"Nothing to do: it comes by itself. Try again later.",
               "Nichts zu tun: Er kommt von selbst. Versuchen Sie es später noch einmal."}},
};

}  // namespace

std::span<const ErrorText> engine_error_texts() { return kTexts; }

}  // namespace obhut::cli
