// Texts for decoding and cryptography: E-0100 to E-0249.
#include <array>

#include "cli/messages/error_advice.h"

namespace obhut::cli {

namespace {

const std::array kTexts{
    ErrorText{100, {"data ends too early", "Daten enden zu früh"}, kBadBytes, kTellAdministrator},
    ErrorText{101,
              {"data is not in its one allowed form", "Daten haben nicht ihre eine erlaubte Form"},
              kBadBytes,
              kTellAdministrator},
    ErrorText{102,
              {"data of another type than expected", "Daten von anderer Art als erwartet"},
              kBadBytes,
              kTellAdministrator},
    ErrorText{103,
              {"data over a fixed limit", "Daten über einer festen Grenze"},
              kBadBytes,
              kTellAdministrator},
    ErrorText{104,
              {"data nested too deeply", "Daten zu tief verschachtelt"},
              kBadBytes,
              kTellAdministrator},
    ErrorText{
        105, {"data after its end", "Daten hinter ihrem Ende"}, kBadBytes, kTellAdministrator},
    ErrorText{106,
              {"a required field is missing", "ein nötiges Feld fehlt"},
              kBadBytes,
              kTellAdministrator},
    ErrorText{
        107, {"a field of a newer version", "ein Feld einer neueren Version"}, kNewer, kUpdate},
    ErrorText{108,
              {"a value outside its range", "ein Wert außerhalb seines Bereichs"},
              kBadBytes,
              kTellAdministrator},
    ErrorText{109,
              {"text that is not valid UTF-8", "Text, der kein gültiges UTF-8 ist"},
              kBadBytes,
              kTellAdministrator},
    ErrorText{
        110,
        {"not hexadecimal or base32 text", "kein Text in Hexadezimal- oder Base32-Schreibweise"},
        kTypedWrong,
        kCopyAgain},

    ErrorText{200,
              {"sealed data has been altered", "versiegelte Daten wurden verändert"},
              kForged,
              kTellAdministrator},
    ErrorText{
        201,
        {"sealed data is not what was asked for", "versiegelte Daten sind nicht die verlangten"},
        kForged,
        kTellAdministrator},
    ErrorText{202,
              {"data in the format of a newer version", "Daten im Format einer neueren Version"},
              kNewer,
              kUpdate},
    ErrorText{203,
              {"cryptography that this version does not allow",
               "Kryptographie, die diese Version nicht zulässt"},
              {"The suite of algorithms is not on the list compiled into this program. It never "
               "tries another one.",
               "Die Auswahl der Verfahren steht nicht auf der Liste dieses Programms. Es probiert "
               "nie eine andere."},
              kUpdate},
    ErrorText{204,
              {"sealed data of another type in this place",
               "versiegelte Daten anderer Art an dieser Stelle"},
              kForged,
              kTellAdministrator},
    ErrorText{
        205, {"a signature is wrong", "eine Unterschrift ist falsch"}, kForged, kTellAdministrator},
    ErrorText{206,
              {"a public key is malformed", "ein öffentlicher Schlüssel ist fehlerhaft"},
              kForged,
              kTellAdministrator},
    ErrorText{207,
              {"a sealed key does not open", "ein versiegelter Schlüssel lässt sich nicht öffnen"},
              kForged,
              kTellAdministrator},
    ErrorText{208,
              {"wrong padding in sealed data", "falsche Auffüllung in versiegelten Daten"},
              kForged,
              kTellAdministrator},
    ErrorText{209,
              {"parameters too weak for a password", "zu schwache Parameter für ein Passwort"},
              {"Somebody proposes to hash your password more cheaply than this program allows. It "
               "refused.",
               "Jemand schlägt vor, Ihr Passwort billiger abzuleiten, als dieses Programm zulässt. "
               "Es hat abgelehnt."},
              kTellAdministrator},
    ErrorText{
        210,
        {"not enough memory to check the password", "zu wenig Speicher, um das Passwort zu prüfen"},
        {"Deriving a key from a password deliberately takes at least 64 MiB of memory.",
         "Aus einem Passwort einen Schlüssel abzuleiten braucht mit Absicht mindestens 64 MiB "
         "Speicher."},
        {"Close other programs and try again.",
         "Schließen Sie andere Programme und versuchen Sie es noch einmal."}},
};

}  // namespace

std::span<const ErrorText> core_error_texts() { return kTexts; }

}  // namespace obhut::cli
