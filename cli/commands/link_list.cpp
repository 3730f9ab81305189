// obhut link list SPACE
#include "apps/files/links.h"
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Text kNone{"There is no link yet: “obhut link create SPACE:/PATH”.",
                     "Es gibt noch keinen Link: „obhut link create BEREICH:/PFAD“."};
constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}};
constexpr Text kClosed{"ended", "beendet"};
constexpr Text kPassword{"password", "Passwort"};
constexpr Text kUntil{"until {0}", "bis {0}"};
constexpr Text kTimes{"{0} of {1} openings", "{0} von {1} Öffnungen"};
constexpr Text kOpened{"opened {0} ×", "{0} × geöffnet"};

std::string note_of(const Context& context, const client::LinkView& link) {
    if (!link.open) return context.say(kClosed);
    const std::string openings = std::to_string(link.openings);
    std::string note = link.entry.limit
                           ? context.say(kTimes, {openings, std::to_string(*link.entry.limit)})
                           : context.say(kOpened, {openings});
    if (link.entry.expires) note += ", " + context.say(kUntil, {format_time(*link.entry.expires)});
    if (link.entry.password) note += ", " + context.say(kPassword);
    return note;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Space* space = TRY_OUTCOME(context.space(arguments.text(0)));
    const auto links = ATTEMPT(arguments.text(0), client::list_links(*space));
    Table table({{{"Made", "Angelegt"}},
                 {{"Id", "Kennung"}},
                 {{"Kind", "Art"}},
                 {{"For", "Für"}},
                 {{"By", "Von"}},
                 {{"State", "Stand"}}});
    for (const client::LinkView& link : links) {
        const client::LinkEntry& entry = link.entry;
        JsonObject object;
        object.text("id", link.place.id.hex()).text("kind", link_word(entry.kind));
        object.text("name", entry.name).text("target", link.place.target.hex());
        object.text("by", entry.from).text("device", entry.device.hex()).time("made", entry.made);
        object.flag("password", entry.password).time("expires", entry.expires.value_or(0));
        if (entry.limit) object.number("limit", *entry.limit);
        context.output().object(object.flag("open", link.open).number("openings", link.openings));
        table.row({format_time(entry.made),
                   {short_id(link.place.id), Style::faint},
                   link_text(entry.kind, context.language()),
                   entry.name,
                   entry.from,
                   {note_of(context, link), link.open ? Style::plain : Style::faint}});
    }
    context.output().listing(table, kNone);
    return {};
}

}  // namespace

const Command kLinkList{
    .name = "link list",
    .group = Group::files,
    .summary = {"show the links of a space", "die Links eines Bereichs zeigen"},
    .description = {"Everybody in the space sees and ends its links. How often one was opened is "
                    "what the server says.",
                    "Alle im Bereich sehen und beenden seine Links. Wie oft einer geöffnet wurde, "
                    "sagt der Server."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut link list Akten", {"all of them", "alle"}},
                  {"obhut link list Akten --json", {"for scripts", "für Skripte"}}}},
    .run = run,
};

}  // namespace obhut::cli
