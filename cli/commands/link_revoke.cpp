// obhut link revoke SPACE ID
#include "apps/files/links.h"
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space},
                                {.name = {"ID", "KENNUNG"}}};
constexpr Text kDone{"The link to “{0}” is ended.", "Der Link auf „{0}“ ist beendet."};
constexpr Text kPast{"What was opened before may have been copied.",
                     "Was vorher geöffnet wurde, kann kopiert sein."};

// id_of takes an id as listed, or a link itself.
std::string id_of(const std::string& text) {
    const auto url = client::LinkUrl::parse(text);
    return url ? url->id.hex() : text;
}

// One that a restored server has lost is not listed, and is ended before it is made again.
Outcome<> end_lost(Context& context, client::Space& space, const client::LinkId& id) {
    const auto ended = client::end_lost_link(space, id);
    if (!ended && ended.error().is(errors::link_closed))
        return fail_about(id.hex(), errors::link_unknown);
    ATTEMPT(id.hex(), ended);
    context.output().object(JsonObject().text("id", id.hex()));
    context.output().summary(context.say(kDone, {id.hex()}));
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Space* space = TRY_OUTCOME(context.space(arguments.text(0)));
    const std::string id = id_of(arguments.text(1));
    const auto links = ATTEMPT(arguments.text(0), client::list_links(*space));
    OneOf<const client::LinkView*> one(id);
    for (const client::LinkView& link : links) one.offer(link.place.id.hex(), &link);
    const auto whole = from_hex(id);
    if (!one.found_any() && whole && whole->size() == client::LinkId::kSize)
        return end_lost(context, *space, client::LinkId::from(*whole));
    const client::LinkView* found = TRY_OUTCOME(one.take(errors::link_unknown));
    ATTEMPT(id, client::end_link(*space, found->place));
    context.output().object(
        JsonObject().text("id", found->place.id.hex()).text("name", found->entry.name));
    context.output().summary(context.say(kDone, {printable(found->entry.name)}));
    context.output().hint(context.say(kPast));
    return {};
}

}  // namespace

const Command kLinkRevoke{
    .name = "link revoke",
    .group = Group::files,
    .summary = {"end a link", "einen Link beenden"},
    .description =
        {"Everybody in the space may. The server opens it to nobody any more, and its "
         "keys go out of the space. Who has the link itself can give that for the id, also "
         "when a restored server has lost it and it is not listed.",
         "Alle im Bereich dürfen das. Der Server öffnet ihn niemandem mehr, und seine "
         "Schlüssel verschwinden aus dem Bereich. Wer den Link selbst hat, kann ihn statt "
         "der Kennung angeben, auch wenn ein wiederhergestellter Server ihn verloren hat "
         "und er nicht in der Liste steht."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut link revoke Akten 3f9a12c4", {"as listed", "wie in der Liste"}},
                  {"obhut link list Akten", {"which there are", "welche es gibt"}}}},
    .run = run,
};

}  // namespace obhut::cli
