// obhut inbox
#include "client/drops/inbox.h"

#include <algorithm>

#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Text kNone{"Nothing waits in your inbox.", "In Ihrem Eingang wartet nichts."};
constexpr Text kMissing{"{0} sent something that has not come: number {1}",
                        "{0} hat etwas gesendet, das nicht angekommen ist: Nummer {1}"};
constexpr Text kTrouble{"cannot be opened (E-0{0})", "lässt sich nicht öffnen (E-0{0})"};
constexpr Text kSomebody{"somebody", "jemand"};

std::string label_of(const std::vector<client::Person>& people, const UserId& user) {
    const auto found = std::ranges::find(people, user, &client::Person::id);
    return found == people.end() ? std::string() : found->label();
}

std::string files_of(const client::Letter& letter) {
    std::string names;
    for (const client::LetterFile& file : letter.files)
        names += (names.empty() ? "" : ", ") + printable(file.name);
    return names;
}

void show(Context& context, const client::InboxItem& item, const std::string& sender,
          Table& table) {
    JsonObject object;
    object.text("id", item.drop.hex()).time("arrived", item.arrived);
    std::string what;
    Millis sent = item.arrived;
    if (item.letter) {
        sent = item.letter->time;
        what = files_of(*item.letter);
        object.text("level", "A").text("sender", item.letter->sender->hex()).text("from", sender);
        object.time("sent", sent).text("text", item.letter->text);
        std::vector<JsonObject> files;
        for (const client::LetterFile& file : item.letter->files)
            files.push_back(JsonObject().text("name", file.name).number("size", file.content.size));
        object.objects("files", files);
    } else {
        what = context.say(kTrouble, {std::to_string(item.trouble->code.number)});
        object.number("error", item.trouble->code.number);
    }
    context.output().object(object);
    table.row({format_time(sent),
               {short_id(item.drop), Style::faint},
               sender,
               what,
               item.letter ? printable(item.letter->text) : std::string()});
}

Outcome<> run(Context& context, const Arguments&) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    client::Space* home = ATTEMPT("inbox", engine->home());
    const client::InboxView inbox = ATTEMPT("inbox", client::read_inbox(*engine, *home));
    const auto people = ATTEMPT("inbox", engine->people());
    Table table({{{"Sent", "Gesendet"}},
                 {{"Id", "Kennung"}},
                 {{"From", "Von"}},
                 {{"Files", "Dateien"}},
                 {{"Text", "Text"}}});
    for (const client::InboxItem& item : inbox.items)
        show(context, item, item.letter ? label_of(people, *item.letter->sender) : std::string(),
             table);
    context.output().listing(table, kNone);
    for (const client::MissingLetters& missing : inbox.missing) {
        std::string sender = label_of(people, missing.sender);
        if (sender.empty()) sender = context.say(kSomebody);
        for (const std::uint64_t counter : missing.counters) {
            context.output().object(JsonObject()
                                        .text("missing", missing.sender.hex())
                                        .text("device", missing.device.hex())
                                        .number("number", counter));
            context.output().warning(
                context.say(kMissing, {printable(sender), std::to_string(counter)}));
        }
    }
    return {};
}

}  // namespace

const Command kInbox{
    .name = "inbox",
    .group = Group::files,
    .summary = {"show what colleagues have sent", "zeigen, was im Eingang liegt"},
    .description = {"Everything here was signed by a device of the person named; what lacks a "
                    "number in between was lost on the way, and is said.",
                    "Alles hier hat ein Gerät der genannten Person unterschrieben; fehlt eine "
                    "Nummer dazwischen, ging etwas verloren, und das wird gesagt."},
    .arguments = {},
    .options = {},
    .examples = {{{"obhut inbox", {"what waits", "was wartet"}},
                  {"obhut inbox file 3f9a12c4 Akten:/post", {"file it", "es ablegen"}}}},
    .run = run,
};

}  // namespace obhut::cli
