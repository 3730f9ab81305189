#include "cli/commands/status_texts.h"

#include <array>

namespace obhut::cli {

namespace {

struct Row {
    client::ConditionKind kind;
    ConditionText text;
};

using client::ConditionKind;

constexpr Text kNothingToDo{"Nothing to do: the next of its members who is online renews it.",
                            "Nichts zu tun: Das nächste Mitglied, das online ist, erneuert ihn."};

constexpr std::array kTexts{
    Row{ConditionKind::directory_untrue,
        {"directory-untrue",
         {"this device was given a false picture of the organisation when it began",
          "dieses Gerät bekam bei seinem Anfang ein falsches Bild der Organisation"},
         {"Do not trust what it shows. Tell your administrator who invited or linked it; the "
          "evidence is kept. Then “obhut signout”, and sign in again by the kit.",
          "Trauen Sie nicht, was es zeigt. Sagen Sie Ihrer Administration, wer es eingeladen oder "
          "verbunden hat; die Belege sind aufgehoben. Danach „obhut signout“ und mit dem "
          "Notfallblatt neu anmelden."}}},
    Row{ConditionKind::program_too_old,
        {"program-too-old",
         {"this organisation wants a newer version of Obhut for writing",
          "diese Organisation verlangt zum Schreiben eine neuere Version von Obhut"},
         {"Reading still works. Install the newest version.",
          "Lesen geht weiterhin. Installieren Sie die neueste Version."}}},
    Row{ConditionKind::device_ended,
        {"device-ended",
         {"this device was ended: it can neither read what is new nor write",
          "dieses Gerät wurde beendet: Neues lesen und schreiben kann es nicht mehr"},
         {"If it is yours and in your hands: “obhut signout”, then “obhut signin”.",
          "Wenn es Ihres und in Ihrer Hand ist: „obhut signout“, danach „obhut signin“."}}},
    Row{ConditionKind::user_disabled,
        {"user-disabled",
         {"an administrator has disabled you", "die Administration hat Sie gesperrt"},
         {"It can be undone for 30 days: ask your administrator.",
          "Das lässt sich 30 Tage lang zurücknehmen: Fragen Sie Ihre Administration."}}},
    Row{ConditionKind::key_stale,
        {"key-stale",
         {"your key waits to be renewed, because a device was ended or the kit replaced",
          "Ihr Schlüssel wartet auf Erneuerung, weil ein Gerät beendet oder das Blatt ersetzt "
          "wurde"},
         {"Any of your devices does it by itself when it is online; this one just tried.",
          "Jedes Ihrer Geräte tut das von allein, wenn es online ist; dieses hat es eben "
          "versucht."}}},
    Row{ConditionKind::device_waiting,
        {"device-waiting",
         {"this device has no copy of your key yet",
          "dieses Gerät hat noch keine Kopie Ihres Schlüssels"},
         {"Use another of your devices once: it passes the key on by itself.",
          "Benutzen Sie einmal ein anderes Ihrer Geräte: Es gibt den Schlüssel von allein "
          "weiter."}}},
    Row{ConditionKind::kit_missing,
        {"kit-missing",
         {"there is no emergency kit", "es gibt kein Notfallblatt"},
         {"Make one now: “obhut kit --replace FILE”.",
          "Machen Sie jetzt eines: „obhut kit --replace DATEI“."}}},
    Row{ConditionKind::kit_unconfirmed,
        {"kit-unconfirmed",
         {"nobody has confirmed that the emergency kit is kept",
          "niemand hat bestätigt, dass das Notfallblatt verwahrt ist"},
         {"Print it on the computer that made it: “obhut kit FILE”.",
          "Drucken Sie es an dem Rechner, der es gemacht hat: „obhut kit DATEI“."}}},
    Row{ConditionKind::kit_notice,
        {"kit-notice",
         {"the device {1} has announced another emergency kit, from {2} on",
          "das Gerät {1} hat ein anderes Notfallblatt angekündigt, ab {2}"},
         {"If that was not you: “obhut kit --cancel”, then “obhut device revoke {1}”.",
          "Wenn Sie das nicht waren: „obhut kit --cancel“, danach „obhut device revoke {1}“."}}},
    Row{ConditionKind::group_stale,
        {"group-stale",
         {"the key of the group “{0}” waits to be renewed",
          "der Schlüssel der Gruppe „{0}“ wartet auf Erneuerung"},
         kNothingToDo}},
    Row{ConditionKind::group_waiting,
        {"group-waiting",
         {"you have no key of the group “{0}” yet",
          "Sie haben noch keinen Schlüssel der Gruppe „{0}“"},
         kNothingToDo}},
    Row{ConditionKind::group_keyless,
        {"group-keyless",
         {"nobody who is active has the key of the group “{0}”",
          "niemand, der noch dabei ist, hat den Schlüssel der Gruppe „{0}“"},
         {"Who had it was disabled or has left. An administrator can enable them again within 30 "
          "days (“obhut people enable”); otherwise make the group anew and share its spaces with "
          "it.",
          "Wer ihn hatte, wurde gesperrt oder ist gegangen. Die Administration kann ihn binnen 30 "
          "Tagen wieder freigeben („obhut people enable“); sonst legen Sie die Gruppe neu an und "
          "geben ihr die Bereiche wieder."}}},
    Row{ConditionKind::space_waiting,
        {"space-waiting",
         {"“{0}” cannot be read yet: nobody has sealed its key to you",
          "„{0}“ ist noch nicht lesbar: Niemand hat den Schlüssel für Sie versiegelt"},
         kNothingToDo}},
    Row{ConditionKind::space_keyless,
        {"space-keyless",
         {"“{0}” cannot be read: nobody who is active was given its newest key",
          "„{0}“ ist nicht lesbar: Niemand, der noch dabei ist, hat den neuesten Schlüssel"},
         {"Who had it was disabled. An administrator can enable them again within 30 days (“obhut "
          "people enable”): their program then hands it on.",
          "Wer ihn hatte, wurde gesperrt. Die Administration kann ihn binnen 30 Tagen wieder "
          "freigeben („obhut people enable“): Sein Programm gibt den Schlüssel dann weiter."}}},
    Row{ConditionKind::space_held,
        {"space-held",
         {"changes in “{0}” are held back: the device {1}, which was ended, signed them",
          "Änderungen in „{0}“ sind zurückgehalten: Das beendete Gerät {1} hat sie unterschrieben"},
         {"Look at “obhut log {0}”, then “obhut space settle {0} --confirm” or “--revert”.",
          "Sehen Sie „obhut log {0}“ an, dann „obhut space settle {0} --confirm“ oder "
          "„--revert“."}}},
    Row{ConditionKind::space_read_only,
        {"space-read-only",
         {"“{0}” is read-only: the server was restored from a backup",
          "„{0}“ ist nur lesbar: Der Server wurde aus einer Sicherung wiederhergestellt"},
         {"Nothing to do: the next of its managers who is online lets it go on.",
          "Nichts zu tun: Wer ihn verwaltet und als Nächstes online ist, gibt ihn frei."}}},
    Row{ConditionKind::space_behind,
        {"space-behind",
         {"the server was restored from a backup and lacks changes of “{0}”",
          "der Server wurde aus einer Sicherung wiederhergestellt, und ihm fehlen Änderungen von "
          "„{0}“"},
         {"Use the other devices once, they give it back; what nobody has: “obhut space reset "
          "{0}”.",
          "Benutzen Sie die anderen Geräte einmal, sie geben es zurück; was niemand hat: „obhut "
          "space reset {0}“."}}},
    Row{ConditionKind::file_behind,
        {"file-behind",
         {"the restored server lacks “{6}” of “{0}”, and the file {5} is not there or not what it "
          "was",
          "dem wiederhergestellten Server fehlt „{6}“ in „{0}“, und die Datei {5} ist nicht da "
          "oder nicht mehr, was sie war"},
         {"Put the file back there as it was, and the server gets it. Else: “obhut space reset "
          "{0}”, then put the file again.",
          "Stellen Sie die Datei dort wieder her, wie sie war; dann bekommt der Server sie. "
          "Sonst: „obhut space reset {0}“, danach die Datei noch einmal hineinlegen."}}},
    Row{ConditionKind::file_lost,
        {"file-lost",
         {"“{6}” of “{0}” was lost with the server, and the file {5} is not there or not what it "
          "was",
          "„{6}“ in „{0}“ ging mit dem Server verloren, und die Datei {5} ist nicht da oder nicht "
          "mehr, was sie war"},
         {"Put it again: “obhut put FILE {0}:{6}”.",
          "Legen Sie sie noch einmal hinein: „obhut put DATEI {0}:{6}“."}}},
    Row{ConditionKind::link_lost,
        {"link-lost",
         {"the link to “{6}” of “{0}”, made on {2}, was lost with the server and could not be made "
          "again yet ({4})",
          "der Link auf „{6}“ in „{0}“, angelegt am {2}, ging mit dem Server verloren und konnte "
          "noch nicht wieder angelegt werden ({4})"},
         {"Use the other devices once: one may have what it shows. Else its URL stays void: make a "
          "new one, “obhut link create {0}:/PATH”.",
          "Benutzen Sie die anderen Geräte einmal: Eines hat vielleicht, was er zeigt. Sonst "
          "bleibt "
          "seine URL ungültig: Legen Sie einen neuen an, „obhut link create {0}:/PFAD“."}}},
    Row{ConditionKind::link_empty,
        {"link-empty",
         {"the link to “{6}” of “{0}”, made on {2}, opens and shows nothing: its folder was lost "
          "with the server",
          "der Link auf „{6}“ in „{0}“, angelegt am {2}, öffnet sich und zeigt nichts: Sein Ordner "
          "ging mit dem Server verloren"},
         {"Use the other devices once: one may bring the folder. Else end it: “obhut link revoke "
          "{0} {9}”.",
          "Benutzen Sie die anderen Geräte einmal: Eines bringt den Ordner vielleicht. Sonst "
          "beenden Sie ihn: „obhut link revoke {0} {9}“."}}},
    Row{ConditionKind::space_trouble,
        {"space-trouble",
         {"“{0}” does not verify and is not used",
          "„{0}“ besteht die Prüfung nicht und wird "
          "nicht benutzt"},
         {"Tell your administrator; “obhut verify {0}” says more.",
          "Sagen Sie es Ihrer Administration; „obhut verify {0}“ sagt mehr."}}},
    Row{ConditionKind::space_hidden,
        {"space-hidden",
         {"the server does not show “{0}” any more, and nobody has signed that you are out of it",
          "der Server zeigt „{0}“ nicht mehr, und niemand hat unterschrieben, dass Sie nicht mehr "
          "dabei sind"},
         {"Tell your administrator, and ask the other members whether they see it.",
          "Sagen Sie es Ihrer Administration, und fragen Sie die anderen Mitglieder, ob sie ihn "
          "sehen."}}},
    Row{ConditionKind::space_full,
        {"space-full",
         {"“{0}” takes {7} of the {8} that its managers allow",
          "„{0}“ belegt {7} der erlaubten {8}"},
         {"Remove what is not needed, and empty its trash; or a manager allows more: “obhut space "
          "policy {0} --limit SIZE”.",
          "Entfernen Sie, was nicht gebraucht wird, und leeren Sie seinen Papierkorb; oder wer ihn "
          "verwaltet, erlaubt mehr: „obhut space policy {0} --limit GRÖSSE“."}}},
    Row{ConditionKind::letter_waiting,
        {"letter-waiting",
         {"what you sent to {0} on {2} has not gone yet",
          "was Sie am {2} an {0} gesendet haben, ist noch nicht abgegangen"},
         {"Nothing to do: it goes as soon as the server takes it.",
          "Nichts zu tun: Es geht ab, sobald der Server es annimmt."}}},
    Row{ConditionKind::letter_refused,
        {"letter-refused",
         {"what you sent to {0} on {2} was not taken by the server ({4})",
          "was Sie am {2} an {0} gesendet haben, hat der Server nicht angenommen ({4})"},
         {"Send it anew, and give this one up: “obhut inbox discard {3}”.",
          "Senden Sie es neu, und geben Sie dieses auf: „obhut inbox discard {3}“."}}},
    Row{ConditionKind::inbox_waiting,
        {"inbox-waiting",
         {"something waits in the inbox of {0}", "im Eingang von {0} wartet etwas"},
         {"“obhut inbox” shows it, “obhut inbox file ID SPACE:/FOLDER” puts it away.",
          "„obhut inbox“ zeigt es, „obhut inbox file KENNUNG BEREICH:/ORDNER“ legt es ab."}}},
    Row{ConditionKind::name_waiting,
        {"name-waiting",
         {"the name “{0}”, wished on {2}, is not in the address book yet",
          "der Name „{0}“, gewünscht am {2}, steht noch nicht im Adressbuch"},
         {"Nothing to do: the next administrator's device that is online writes it down, unless "
          "somebody else is called so already.",
          "Nichts zu tun: Das nächste Gerät der Administration, das online ist, trägt ihn ein, "
          "wenn nicht schon jemand so heißt."}}},
};

}  // namespace

const ConditionText& text_of(ConditionKind kind) {
    for (const Row& row : kTexts)
        if (row.kind == kind) return row.text;
    return kTexts.back().text;
}

}  // namespace obhut::cli
