// obhut device add CODE
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = {"CODE", "CODE"}}};
constexpr Text kQuestion{
    "Add the device {0}? It will be able to read and write everything you can.",
    "Das Gerät {0} hinzufügen? Es kann danach alles lesen und schreiben, was Sie können."};
constexpr Text kDone{"The device {0} is added.", "Das Gerät {0} ist hinzugefügt."};

Outcome<> run(Context& context, const Arguments& arguments) {
    const client::LinkingCode code =
        ATTEMPT("device add", client::LinkingCode::parse(arguments.text(0)));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const client::LinkingOfferView offer = ATTEMPT("device add", engine->linking_offer(code));
    const std::string name = short_id(offer.keys);
    TRY_OUTCOME(context.consent(kQuestion, {name}));
    ATTEMPT("device add", engine->answer_linking(code));
    context.output().object(JsonObject().text("keys", offer.keys.hex()));
    context.output().summary(context.say(kDone, {name}));
    return {};
}

}  // namespace

const Command kDeviceAdd{
    .name = "device add",
    .group = Group::people,
    .summary = {"add a new device by the code it shows",
                "ein neues Gerät mit dem Code hinzufügen, den es zeigt"},
    .description = {"The new device shows the code with “obhut signin --link”. Compare the letters "
                    "that both show before you agree.",
                    "Das neue Gerät zeigt den Code mit „obhut signin --link“. Vergleichen Sie die "
                    "Zeichen, die beide zeigen, bevor "
                    "Sie zustimmen."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut device add obhut-link-…", {"asks first", "fragt vorher"}},
                  {"obhut device add obhut-link-… --yes", {"in a script", "in einem Skript"}}}},
    .run = run,
};

}  // namespace obhut::cli
