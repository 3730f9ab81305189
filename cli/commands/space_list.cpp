// obhut space list
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Text kNone{"You are in no space yet: “obhut space create NAME” makes one.",
                     "Sie sind noch in keinem Bereich: „obhut space create NAME“ legt einen an."};
constexpr Option kOptions[]{{.name = "all",
                             .letter = 'a',
                             .help = {"also the home space, those of groups and the address book",
                                      "auch Heimatbereich, die von Gruppen und das Adressbuch"}}};
constexpr Text kUnreadable{"no key for you yet", "noch kein Schlüssel für Sie"};
constexpr Text kNew{"new", "neu"};
constexpr Text kLimit{"up to {0}", "bis {0}"};
constexpr Text kAddedBy{"new, added by {0}", "neu, hinzugefügt von {0}"};

std::string note_of(Context& context, client::Engine& engine, const client::SpaceView& space) {
    if (space.trouble) return error_number(*space.trouble);
    if (!space.readable) return context.say(kUnreadable);
    if (!space.fresh && space.limit)
        return context.say(kLimit, {format_size(*space.limit, context.language())});
    if (!space.fresh) return {};
    if (!space.added_by) return context.say(kNew);
    const auto person = engine.find_person(space.added_by->hex());
    return context.say(kAddedBy, {person ? person->label() : short_id(*space.added_by)});
}

// home_of is what commands take for a group's own space.
std::string home_of(client::Engine& engine, const GroupId& id) {
    const auto group = engine.find_group(id.hex());
    return "group:" + (group ? group->label() : id.hex());
}

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const auto spaces = ATTEMPT("space list", engine->spaces());
    Table table({{{"Space", "Bereich"}},
                 {{"Your role", "Ihre Rolle"}},
                 {{"Id", "Kennung"}},
                 {{"Notes", "Anmerkungen"}}});
    for (const client::SpaceView& space : spaces) {
        const bool own_use =
            space.kind == "home" || space.kind == "address-book" || space.group.has_value();
        if (own_use && !arguments.flag("all")) continue;
        JsonObject object;
        object.text("id", space.id.hex())
            .text("name", space.name)
            .text("alias", space.alias)
            .text("kind", space.kind);
        object.text("role", role_word(space.role))
            .number("sequence", space.sequence)
            .number("epoch", space.epoch);
        object.flag("readable", space.readable).flag("new", space.fresh);
        if (space.group) object.text("group", space.group->hex());
        if (space.added_by) object.text("added_by", space.added_by->hex());
        if (space.trouble) object.text("error", error_number(*space.trouble));
        if (space.limit) object.number("limit", *space.limit);
        context.output().object(object);
        std::string name = space.alias.empty() ? space.name : space.alias + " (" + space.name + ")";
        if (name.empty() && space.group) name = home_of(*engine, *space.group);
        if (name.empty()) name = own_use ? space.kind : short_id(space.id);
        const Style style = space.trouble    ? Style::danger
                            : space.readable ? Style::plain
                                             : Style::faint;
        table.row({{name, space.trouble ? Style::danger : Style::strong},
                   {role_text(space.role, context.language()), style},
                   {short_id(space.id), Style::faint},
                   {note_of(context, *engine, space), style}});
    }
    context.output().listing(table, kNone);
    return {};
}

}  // namespace

const Command kSpaceList{
    .name = "space list",
    .group = Group::spaces,
    .summary = {"list the spaces you are a member of",
                "die Bereiche anzeigen, in denen Sie Mitglied sind"},
    .description =
        {"A space is a shared encrypted container of files. For a new one it says who added you.",
         "Ein Bereich ist ein gemeinsamer verschlüsselter Behälter für Dateien. Bei einem neuen "
         "steht, wer Sie hinzugefügt hat."},
    .arguments = {},
    .options = kOptions,
    .examples = {{{"obhut space list", {"your spaces", "Ihre Bereiche"}},
                  {"obhut space list --all", {"all of them", "wirklich alle"}}}},
    .run = run,
};

}  // namespace obhut::cli
