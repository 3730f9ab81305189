// obhut device revoke DEVICE [--keep DEVICE,…] [--drop-kit]
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = {"DEVICE", "GERÄT"}, .many = true}};
constexpr Option kOptions[]{
    {.name = "keep",
     .value = Value::text,
     .value_name = {"DEVICE,…", "GERÄT,…"},
     .help = {"devices that the first one let in and that stay",
              "Geräte, die das erste hereinließ und die bleiben"}},
    {.name = "drop-kit",
     .help = {"an emergency kit that the device put in goes too",
              "ein vom Gerät eingesetztes Notfallblatt gilt auch nicht mehr"}},
};
constexpr Text kQuestion{
    "End the device {0}, and every device that it let in? It cannot be undone.",
    "Das Gerät {0} und jedes, das es hereinließ, beenden? Das lässt sich nicht zurücknehmen."};
constexpr Text kDone{"{0} devices ended.", "{0} Geräte gelten nicht mehr."};
constexpr Text kHeals{
    "Keys are renewed by your other devices and by the members of your groups and spaces.",
    "Die Schlüssel erneuern Ihre anderen Geräte und die Mitglieder Ihrer Gruppen und Bereiche."};

Outcome<std::vector<DeviceId>> devices_in(client::Engine& engine, const std::string& list) {
    std::vector<DeviceId> devices;
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        const std::string word = list.substr(at, end - at);
        devices.push_back(ATTEMPT(word, engine.find_device(word)));
        at = end + 1;
    }
    return devices;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const std::vector<DeviceId> keep =
        TRY_OUTCOME(devices_in(*engine, arguments.value("keep").value_or("")));
    std::uint64_t count = 0;
    for (const std::string& word : arguments.texts()) {
        const DeviceId device = ATTEMPT(word, engine->find_device(word));
        TRY_OUTCOME(context.consent(kQuestion, {short_id(device)}));
        const auto ended =
            ATTEMPT(word, engine->revoke_device(device, keep, !arguments.flag("drop-kit")));
        for (const DeviceId& id : ended)
            context.output().object(JsonObject().text("id", id.hex()).flag("active", false));
        count += ended.size();
    }
    context.output().summary(context.say(kDone, {format_count(count, context.language())}));
    context.output().hint(context.say(kHeals));
    return {};
}

}  // namespace

const Command kDeviceRevoke{
    .name = "device revoke",
    .group = Group::people,
    .summary = {"end a device that was stolen or lost",
                "ein gestohlenes oder verlorenes Gerät beenden"},
    .description =
        {"With it end the devices that it let in, unless you keep them by name. Your key and those "
         "of your groups and spaces are renewed; what the device signs afterwards is refused or "
         "held back. Administrators may do it for anybody. Without another device: sign in on a "
         "new one with the emergency kit first.",
         "Mit ihm enden die Geräte, die es hereinließ, wenn Sie sie nicht namentlich behalten. Ihr "
         "Schlüssel und die Ihrer Gruppen und Bereiche werden erneuert; was das Gerät danach "
         "unterschreibt, wird abgelehnt oder zurückgehalten. Die Administration darf es für alle. "
         "Ohne anderes Gerät: zuerst auf einem neuen mit dem Notfallblatt anmelden."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut device revoke 3f2a91c0",
                   {"as “device list” shows it", "wie „device list“ es zeigt"}},
                  {"obhut device revoke 3f2a91c0 --keep 77b1e05d",
                   {"but one that it let in", "außer einem, das es hereinließ"}}}},
    .run = run,
};

}  // namespace obhut::cli
