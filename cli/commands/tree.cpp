// obhut tree SPACE:/PATH [--depth N]
#include <map>

#include "cli/commands/all.h"

namespace obhut::cli {

namespace {

constexpr std::size_t kPage = 1000;
constexpr unsigned kMaxDepth = 256;
constexpr Argument kArguments[]{{.name = kSpacePathWord, .value = Value::space_path}};
constexpr Option kOptions[]{
    {.name = "depth",
     .value = Value::text,
     .value_name = {"N", "N"},
     .help = {"only so many folders deep", "nur so viele Ordner tief"}},
};
constexpr Counted kFiles{{"{0} file", "{0} Datei"}, {"{0} files", "{0} Dateien"}};
constexpr Counted kFolders{{"{0} folder", "{0} Ordner"}, {"{0} folders", "{0} Ordner"}};

struct Walk {
    Context& context;
    const OpenSpace& place;
    unsigned depth_limit;
    std::uint64_t files = 0;
    std::uint64_t folders = 0;
    std::uint64_t bytes = 0;
};

void show(Walk& walk, const files::Found& found, const std::string& path, const std::string& indent,
          bool last) {
    Output& output = walk.context.output();
    const bool folder = found.entry.is_folder();
    (folder ? walk.folders : walk.files) += 1;
    walk.bytes += folder ? 0 : found.entry.size();
    output.object(file_object(walk.place.path.space + ":" + path, found));
    std::string name = printable(found.name) + (folder ? "/" : "");
    if (found.entry.target) name += " -> " + printable(as_text(*found.entry.target));
    const bool colours = output.settings().colours && output.settings().out_is_terminal;
    const Style style = folder ? Style::folder : found.entry.target ? Style::link : Style::plain;
    output.line(indent + (last ? "└── " : "├── ") + styled(name, style, colours));
}

Outcome<> descend(Walk& walk, const FileId& folder, const std::string& path,
                  const std::string& indent, unsigned depth) {
    if (depth >= walk.depth_limit) return {};
    for (std::string after;;) {
        TRY_OUTCOME(walk.context.check_interrupt());
        // One more than a page tells whether the last one shown is the last there is.
        auto page = ATTEMPT(path, walk.place.view.files().list(folder, after, kPage + 1));
        const std::size_t shown = std::min(page.size(), kPage);
        for (std::size_t i = 0; i < shown; ++i) {
            const bool last = i + 1 == page.size();
            const std::string below = (path == "/" ? "" : path) + "/" + page[i].name;
            show(walk, page[i], below, indent, last);
            if (page[i].entry.is_folder())
                TRY_OUTCOME(descend(walk, page[i].entry.id, below,
                                    indent + (last ? "    " : "│   "), depth + 1));
        }
        if (page.size() <= kPage) return {};
        after = page[kPage - 1].name;
    }
}

Outcome<> run(Context& context, const Arguments& arguments) {
    unsigned limit = kMaxDepth;
    if (const auto depth = arguments.value("depth")) {
        const bool digits = !depth->empty() && depth->size() <= 3 &&
                            depth->find_first_not_of("0123456789") == depth->npos;
        if (!digits) return fail_about("--depth " + *depth, errors::value_malformed_here);
        limit = std::min<unsigned>(static_cast<unsigned>(std::stoul(*depth)), kMaxDepth);
    }
    const OpenSpace place = TRY_OUTCOME(open_path(context, arguments.text(0)));
    const files::Found found = TRY_OUTCOME(found_at(place));
    if (!found.entry.is_folder()) return fail_about(place.path.text(), errors::not_a_folder);
    Walk walk{context, place, limit};
    context.output().line(place.path.text());
    TRY_OUTCOME(descend(walk, found.entry.id, place.path.path, "", 0));
    const Language language = context.language();
    context.output().summary(say(kFolders, language, walk.folders) + ", " +
                             say(kFiles, language, walk.files) + ", " +
                             format_size(walk.bytes, language));
    return {};
}

}  // namespace

const Command kTree{
    .name = "tree",
    .group = Group::files,
    .summary = {"show a folder and all below it", "einen Ordner mit allem darunter anzeigen"},
    .description = {"With lines that show what lies where.",
                    "Mit Linien, die zeigen, was wo liegt."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut tree Akten:/", {"everything", "alles"}},
                  {"obhut tree Akten:/ --depth 1", {"one folder deep", "einen Ordner tief"}}}},
    .run = run,
};

}  // namespace obhut::cli
