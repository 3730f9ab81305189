// obhut diff SPACE:/PATH LOCAL | SPACE:/PATH --at TIME [--to TIME]
#include <map>

#include "cli/commands/all.h"
#include "cli/commands/history_state.h"
#include "cli/local/source.h"
#include "core/content/writer.h"

namespace obhut::cli {

namespace {

constexpr unsigned kMaxDepth = 256;
constexpr Argument kArguments[]{
    {.name = kSpacePathWord, .value = Value::space_path},
    {.name = {"LOCAL", "LOKAL"}, .value = Value::file, .optional = true},
};
constexpr Option kOptions[]{
    {.name = "at",
     .value = Value::text,
     .value_name = kTimeWord,
     .help = {"compare with what it was then (2024-03-09, 3d, 12h)",
              "mit dem damaligen Stand vergleichen (2024-03-09, 3d, 12h)"}},
    {.name = "to",
     .value = Value::text,
     .value_name = kTimeWord,
     .help = {"and that with this time, instead of now",
              "und diesen mit jener Zeit statt mit jetzt"}},
};
constexpr Text kWhat{
    "Name a local file or folder, or give --at TIME.",
    "Nennen Sie eine lokale Datei oder einen Ordner, oder geben Sie --at ZEIT an."};
constexpr Text kSame{"No difference.", "Kein Unterschied."};

// One side of a comparison: what is there by relative path.
struct Item {
    files::FileKind kind = files::FileKind::file;
    std::uint64_t size = 0;
    std::optional<content::Content> content;  // in a space
    std::string target;                       // of a symlink
    std::string local;                        // path on this computer
};
using Side = std::map<std::string, Item>;

Item item_of(const files::Entry& entry) {
    Item item{entry.kind,
              entry.size(),
              {},
              entry.target ? std::string(as_text(*entry.target)) : std::string(),
              {}};
    if (entry.content) item.content = entry.content->clone();
    return item;
}

Outcome<Side> side_of(const files::Files& files, const SpacePath& path) {
    const auto found = files.lookup(path.path);
    Side side;
    if (!found && found.error().kind() == Kind::missing) return side;
    if (!found) return fail_about(path.text(), found.error());
    if (!found->entry.is_folder()) {
        side.emplace("", item_of(found->entry));
        return side;
    }
    ATTEMPT(path.text(),
            files.walk(found->entry.id,
                       [&](const std::string& below, const files::Found& file) -> Result<bool> {
                           side.emplace(below, item_of(file.entry));
                           return true;
                       }));
    return side;
}

Result<> add_local(const platform::Folder& folder, const std::string& name, const std::string& path,
                   const std::string& local, Side& side, unsigned depth) {
    const platform::FileStatus status = TRY(folder.status(name));
    Item item{files::FileKind::file, status.size, {}, {}, local};
    if (status.type == platform::FileType::link) {
        item.kind = files::FileKind::symlink;
        item.target = TRY(folder.read_link(name));
    }
    if (status.type == platform::FileType::folder)
        item = {files::FileKind::folder, 0, {}, {}, local};
    if (!path.empty())
        side.emplace(path, std::move(item));
    else if (status.type != platform::FileType::folder)
        side.emplace("", std::move(item));
    if (status.type != platform::FileType::folder || depth > kMaxDepth) return {};
    const platform::Folder below = TRY(folder.open_folder(name));
    for (const auto& entry : TRY(below.list()))
        TRY(add_local(below, entry.name, path.empty() ? entry.name : path + "/" + entry.name,
                      local + "/" + entry.name, side, depth + 1));
    return {};
}

Outcome<Side> local_side(const std::string& path) {
    const platform::SplitPath parts = platform::split_path(path);
    const auto folder = ATTEMPT(path, platform::Folder::open(parts.folder));
    Side side;
    if (parts.name == ".") {
        for (const auto& entry : ATTEMPT(path, folder.list()))
            ATTEMPT(path, add_local(folder, entry.name, entry.name, parts.folder + "/" + entry.name,
                                    side, 0));
        return side;
    }
    ATTEMPT(path, add_local(folder, parts.name, "", parts.folder + "/" + parts.name, side, 0));
    return side;
}

// The hash of a local file as a content of the same form would have it.
Result<bool> same_bytes(const Item& local, const content::Content& content) {
    if (local.size != content.size) return false;
    const platform::SplitPath parts = platform::split_path(local.local);
    const platform::Folder folder = TRY(platform::Folder::open(parts.folder));
    auto file = TRY(folder.open_file(parts.name));
    const platform::FileStatus status = TRY(file.status());
    FileSource source(std::move(file), status);
    return TRY(content::fingerprint(source, content.manifest ? content.manifest->chunk_size : 0)) ==
           content.hash;
}

Result<bool> differs(const Item& a, const Item& b) {
    if (a.kind != b.kind || a.target != b.target) return true;
    if (a.kind != files::FileKind::file) return false;
    if (a.content && b.content) return !a.content->same_bytes(*b.content);
    const Item& local = a.content ? b : a;
    const Item& there = a.content ? a : b;
    return !there.content || !TRY(same_bytes(local, *there.content));
}

struct Report {
    Context& context;
    std::uint64_t differences = 0;

    void tell(char sign, std::string_view word, const std::string& path, const Item& item) {
        ++differences;
        const std::string shown = path.empty() ? "." : path;
        context.output().object(JsonObject()
                                    .text("change", word)
                                    .text("path", shown)
                                    .text("kind", kind_word(item.kind))
                                    .number("size", item.size));
        const Style style = sign == '+'   ? Style::good
                            : sign == '-' ? Style::danger
                                          : Style::attention;
        const OutputSettings& settings = context.output().settings();
        const std::string line = std::string(1, sign) + " " + printable(shown) +
                                 (item.kind == files::FileKind::folder ? "/" : "");
        context.output().line(styled(line, style, settings.colours && settings.out_is_terminal));
    }
};

Outcome<> compare(Context& context, const Side& before, const Side& after) {
    Report report{context};
    auto old = before.begin();
    auto now = after.begin();
    while (old != before.end() || now != after.end()) {
        TRY_OUTCOME(context.check_interrupt());
        if (now == after.end() || (old != before.end() && old->first < now->first)) {
            report.tell('-', "removed", old->first, old->second);
            ++old;
        } else if (old == before.end() || now->first < old->first) {
            report.tell('+', "added", now->first, now->second);
            ++now;
        } else {
            if (ATTEMPT(now->first, differs(old->second, now->second)))
                report.tell('~', "changed", now->first, now->second);
            ++old;
            ++now;
        }
    }
    if (report.differences == 0) context.output().summary(context.say(kSame));
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const auto at = arguments.value("at");
    if ((arguments.count() > 1) == at.has_value())
        return fail_about("diff", errors::argument_missing, context.say(kWhat));
    const OpenSpace place = TRY_OUTCOME(open_path(context, arguments.text(0)));
    if (!at) {
        TRY_OUTCOME(found_at(place));
        return compare(context, TRY_OUTCOME(side_of(place.view.files(), place.path)),
                       TRY_OUTCOME(local_side(arguments.text(1))));
    }
    const auto then = TRY_OUTCOME(state_at(context, *place.space, place.path.space,
                                           TRY_OUTCOME(time_argument(context, *at))));
    std::optional<files::SpaceView> later;
    if (const auto to = arguments.value("to"))
        later = TRY_OUTCOME(state_at(context, *place.space, place.path.space,
                                     TRY_OUTCOME(time_argument(context, *to))));
    const files::Files& newer = later ? later->files() : place.view.files();
    return compare(context, TRY_OUTCOME(side_of(then.files(), place.path)),
                   TRY_OUTCOME(side_of(newer, place.path)));
}

}  // namespace

const Command kDiff{
    .name = "diff",
    .group = Group::history,
    .summary = {"compare with local files, or with the past",
                "mit lokalen Dateien oder mit früher vergleichen"},
    .description = {"“+” is only in the second, “-” only in the first, “~” in both but different. "
                    "Content is compared byte by byte, times are not.",
                    "„+“ ist nur im Zweiten, „-“ nur im Ersten, „~“ in beiden, aber verschieden. "
                    "Verglichen wird der Inhalt, Byte für "
                    "Byte, nicht die Zeiten."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut diff Akten:/ordner ordner",
                   {"with a folder here", "mit einem Ordner hier"}},
                  {"obhut diff Akten:/ --at 7d", {"with last week", "mit voriger Woche"}}}},
    .run = run,
};

}  // namespace obhut::cli
