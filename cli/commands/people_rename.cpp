// obhut people rename PERSON NAME
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kPersonWord}, {.name = {"NAME", "NAME"}}};
constexpr Text kForAll{"“{0}” is what everybody reads now.", "Alle lesen jetzt „{0}“."};
constexpr Text kAsked{"Everybody reads “{0}” once an administrator's device has heard of it.",
                      "Alle lesen „{0}“, sobald ein Gerät der Administration davon weiß."};

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const std::string& who = arguments.text(0);
    const std::string& name = arguments.text(1);
    const client::Person person = ATTEMPT(who, engine->find_person(who));
    ATTEMPT(name, engine->set_name(person.id, name));
    const bool for_all = engine->status().administrator;
    context.output().object(JsonObject()
                                .text("id", person.id.hex())
                                .text("name", name)
                                .flag("for_all", for_all)
                                .flag("asked", !for_all));
    context.output().summary(context.say(for_all ? kForAll : kAsked, {printable(name)}));
    return {};
}

}  // namespace

const Command kPeopleRename{
    .name = "people rename",
    .group = Group::people,
    .summary = {"say what somebody is called", "sagen, wie jemand heißt"},
    .description = {"Names stand in the address book, which administrators write and everybody "
                    "reads. Your own name their devices take from you by themselves, unless "
                    "somebody is called so already.",
                    "Namen stehen im Adressbuch, das die Administration schreibt und alle lesen. "
                    "Ihren eigenen nehmen deren Geräte von Ihnen von selbst an, wenn nicht schon "
                    "jemand so heißt."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut people rename bernd@example.org \"Bernd Beispiel\"",
                   {"yourself, or as an administrator", "sich selbst, oder als Administration"}},
                  {"obhut people", {"who is called what", "wer wie heißt"}}}},
    .run = run,
};

}  // namespace obhut::cli
