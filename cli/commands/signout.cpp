// obhut signout
#include "cli/agent/agent.h"
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Option kOptions[]{
    {.name = "last",
     .help = {"even if nobody could sign in as you afterwards",
              "auch wenn sich danach niemand mehr als Sie anmelden könnte"}},
};
constexpr Text kQuestion{
    "Sign this computer out and wipe its profile? Changes not sent yet are lost ({0}).",
    "Diesen Rechner abmelden und sein Profil löschen? Nicht gesendete Änderungen gehen verloren "
    "({0})."};
constexpr Text kDone{"This computer is signed out and knows nothing of you any more.",
                     "Dieser Rechner ist abgemeldet und weiß nichts mehr von Ihnen."};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const client::Status status = engine->status();
    TRY_OUTCOME(context.consent(kQuestion, {format_count(status.waiting, context.language())}));
    ATTEMPT("signout", engine->retire(arguments.flag("last")));
    // Without an agent there is nothing to forget.
    (void)forget_in_agent(context.settings().profile, false);
    context.output().object(JsonObject().text("device", status.device.hex()).flag("active", false));
    context.output().summary(context.say(kDone));
    return {};
}

}  // namespace

const Command kSignout{
    .name = "signout",
    .group = Group::begin,
    .summary = {"sign this computer out and wipe its profile",
                "diesen Rechner abmelden und sein Profil löschen"},
    .description = {"The device retires in the directory, then everything of yours is erased here. "
                    "Keys stay as they are: for a computer that was stolen use “device revoke”.",
                    "Das Gerät meldet sich im Verzeichnis ab, dann wird hier alles von Ihnen "
                    "gelöscht. Schlüssel bleiben, wie sie sind: Für gestohlene Rechner gibt es "
                    "„device revoke“."},
    .arguments = {},
    .options = kOptions,
    .examples = {{{"obhut signout", {"asks first", "fragt vorher"}},
                  {"obhut signout --yes", {"does not ask", "fragt nicht"}}}},
    .run = run,
};

}  // namespace obhut::cli
