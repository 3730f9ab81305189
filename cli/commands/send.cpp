// obhut send PERSON|group:NAME FILE… [--text TEXT]
#include "apps/files/letters.h"
#include "cli/commands/all.h"
#include "cli/commands/sending.h"
#include "cli/commands/who.h"
#include "client/drops/outbox.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = kMemberWord},
    {.name = kFileWord, .value = Value::file, .many = true},
};
constexpr Option kOptions[]{
    {.name = "text",
     .value = Value::text,
     .value_name = {"TEXT", "TEXT"},
     .help = {"a few words with it", "ein paar Worte dazu"}},
};
constexpr Text kDone{"Sent to {0}: {1}", "An {0} gesendet: {1}"};
constexpr Counted kFiles{{"{0} file", "{0} Datei"}, {"{0} files", "{0} Dateien"}};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const std::string& who = arguments.text(0);
    const Named to = TRY_OUTCOME(member_argument(*engine, who));
    if (to.is_group() && ATTEMPT(who, engine->find_group(group_of(to.principal).hex())).everyone)
        return fail_about(who, errors::no_group_inbox);
    const auto inbox = client::InboxId::from(to.principal.view());
    client::Outbox outbox(engine->session());
    const auto transfer = outbox.transfer(inbox);
    const std::vector<std::string> names(arguments.texts().begin() + 1, arguments.texts().end());
    auto written = TRY_OUTCOME(write_letter(context, engine->status().org, *transfer, names));
    const std::size_t count = written.files.size();
    const auto id = ATTEMPT(who, outbox.send(inbox, arguments.value("text").value_or(""),
                                             std::move(written.files), std::move(written.objects)));
    JsonObject object;
    object.text("id", id.hex());
    to.into(object);
    context.output().object(object.number("files", count));
    context.output().summary(
        context.say(kDone, {printable(to.label), say(kFiles, context.language(), count)}));
    return {};
}

}  // namespace

const Command kSend{
    .name = "send",
    .group = Group::files,
    .summary = {"send files to a colleague or a group",
                "Dateien an jemanden oder eine Gruppe im Haus senden"},
    .description = {"Sealed for that person, or the members of that group, alone and signed by "
                    "this device. It waits in the inbox until it is filed; what cannot be sent now "
                    "goes with the next command.",
                    "Nur für diese Person oder die Mitglieder der Gruppe verschlossen und von "
                    "diesem Gerät unterschrieben. Es wartet im Eingang, bis es abgelegt wird; was "
                    "jetzt nicht geht, geht mit dem nächsten Befehl."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut send bernd@example.org plan.pdf", {"one file", "eine Datei"}},
                  {"obhut send group:Bauamt *.odt --text \"zur Durchsicht\"",
                   {"whoever of the group is first files it",
                    "wer aus der Gruppe zuerst kommt, legt es ab"}}}},
    .run = run,
};

}  // namespace obhut::cli
