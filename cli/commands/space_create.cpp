// obhut space create NAME
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = {"NAME", "NAME"}}};
constexpr Text kDone{"The space “{0}” is made; you manage it.",
                     "Der Bereich „{0}“ ist angelegt; Sie verwalten ihn."};

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& name = arguments.text(0);
    if (name.find(':') != name.npos || name.find('/') != name.npos)
        return fail_about(name, errors::name_malformed);
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const SpaceId id = ATTEMPT(name, engine->create_space(name));
    context.output().object(JsonObject().text("id", id.hex()).text("name", name));
    context.output().summary(context.say(kDone, {printable(name)}));
    return {};
}

}  // namespace

const Command kSpaceCreate{
    .name = "space create",
    .group = Group::spaces,
    .summary = {"make a space", "einen Bereich anlegen"},
    .description = {"You are its only member and its manager. Its name is encrypted like all else "
                    "in it; it cannot have “:” or “/”.",
                    "Sie sind sein einziges Mitglied und verwalten ihn. Sein Name ist "
                    "verschlüsselt wie alles darin; „:“ und „/“ "
                    "kann er nicht enthalten."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut space create Akten",
                   {"then: obhut put brief.odt Akten:/", "danach: obhut put brief.odt Akten:/"}},
                  {"obhut space create \"Haushalt 2024\"", {"with a blank", "mit Leerzeichen"}}}},
    .run = run,
};

}  // namespace obhut::cli
