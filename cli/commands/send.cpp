// obhut send PERSON FILE… [--text TEXT]
#include "apps/files/letters.h"
#include "cli/commands/all.h"
#include "cli/commands/sending.h"
#include "client/drops/outbox.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = kPersonWord},
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
    const client::Person person = ATTEMPT(who, engine->find_person(who));
    client::Outbox outbox(engine->session());
    const auto transfer = outbox.transfer(person.id);
    const std::vector<std::string> names(arguments.texts().begin() + 1, arguments.texts().end());
    auto written = TRY_OUTCOME(write_letter(context, engine->status().org, *transfer, names));
    const std::size_t count = written.files.size();
    const auto id = ATTEMPT(who, outbox.send(person.id, arguments.value("text").value_or(""),
                                             std::move(written.files), std::move(written.objects)));
    context.output().object(JsonObject()
                                .text("id", id.hex())
                                .text("user", person.id.hex())
                                .text("email", person.email)
                                .number("files", count));
    context.output().summary(
        context.say(kDone, {printable(person.label()), say(kFiles, context.language(), count)}));
    return {};
}

}  // namespace

const Command kSend{
    .name = "send",
    .group = Group::files,
    .summary = {"send files to a colleague", "Dateien an jemanden im Haus senden"},
    .description = {"Sealed for that person alone and signed by this device. It waits in the inbox "
                    "until it is filed; what cannot be sent now goes with the next command.",
                    "Nur für diese Person verschlossen und von diesem Gerät unterschrieben. Es "
                    "wartet im Eingang, bis es abgelegt wird; was jetzt nicht geht, geht mit dem "
                    "nächsten Befehl."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut send bernd@example.org plan.pdf", {"one file", "eine Datei"}},
                  {"obhut send bernd *.odt --text \"zur Durchsicht\"",
                   {"with a few words", "mit ein paar Worten"}}}},
    .run = run,
};

}  // namespace obhut::cli
