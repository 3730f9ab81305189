// obhut ls [-l] SPACE:/PATH…
#include <algorithm>
#include <functional>

#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kPage = 1000;
constexpr Argument kArguments[]{{.name = kSpacePathWord, .value = Value::space_path, .many = true}};
constexpr Option kOptions[]{
    {.name = "long",
     .letter = 'l',
     .help = {"with mode, size, time and version", "mit Rechten, Größe, Zeit und Version"}},
    {.name = "reverse", .letter = 'r', .help = {"in reverse order", "in umgekehrter Reihenfolge"}},
    {.name = "time", .letter = 't', .help = {"newest first", "neueste zuerst"}},
};

std::string mode_text(const files::Entry& entry) {
    std::string text(1, entry.is_folder() ? 'd' : entry.target ? 'l' : '-');
    const std::uint32_t mode = entry.attributes.mode.value_or(entry.is_folder() ? 0755 : 0644);
    for (int shift = 8; shift >= 0; --shift)
        text += (mode >> shift & 1U) != 0 ? "xwr"[shift % 3] : '-';
    return text;
}

Cell name_cell(const files::Found& found, bool with_target) {
    if (found.entry.is_folder()) return {found.name + "/", Style::folder};
    if (!found.entry.target) return {found.name};
    return {found.name +
                (with_target ? " -> " + std::string(as_text(*found.entry.target)) : std::string()),
            Style::link};
}

Outcome<std::vector<files::Found>> entries_of(const OpenSpace& place, const files::Found& found) {
    std::vector<files::Found> entries;
    if (!found.entry.is_folder()) {
        entries.push_back({found.folder, found.name, found.entry.clone()});
        return entries;
    }
    for (std::string after;;) {
        auto page =
            ATTEMPT(place.path.text(), place.view.files().list(found.entry.id, after, kPage));
        const bool last = page.size() < kPage;
        for (files::Found& entry : page) entries.push_back(std::move(entry));
        if (last) return entries;
        after = entries.back().name;
    }
}

Outcome<> list(Context& context, const Arguments& arguments, const std::string& text) {
    const OpenSpace place = TRY_OUTCOME(open_path(context, text));
    const files::Found found = TRY_OUTCOME(found_at(place));
    auto entries = TRY_OUTCOME(entries_of(place, found));
    if (arguments.flag("time"))
        std::ranges::sort(entries, std::ranges::greater(),
                          [](const files::Found& f) { return modified_of(f.entry); });
    if (arguments.flag("reverse")) std::ranges::reverse(entries);
    const std::string base = found.entry.is_folder()
                                 ? place.path.path
                                 : place.path.path.substr(0, place.path.path.rfind('/'));
    Table table({{{"Mode", "Rechte"}},
                 {{"Size", "Größe"}, Align::right},
                 {{"Modified", "Geändert"}},
                 {{"Version", "Version"}, Align::right},
                 {{"Name", "Name"}}},
                false);
    for (const files::Found& entry : entries) {
        const std::string path =
            place.path.space + ":" + (base == "/" ? "" : base) + "/" + entry.name;
        context.output().object(file_object(path, entry));
        const Cell name = name_cell(entry, arguments.flag("long"));
        if (!arguments.flag("long")) {
            const OutputSettings& settings = context.output().settings();
            context.output().line(styled(printable(name.text), name.style,
                                         settings.colours && settings.out_is_terminal));
            continue;
        }
        table.row(
            {mode_text(entry.entry),
             entry.entry.is_folder() ? "" : format_size(entry.entry.size(), context.language()),
             format_time(modified_of(entry.entry)),
             entry.entry.content ? std::to_string(entry.entry.version) : "", name});
    }
    context.output().table(table);
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    for (const std::string& text : arguments.texts()) TRY_OUTCOME(list(context, arguments, text));
    return {};
}

}  // namespace

const Command kLs{
    .name = "ls",
    .group = Group::files,
    .summary = {"list a folder", "einen Ordner anzeigen"},
    .description =
        {"By name, in the order of bytes. Control characters in names are shown as \\xNN.",
         "Nach Namen, in der Reihenfolge der Bytes. Steuerzeichen in Namen erscheinen als \\xNN."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut ls -l Akten:/", {"with details", "mit Einzelheiten"}},
                  {"obhut ls -lt Akten:/ordner", {"newest first", "neueste zuerst"}}}},
    .run = run,
};

}  // namespace obhut::cli
