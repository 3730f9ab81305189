// What several errors have in common: meanings and advice. For the error tables of this folder.
#pragma once

#include <span>

#include "cli/messages/error_texts.h"

namespace obhut::cli {

inline constexpr Text kBadBytes{
    "Bytes are not in the form that the protocol prescribes. None of them was used. They were "
    "damaged on the way, or "
    "the other side is broken or lying.",
    "Bytes haben nicht die Form, die das Protokoll vorschreibt. Nichts davon wurde verwendet. Sie "
    "wurden unterwegs "
    "beschädigt, oder die Gegenseite ist defekt oder unehrlich."};
inline constexpr Text kForged{
    "The server showed something that no honest, working server shows: it does not fit to what "
    "authorised devices "
    "signed. It was not used, and nothing of yours was overwritten.",
    "Der Server hat etwas gezeigt, das kein ehrlicher, funktionierender Server zeigt: Es passt "
    "nicht zu dem, was "
    "berechtigte Geräte unterschrieben haben. Es wurde nicht verwendet, und nichts von Ihnen wurde "
    "überschrieben."};
inline constexpr Text kEntryInvalid{
    "The directory accepts only entries that follow its rules at their place in the log. This one "
    "does not, so it "
    "counts for nobody.",
    "Das Verzeichnis nimmt nur Einträge an, die an ihrer Stelle seinen Regeln folgen. Dieser tut "
    "es nicht und gilt "
    "deshalb für niemanden."};
inline constexpr Text kChainInvalid{
    "The chain of a space accepts only links that follow its rules. This one does not, so no "
    "client takes it.",
    "Die Kette eines Bereichs nimmt nur Glieder an, die ihren Regeln folgen. Dieses tut es nicht, "
    "also übernimmt es "
    "kein Programm."};
inline constexpr Text kOwnFault{
    "The program asked for something that cannot be. This is a fault of Obhut, not of yours.",
    "Das Programm hat etwas verlangt, das es nicht geben kann. Das ist ein Fehler von Obhut, nicht "
    "von Ihnen."};
inline constexpr Text kNewer{
    "It was made by a newer version of Obhut than this one, which does not guess what it means.",
    "Es stammt von einer neueren Version von Obhut als dieser, die nicht rät, was es bedeutet."};
inline constexpr Text kServersOwn{
    "This is an error inside the server. It is shown here only if it comes through.",
    "Das ist ein Fehler im Innern des Servers. Er erscheint hier nur, wenn er durchdringt."};
inline constexpr Text kTypedWrong{
    "What was typed or pasted is not complete or has a mistake in it. Its checksum says so.",
    "Das Getippte oder Eingefügte ist unvollständig oder enthält einen Fehler. Seine Prüfsumme "
    "zeigt das."};
inline constexpr Text kOthersFirst{"Somebody else changed the same thing a moment earlier.",
                                   "Jemand anderes hat dasselbe einen Augenblick früher geändert."};
inline constexpr Text kNoRight{
    "What you may do follows from your role, which a manager or an administrator gave you.",
    "Was Sie tun dürfen, folgt aus Ihrer Rolle, die Ihnen eine Verwalterin, ein Verwalter oder die "
    "Administration gab."};
inline constexpr Text kOnThisMachine{"This computer's file system refused.",
                                     "Das Dateisystem dieses Rechners hat abgelehnt."};

inline constexpr Text kTellAdministrator{
    "Do not go on here; tell your administrator the number. “obhut status” lists the evidence.",
    "Arbeiten Sie hier nicht weiter; nennen Sie Ihrer Administration die Nummer. „obhut status“ "
    "zeigt die Belege."};
inline constexpr Text kTryAgain{"Run the command again.", "Führen Sie den Befehl noch einmal aus."};
inline constexpr Text kTryLater{"Wait a little and run the command again.",
                                "Warten Sie etwas und führen Sie den Befehl dann noch einmal aus."};
inline constexpr Text kUpdate{"Update Obhut on this computer.",
                              "Aktualisieren Sie Obhut auf diesem Rechner."};
inline constexpr Text kAskManager{"Ask a manager of the space.",
                                  "Wenden Sie sich an die Verwaltung des Bereichs."};
inline constexpr Text kAskAdministrator{"Ask your administrator.",
                                        "Wenden Sie sich an Ihre Administration."};
inline constexpr Text kReport{"Please report this number to those who look after Obhut.",
                              "Bitte melden Sie diese Nummer denen, die Obhut betreuen."};
inline constexpr Text kCopyAgain{
    "Copy it again, completely, from where you got it.",
    "Kopieren Sie es noch einmal vollständig von dort, woher Sie es haben."};
inline constexpr Text kSeeHelp{"“obhut help” and “obhut COMMAND --help” show what is possible.",
                               "„obhut help“ und „obhut BEFEHL --help“ zeigen, was möglich ist."};
inline constexpr Text kServerLog{"Look into the server's log.",
                                 "Sehen Sie in das Protokoll des Servers."};

// The tables, one for each area.
std::span<const ErrorText> core_error_texts();
std::span<const ErrorText> directory_error_texts();
std::span<const ErrorText> space_error_texts();
std::span<const ErrorText> content_error_texts();
std::span<const ErrorText> client_error_texts();
std::span<const ErrorText> engine_error_texts();
std::span<const ErrorText> groups_error_texts();
std::span<const ErrorText> http_error_texts();
std::span<const ErrorText> server_error_texts();
std::span<const ErrorText> platform_error_texts();
std::span<const ErrorText> cli_error_texts();

}  // namespace obhut::cli
