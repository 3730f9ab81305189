// obhut inbox file ID SPACE:/FOLDER      obhut inbox discard ID
#include "apps/files/letters.h"
#include "cli/commands/all.h"
#include "client/drops/outbox.h"

namespace obhut::cli {

namespace {

constexpr Text kId{"ID", "KENNUNG"};
constexpr Argument kFileArguments[]{{.name = kId},
                                    {.name = kSpacePathWord, .value = Value::space_path}};
constexpr Argument kDiscardArguments[]{{.name = kId}};
constexpr Text kFiled{"Filed: {0}", "Abgelegt: {0}"};
constexpr Text kBefore{"It had been filed already.", "Es war schon abgelegt."};
constexpr Text kAsk{"Discard what was sent, for good?", "Das Gesendete endgültig verwerfen?"};

constexpr Text kAskUnsent{"Give up what you were sending?", "Aufgeben, was Sie senden wollten?"};

struct Found {
    client::Engine* engine;
    client::Space* mailbox;
    client::InboxItem item;
};

Outcome<Found> find(Context& context, const std::string& id) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    OneOf<std::pair<client::Space*, client::InboxItem>> one(id);
    std::optional<Error> trouble;
    for (const client::Mailbox& mailbox : ATTEMPT("inbox", engine->mailboxes())) {
        if (mailbox.trouble) trouble = mailbox.trouble;
        if (mailbox.trouble) continue;
        client::InboxView inbox = ATTEMPT("inbox", client::read_inbox(*engine, *mailbox.space));
        for (client::InboxItem& item : inbox.items)
            one.offer(item.drop.hex(), {mailbox.space, std::move(item)});
    }
    if (trouble && !one.found_any()) return fail_about(id, *trouble);
    auto [mailbox, item] = TRY_OUTCOME(one.take(errors::drop_unknown));
    return Found{engine, mailbox, std::move(item)};
}

Outcome<> run_file(Context& context, const Arguments& arguments) {
    const Found found = TRY_OUTCOME(find(context, arguments.text(0)));
    const std::string& where = arguments.text(1);
    const SpacePath path = TRY_OUTCOME(context.space_path(where));
    client::Space* target = TRY_OUTCOME(context.space(path.space));
    if (!found.item.letter) return fail_about(arguments.text(0), *found.item.trouble);
    const files::Author author = author_of(context, *found.engine);
    const auto paths =
        ATTEMPT(where, files::file_into(*found.engine, *found.mailbox, found.item, *target,
                                        path.path, {context.machine().executor(), author}));
    for (const std::string& filed : paths) {
        const std::string shown = path.space + ":" + filed;
        context.output().object(JsonObject().text("path", shown));
        context.output().summary(context.say(kFiled, {printable(shown)}));
    }
    if (paths.empty() && !found.item.letter->files.empty())
        context.output().summary(context.say(kBefore));
    return {};
}

// Whether it was a letter of one's own that has not gone, and is given up now.
Outcome<bool> discard_unsent(Context& context, const std::string& id) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    client::Outbox outbox(engine->session());
    OneOf<client::LetterId> one(id);
    for (const client::UnsentLetter& letter : ATTEMPT("inbox", outbox.waiting()))
        one.offer(letter.id.hex(), letter.id);
    if (!one.found_any()) return false;
    const client::LetterId letter = TRY_OUTCOME(one.take(errors::drop_unknown));
    TRY_OUTCOME(context.consent(kAskUnsent, {}));
    ATTEMPT(id, outbox.discard(letter));
    context.output().object(JsonObject().text("id", letter.hex()));
    return true;
}

Outcome<> run_discard(Context& context, const Arguments& arguments) {
    if (TRY_OUTCOME(discard_unsent(context, arguments.text(0)))) return {};
    const Found found = TRY_OUTCOME(find(context, arguments.text(0)));
    TRY_OUTCOME(context.consent(kAsk, {}));
    ATTEMPT(arguments.text(0), client::discard_letter(*found.engine, *found.mailbox, found.item));
    context.output().object(JsonObject().text("id", found.item.drop.hex()));
    return {};
}

}  // namespace

const Command kInboxFile{
    .name = "inbox file",
    .group = Group::files,
    .summary = {"put what was sent into a folder", "Gesendetes in einen Ordner legen"},
    .description = {"The files go into the folder, under free names; then they leave the inbox. "
                    "Once, whatever happens in between, and from whichever device. What came to a "
                    "group goes into its own space “group:NAME”, or one that the group can write.",
                    "Die Dateien kommen in den Ordner, unter freien Namen; dann verlassen sie den "
                    "Eingang. Einmal, was auch dazwischenkommt, und von welchem Gerät auch immer. "
                    "Was an eine Gruppe ging, kommt in deren eigenen Bereich „group:NAME“ oder in "
                    "einen, den die Gruppe bearbeiten kann."},
    .arguments = kFileArguments,
    .options = {},
    .examples = {{{"obhut inbox file 3f9a12c4 Akten:/post", {"into a folder", "in einen Ordner"}},
                  {"obhut inbox file 3f9a12c4 group:Bauamt:/post",
                   {"into the group's own space", "in den eigenen Bereich der Gruppe"}}}},
    .run = run_file,
};

const Command kInboxDiscard{
    .name = "inbox discard",
    .group = Group::files,
    .summary = {"throw away what was sent", "Gesendetes verwerfen"},
    .description = {"It is deleted without being filed; also what cannot be opened, and what you "
                    "sent yourself "
                    "and “obhut status” says that it does not go.",
                    "Es wird gelöscht, ohne abgelegt zu werden; auch, was sich nicht öffnen lässt, "
                    "und was Sie "
                    "selbst gesendet haben und laut „obhut status“ nicht abgeht."},
    .arguments = kDiscardArguments,
    .options = {},
    .examples = {{{"obhut inbox discard 3f9a12c4", {"asks first", "fragt vorher"}},
                  {"obhut inbox discard 3f9a12c4 --yes", {"without asking", "ohne zu fragen"}}}},
    .run = run_discard,
};

}  // namespace obhut::cli
