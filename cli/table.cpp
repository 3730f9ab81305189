#include <algorithm>

#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Option kGlobalOptions[]{
    {.name = "profile",
     .value = Value::folder,
     .value_name = {"DIR", "ORDNER"},
     .help = {"your profile (else $OBHUT_PROFILE, ~/.local/share/obhut)",
              "Ihr Profil (sonst $OBHUT_PROFILE, ~/.local/share/obhut)"}},
    {.name = "passphrase-file",
     .value = Value::file,
     .value_name = {"FILE", "DATEI"},
     .help = {"read the password from a file", "das Passwort aus einer Datei lesen"}},
    {.name = "json", .help = {"one JSON object a line", "ein JSON-Objekt je Zeile"}},
    {.name = "yes",
     .letter = 'y',
     .help = {"agree to what would be asked", "dem zustimmen, was gefragt würde"}},
    {.name = "quiet",
     .letter = 'q',
     .help = {"only results and errors", "nur Ergebnisse und Fehler"}},
    {.name = "help", .letter = 'h', .help = {"explain the command", "den Befehl erklären"}},
    {.name = "version", .help = {"show the version", "die Version zeigen"}},
};

constexpr std::array kCommands{
    &kOrgCreate,
    &kOrgPolicy,
    &kOrgReset,
    &kJoin,
    &kSignin,
    &kSignout,
    &kKit,
    &kInvite,
    &kPeople,
    &kPeopleRename,
    &kPeopleDisable,
    &kPeopleEnable,
    &kDeviceList,
    &kDeviceAdd,
    &kDeviceRevoke,
    &kGroupList,
    &kGroupCreate,
    &kGroupMembers,
    &kGroupAdd,
    &kGroupRemove,
    &kGroupRename,
    &kGroupDelete,
    &kSpaceList,
    &kSpaceCreate,
    &kSpaceMembers,
    &kSpaceShare,
    &kSpaceUnshare,
    &kSpaceRename,
    &kSpacePolicy,
    &kSpaceRaise,
    &kSpaceSettle,
    &kSpaceLeave,
    &kSpaceClose,
    &kSpaceReset,
    &kPut,
    &kGet,
    &kCat,
    &kLs,
    &kTree,
    &kMkdir,
    &kMv,
    &kCp,
    &kRm,
    &kLinkCreate,
    &kLinkList,
    &kLinkRevoke,
    &kSend,
    &kInbox,
    &kInboxFile,
    &kInboxDiscard,
    &kTrashList,
    &kTrashRestore,
    &kTrashEmpty,
    &kHistory,
    &kRestore,
    &kDiff,
    &kLog,
    &kStatus,
    &kVerify,
    &kExport,
    &kUnlock,
    &kLock,
    &kServerInit,
    &kServerQuota,
    &kServerIncarnation,
    &kServerBackup,
    &kServerScrub,
    &kHelp,
    &kCompletion,
    &kManPages,
};

}  // namespace

std::span<const Command* const> commands() { return kCommands; }

std::span<const Option> global_options() { return kGlobalOptions; }

const Text& title_of(Group group) {
    static constexpr Text kBegin{"Begin", "Beginnen"};
    static constexpr Text kPeopleTitle{"People", "Personen"};
    static constexpr Text kSpaces{"Spaces", "Bereiche"};
    static constexpr Text kFiles{"Files", "Dateien"};
    static constexpr Text kPast{"Past", "Früheres"};
    static constexpr Text kProfile{"Profile", "Profil"};
    static constexpr Text kServer{"Server", "Server"};
    static constexpr Text kHelpTitle{"Help", "Hilfe"};
    switch (group) {
    case Group::begin: return kBegin;
    case Group::people: return kPeopleTitle;
    case Group::spaces: return kSpaces;
    case Group::files: return kFiles;
    case Group::history: return kPast;
    case Group::profile: return kProfile;
    case Group::server: return kServer;
    case Group::help: return kHelpTitle;
    }
    return kHelpTitle;
}

const Command* find_command(std::string_view name) {
    for (const Command* command : commands())
        if (command->name == name) return command;
    return nullptr;
}

}  // namespace obhut::cli
