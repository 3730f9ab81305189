// obhut device list [PERSON]
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = {"PERSON", "PERSON"}, .optional = true}};
constexpr Text kThisOne{"this device", "dieses Gerät"};
constexpr Text kActive{"active", "aktiv"};
constexpr Text kEnded{"ended", "abgemeldet"};

struct KindText {
    std::string_view word;
    Text text;
};
const KindText& text_of(client::DeviceKind kind) {
    static constexpr KindText kFull{"full", {"computer", "Rechner"}};
    static constexpr KindText kWeb{"web", {"browser", "Browser"}};
    static constexpr KindText kPaper{"kit", {"emergency kit", "Notfallblatt"}};
    switch (kind) {
    case client::DeviceKind::full: return kFull;
    case client::DeviceKind::web: return kWeb;
    case client::DeviceKind::kit: return kPaper;
    }
    return kFull;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    std::vector<client::DeviceView> devices;
    if (arguments.count() > 0) {
        const client::Person person =
            ATTEMPT(arguments.text(0), engine->find_person(arguments.text(0)));
        devices = ATTEMPT(arguments.text(0), engine->devices(person.id));
    } else {
        devices = ATTEMPT("device list", engine->devices());
    }
    Table table({{{"Device", "Gerät"}},
                 {{"Kind", "Art"}},
                 {{"State", "Zustand"}},
                 {{"Since", "Seit"}},
                 {{"Added by", "Hinzugefügt von"}}});
    for (const client::DeviceView& device : devices) {
        JsonObject object;
        object.text("id", device.id.hex())
            .text("kind", text_of(device.kind).word)
            .flag("active", device.active);
        object.flag("self", device.self).time("added", device.added_time);
        if (device.added_by) object.text("added_by", device.added_by->hex());
        context.output().object(object);
        const Style style = device.self     ? Style::strong
                            : device.active ? Style::plain
                                            : Style::faint;
        const std::string state = context.say(device.self     ? kThisOne
                                              : device.active ? kActive
                                                              : kEnded);
        table.row({{short_id(device.id), style},
                   {context.say(text_of(device.kind).text), style},
                   {state, style},
                   {format_time(device.added_time), style},
                   {device.added_by ? short_id(*device.added_by) : "", style}});
    }
    context.output().table(table);
    return {};
}

}  // namespace

const Command kDeviceList{
    .name = "device list",
    .group = Group::people,
    .summary = {"list your devices, or somebody's", "Ihre Geräte anzeigen, oder die einer Person"},
    .description = {"Every device that ever signed in, and who added it. A device you do not know "
                    "is a reason to ask.",
                    "Jedes Gerät, das sich je angemeldet hat, und wer es hinzugefügt hat. Ein "
                    "Gerät, das Sie nicht kennen, ist "
                    "ein Grund nachzufragen."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut device list", {"yours", "Ihre"}},
                  {"obhut device list bernd@example.org",
                   {"a colleague's", "die einer anderen Person"}}}},
    .run = run,
};

}  // namespace obhut::cli
