// Exit codes: stable, so that scripts can rely on them. Documented in docs/cli.md and obhut(1),
// from this table.
#pragma once

#include <array>

#include "cli/messages/text.h"
#include "core/base/error.h"

namespace obhut::cli {

enum class Exit : int {
    done = 0,
    failed = 1,        // this computer: disk, permissions, memory
    usage = 2,         // the command line is wrong
    partly = 3,        // something was left out, each was reported; the rest is done
    missing = 4,       // the thing named does not exist
    refused = 5,       // not allowed
    sign_in = 6,       // locked, wrong password, or no profile
    retry = 7,         // server not reachable or busy
    conflict = 8,      // somebody was first
    corrupt = 9,       // something does not verify: do not go on
    upgrade = 10,      // a newer version is needed
    interrupted = 130  // Ctrl-C
};

struct ExitText {
    Exit code;
    Text meaning;
};

inline constexpr std::array<ExitText, 12> kExitTexts{{
    {Exit::done, {"all done", "alles getan"}},
    {Exit::failed,
     {"this computer failed: disk, permissions, memory",
      "dieser Rechner: Platte, Rechte, Speicher"}},
    {Exit::usage,
     {"the command line is wrong; nothing was done",
      "die Befehlszeile ist falsch; nichts wurde getan"}},
    {Exit::partly,
     {"done in part; what was left out was named", "teilweise getan; Ausgelassenes wurde genannt"}},
    {Exit::missing, {"what was named does not exist", "das Genannte gibt es nicht"}},
    {Exit::refused, {"not allowed", "nicht erlaubt"}},
    {Exit::sign_in,
     {"locked, wrong password, or no profile", "gesperrt, falsches Passwort oder kein Profil"}},
    {Exit::retry,
     {"server not reachable or busy: try again",
      "Server nicht erreichbar oder ausgelastet: später"}},
    {Exit::conflict, {"somebody else was first", "jemand anderes war früher"}},
    {Exit::corrupt,
     {"something does not verify: do not go on", "etwas ist nicht echt: nicht weiterarbeiten"}},
    {Exit::upgrade,
     {"a newer version of obhut is needed", "eine neuere Version von obhut ist nötig"}},
    {Exit::interrupted, {"interrupted", "unterbrochen"}},
}};

// exit_of gives the exit code that goes with an error.
Exit exit_of(Error error);

}  // namespace obhut::cli
