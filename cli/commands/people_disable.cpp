// obhut people disable PERSON, obhut people enable PERSON
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kPersonWord}};
constexpr Text kQuestion{
    "Disable {0}? All devices and the emergency kit end at once; it can be undone for 30 days.",
    "{0} sperren? Alle Geräte und das Notfallblatt gelten sofort nicht mehr; das lässt sich 30 "
    "Tage lang zurücknehmen."};
constexpr Text kDisabled{"{0} is disabled: {1} devices ended.",
                         "{0} ist gesperrt: {1} Geräte gelten nicht mehr."};
constexpr Text kHeals{"Groups and spaces get new keys from whoever of their members is online.",
                      "Gruppen und Bereiche bekommen neue Schlüssel, sobald eines ihrer Mitglieder "
                      "online ist."};
constexpr Text kPast{"What the person could read until now may have been copied.",
                     "Was die Person bisher lesen konnte, kann sie kopiert haben."};
constexpr Text kEnabled{"{0} is back, with the same devices.",
                        "{0} ist wieder da, mit denselben Geräten."};
constexpr Text kAddAgain{
    "Spaces that were shared with the person alone take her again by “obhut "
    "space share”.",
    "In Bereiche, die nur mit der Person selbst geteilt waren, kommt sie mit "
    "„obhut space share“ zurück."};

JsonObject object_of(const client::Person& person, std::string_view status) {
    return std::move(JsonObject()
                         .text("id", person.id.hex())
                         .text("email", person.email)
                         .text("status", status));
}

Outcome<> disable(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const std::string& who = arguments.text(0);
    const client::Person person = ATTEMPT(who, engine->find_person(who));
    TRY_OUTCOME(context.consent(kQuestion, {printable(person.label())}));
    std::uint64_t devices = 0;
    for (const client::DeviceView& device : ATTEMPT(who, engine->devices(person.id)))
        devices += device.active && device.kind != client::DeviceKind::kit ? 1 : 0;
    ATTEMPT(who, engine->disable(person.id));
    context.output().object(object_of(person, "disabled").number("devices", devices));
    context.output().summary(context.say(
        kDisabled, {printable(person.label()), format_count(devices, context.language())}));
    context.output().hint(context.say(kHeals));
    context.output().hint(context.say(kPast));
    return {};
}

Outcome<> enable(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const std::string& who = arguments.text(0);
    const client::Person person = ATTEMPT(who, engine->find_person(who));
    ATTEMPT(who, engine->enable(person.id));
    context.output().object(object_of(person, "active"));
    context.output().summary(context.say(kEnabled, {printable(person.label())}));
    context.output().hint(context.say(kAddAgain));
    return {};
}

}  // namespace

const Command kPeopleDisable{
    .name = "people disable",
    .group = Group::people,
    .summary = {"end somebody's access, who has left or lost everything",
                "den Zugang einer Person beenden, die gegangen ist oder alles verloren hat"},
    .description = {"For administrators. All devices and the emergency kit of the person end at "
                    "once; what is signed with them afterwards is refused or held back. Groups and "
                    "spaces heal without anybody doing anything.",
                    "Für die Administration. Alle Geräte und das Notfallblatt der Person gelten "
                    "sofort nicht mehr; was damit noch unterschrieben wird, wird abgelehnt oder "
                    "zurückgehalten. Gruppen und Bereiche heilen von allein."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut people disable bernd@example.org", {"asks first", "fragt vorher"}},
                  {"obhut people disable bernd@example.org --yes",
                   {"does not ask", "fragt nicht"}}}},
    .run = disable,
};

const Command kPeopleEnable{
    .name = "people enable",
    .group = Group::people,
    .summary = {"undo “people disable”, within 30 days",
                "„people disable“ zurücknehmen, binnen 30 Tagen"},
    .description = {"For administrators. The same devices and the same emergency kit count again.",
                    "Für die Administration. Dieselben Geräte und dasselbe Notfallblatt gelten "
                    "wieder."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut people enable bernd@example.org", {"by address", "nach Adresse"}},
                  {"obhut people enable \"Bernd Beispiel\"", {"by name", "nach Namen"}}}},
    .run = enable,
};

}  // namespace obhut::cli
