// obhut history SPACE:/FILE
#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = {"SPACE:/FILE", "BEREICH:/DATEI"}, .value = Value::space_path}};
constexpr Text kNewest{"newest", "neueste"};

// Who owns a device, as far as the directory says; looked up once for each.
class Names {
public:
    explicit Names(client::Engine& engine) : engine_(engine) {}
    std::string of(const DeviceId& device) {
        if (!loaded_) load();
        const auto found = names_.find(device);
        return found == names_.end() ? short_id(device) : found->second;
    }

private:
    void load() {
        loaded_ = true;
        const auto people = engine_.people();
        if (!people) return;
        for (const client::Person& person : *people)
            if (const auto devices = engine_.devices(person.id))
                for (const client::DeviceView& device : *devices)
                    names_[device.id] = person.label();
    }
    client::Engine& engine_;
    bool loaded_ = false;
    std::map<DeviceId, std::string> names_;
};

Outcome<> run(Context& context, const Arguments& arguments) {
    const OpenSpace place = TRY_OUTCOME(open_path(context, arguments.text(0)));
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const files::Found found = TRY_OUTCOME(found_at(place));
    if (found.entry.is_folder()) return fail_about(place.path.text(), errors::is_a_folder);
    std::vector<files::Entry> versions;
    versions.push_back(found.entry.clone());
    for (files::Entry& version :
         ATTEMPT(place.path.text(), place.view.files().history(found.entry.id)))
        versions.push_back(std::move(version));
    Names names(*engine);
    Table table({{{"Version", "Version"}, Align::right},
                 {{"When", "Wann"}},
                 {{"Size", "Größe"}, Align::right},
                 {{"Who", "Wer"}},
                 {{"State", "Stand"}}});
    for (std::size_t i = 0; i < versions.size(); ++i) {
        const files::Entry& version = versions[i];
        const std::string who = names.of(version.device);
        JsonObject object;
        object.text("path", place.path.text())
            .number("version", version.version)
            .flag("newest", i == 0);
        object.time("changed", version.changed)
            .number("size", version.size())
            .text("device", version.device.hex())
            .text("who", who);
        context.output().object(object);
        table.row({std::to_string(version.version),
                   format_time(version.changed),
                   format_size(version.size(), context.language()),
                   who,
                   {i == 0 ? context.say(kNewest) : std::string(), Style::faint}});
    }
    context.output().table(table);
    return {};
}

}  // namespace

const Command kHistory{
    .name = "history",
    .group = Group::history,
    .summary = {"list the versions of a file", "die Versionen einer Datei anzeigen"},
    .description = {"Newest first, with who wrote it. What one device writes within ten minutes is "
                    "one version.",
                    "Neueste zuerst, mit wer sie schrieb. Was ein Gerät innerhalb von zehn Minuten "
                    "schreibt, ist eine Version."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut history Akten:/brief.odt", {"its versions", "ihre Versionen"}},
                  {"obhut restore Akten:/brief.odt --version 2",
                   {"bring one back", "eine zurückholen"}}}},
    .run = run,
};

}  // namespace obhut::cli
