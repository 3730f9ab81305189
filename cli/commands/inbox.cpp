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
constexpr Text kYou{"you", "Sie"};
constexpr Text kWish{"wants the name “{0}”", "wünscht den Namen „{0}“"};
constexpr Text kWishForGroup{"wants the group {1} to be called “{0}”",
                             "möchte die Gruppe {1} „{0}“ nennen"};

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

// A wish for a name that no administrator's device could write by itself.
std::string wish_of(Context& context, const client::NameWish& wish, JsonObject& object) {
    const std::string id = to_hex(wish.about.view().subspan(1));
    const bool person = kind_of(wish.about) == PrincipalKind::user;
    object.text(person ? "wish_user" : "wish_group", id).text("wish", wish.name);
    return context.say(person ? kWish : kWishForGroup, {printable(wish.name), id.substr(0, 8)});
}

void show(Context& context, const client::InboxItem& item, const std::string& sender,
          const client::Mailbox& mailbox, Table& table) {
    JsonObject object;
    object.text("id", item.drop.hex()).time("arrived", item.arrived);
    std::string to = context.say(kYou);
    if (mailbox.group) {
        to = "group:" + mailbox.group->label();
        object.text("group", mailbox.group->id.hex()).text("to", to);
    }
    std::string what;
    Millis sent = item.arrived;
    if (item.letter) {
        sent = item.letter->time;
        what = item.letter->wish ? wish_of(context, *item.letter->wish, object)
                                 : files_of(*item.letter);
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
               printable(to),
               sender,
               what,
               item.letter ? printable(item.letter->text) : std::string()});
}

void show_missing(Context& context, const client::MissingLetters& missing,
                  const std::vector<client::Person>& people, const client::Mailbox& mailbox) {
    std::string sender = label_of(people, missing.sender);
    if (sender.empty()) sender = context.say(kSomebody);
    for (const std::uint64_t counter : missing.counters) {
        JsonObject object;
        object.text("missing", missing.sender.hex())
            .text("device", missing.device.hex())
            .number("number", counter);
        if (mailbox.group) object.text("group", mailbox.group->id.hex());
        context.output().object(object);
        context.output().warning(
            context.say(kMissing, {printable(sender), std::to_string(counter)}));
    }
}

Result<client::InboxView> read(client::Engine& engine, const client::Mailbox& mailbox) {
    if (mailbox.trouble) return std::unexpected(*mailbox.trouble);
    return client::read_inbox(engine, *mailbox.space);
}

Outcome<> run(Context& context, const Arguments&) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const auto people = ATTEMPT("inbox", engine->people());
    const auto mailboxes = ATTEMPT("inbox", engine->mailboxes());
    Table table({{{"Sent", "Gesendet"}},
                 {{"Id", "Kennung"}},
                 {{"To", "An"}},
                 {{"From", "Von"}},
                 {{"Files", "Dateien"}},
                 {{"Text", "Text"}}});
    std::vector<std::pair<client::MissingLetters, const client::Mailbox*>> missing;
    Outcome<> outcome;
    for (const client::Mailbox& mailbox : mailboxes) {
        auto inbox = read(*engine, mailbox);
        // What is wrong with one group keeps nobody from the rest.
        if (!inbox && outcome)
            outcome = fail_about(mailbox.group ? "group:" + mailbox.group->label() : "inbox",
                                 inbox.error());
        if (!inbox) continue;
        for (const client::InboxItem& item : inbox->items)
            show(context, item,
                 item.letter ? label_of(people, *item.letter->sender) : std::string(), mailbox,
                 table);
        for (client::MissingLetters& one : inbox->missing)
            missing.emplace_back(std::move(one), &mailbox);
    }
    context.output().listing(table, kNone);
    for (const auto& [one, mailbox] : missing) show_missing(context, one, people, *mailbox);
    return outcome;
}

}  // namespace

const Command kInbox{
    .name = "inbox",
    .group = Group::files,
    .summary = {"show what colleagues have sent", "zeigen, was im Eingang liegt"},
    .description = {"What was sent to you, and to the groups that you are in. Everything here was "
                    "signed by a device of the person named; what lacks a number in between was "
                    "lost on the way, and is said.",
                    "Was an Sie und an Ihre Gruppen gesendet wurde. Alles hier hat ein Gerät der "
                    "genannten Person unterschrieben; fehlt eine Nummer dazwischen, ging etwas "
                    "verloren, und das wird gesagt."},
    .arguments = {},
    .options = {},
    .examples = {{{"obhut inbox", {"what waits", "was wartet"}},
                  {"obhut inbox file 3f9a12c4 Akten:/post", {"file it", "es ablegen"}}}},
    .run = run,
};

}  // namespace obhut::cli
