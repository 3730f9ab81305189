// obhut space unshare SPACE PERSON|group:NAME [--keep-links]
#include "cli/commands/all.h"
#include "cli/commands/who.h"
#include "client/links/links.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kSpaceWord, .value = Value::space}, {.name = kMemberWord}};
constexpr Option kOptions[]{
    {.name = "keep-links",
     .help = {"leave links open that the person could know",
              "Links offen lassen, die die Person kennen kann"}},
};
constexpr Counted kLinks{{"{0} link to a folder or for uploads", "{0} Ordner- oder Upload-Link"},
                         {"{0} links to folders or for uploads", "{0} Ordner- oder Upload-Links"}};
constexpr Text kEnd{"The person could know the keys: {0}. They end; make them anew where needed.",
                    "Die Person kann die Schlüssel kennen: {0}. Sie enden; legen Sie neue an, wo "
                    "es sie braucht."};
constexpr Text kStay{"The person could know the keys: {0}. They stay open.",
                     "Die Person kann die Schlüssel kennen: {0}. Sie bleiben offen."};
constexpr Text kDone{"{0} cannot read what is written in “{1}” from now on.",
                     "{0} kann nicht lesen, was ab jetzt in „{1}“ geschrieben wird."};
constexpr Text kPast{"What the person could read until now may have been copied.",
                     "Was die Person bisher lesen konnte, kann sie kopiert haben."};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Space* space = TRY_OUTCOME(context.space(arguments.text(0)));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const Named member = TRY_OUTCOME(member_argument(*engine, arguments.text(1)));
    const std::size_t known = ATTEMPT(arguments.text(0), client::known_links(*space));
    const client::SpacePolicy policy =
        ATTEMPT(arguments.text(0), engine->space_policy(space->id()));
    const bool keep = arguments.flag("keep-links") || policy.keep_links;
    ATTEMPT(arguments.text(1), engine->unshare(space->id(), member.principal));
    if (keep && known > 0) ATTEMPT(arguments.text(0), client::keep_links(*space));
    JsonObject object;
    object.text("space", space->id().hex());
    member.into(object);
    object.number("links", known).flag("links_kept", keep);
    context.output().object(object);
    context.output().summary(
        context.say(kDone, {printable(member.label), printable(arguments.text(0))}));
    context.output().hint(context.say(kPast));
    if (known > 0)
        context.output().hint(
            context.say(keep ? kStay : kEnd, {say(kLinks, context.language(), known)}));
    return {};
}

}  // namespace

const Command kSpaceUnshare{
    .name = "space unshare",
    .group = Group::spaces,
    .summary = {"take a person or group out of a space",
                "eine Person oder Gruppe aus einem Bereich nehmen"},
    .description =
        {"The space gets a fresh key at once: what is written from now on the person cannot read, "
         "even together with the "
         "server. What was readable before may have been copied.",
         "Der Bereich bekommt sofort einen frischen Schlüssel: Was ab jetzt geschrieben wird, kann "
         "die Person nicht lesen, "
         "auch nicht zusammen mit dem Server. Was vorher lesbar war, kann kopiert sein."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut space unshare Akten bernd@example.org", {"by address", "nach Adresse"}},
                  {"obhut space unshare Akten \"Bernd Beispiel\"", {"by name", "nach Namen"}}}},
    .run = run,
};

}  // namespace obhut::cli
