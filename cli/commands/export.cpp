// obhut export FOLDER [SPACE…]
#include <algorithm>

#include "cli/commands/all.h"
#include "cli/local/get.h"
#include "platform/desktop/process.h"
#include "platform/file.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = kFolderWord, .value = Value::folder},
    {.name = kSpaceWord, .value = Value::space, .optional = true, .many = true},
};
constexpr Counted kFiles{{"{0} file", "{0} Datei"}, {"{0} files", "{0} Dateien"}};
constexpr Text kSummary{"{0}, {1}; every item stands in manifest.jsonl",
                        "{0}, {1}; jedes Stück steht in manifest.jsonl"};
constexpr std::string_view kManifest = "manifest.jsonl";

// A folder name for a space: its name where that is possible, else its id.
std::string folder_name(const client::SpaceView& space) {
    const bool possible = !space.name.empty() && space.name != "." && space.name != ".." &&
                          space.name != kManifest && space.name.size() <= 200 &&
                          space.name.find('/') == space.name.npos;
    return possible ? space.name : space.id.hex();
}

struct Export {
    Context& context;
    std::string folder;
    platform::OutputFile manifest;
    std::uint64_t manifest_size = 0;
    GetTotals totals;

    Result<> note(const JsonObject& object) {
        const std::string line = object.line() + "\n";
        TRY(manifest.write(manifest_size, as_bytes(line)));
        manifest_size += line.size();
        return {};
    }
};

JsonObject manifest_line(const SpaceId& space, const std::string& path, const Get::Brought& item) {
    const files::Entry& entry = item.entry;
    JsonObject object;
    object.text("space", space.hex()).text("path", path).text("kind", kind_word(entry.kind));
    object.number("size", entry.size())
        .time("modified", modified_of(entry))
        .time("changed", entry.changed);
    object.text("id", entry.id.hex())
        .number("version", entry.version)
        .text("device", entry.device.hex());
    if (item.sha256) object.text("sha256", item.sha256->hex());
    if (entry.target) object.text("target", as_text(*entry.target));
    return object;
}

Outcome<> export_space(Export& out, const client::SpaceView& view, const std::string& name) {
    client::Space* space = TRY_OUTCOME(out.context.space(view.id.hex()));
    const auto state = ATTEMPT(view.name, files::SpaceView::newest(*space));
    const auto top = ATTEMPT(out.folder, platform::Folder::open(out.folder));
    ATTEMPT(name, top.make_folder(name));
    Get get(out.context, *space, state.files(), view.name + ":", {.hash = true});
    const files::Found root = ATTEMPT(view.name, state.files().lookup("/"));
    if (out.context.output().person_watches()) TRY_OUTCOME(get.count(root));
    get.on_item([&](const Get::Brought& item) -> Outcome<> {
        ATTEMPT(out.folder, out.note(manifest_line(view.id, name + item.path, item)));
        return {};
    });
    TRY_OUTCOME(get.run(root, "/", out.folder + "/" + name, "."));
    TRY_OUTCOME(get.finish());
    out.totals.files += get.totals().files;
    out.totals.bytes += get.totals().bytes;
    out.totals.skipped += get.totals().skipped;
    if (get.totals().worst) out.totals.worst = get.totals().worst;
    JsonObject object;
    object.text("space", view.id.hex())
        .text("name", view.name)
        .text("folder", name)
        .number("files", get.totals().files);
    object.number("folders", get.totals().folders)
        .number("links", get.totals().links)
        .number("bytes", get.totals().bytes)
        .number("skipped", get.totals().skipped);
    ATTEMPT(out.folder, out.note(object));
    out.context.output().object(object);
    return {};
}

Outcome<std::vector<client::SpaceView>> chosen(Context& context, client::Engine& engine,
                                               const Arguments& arguments) {
    std::vector<SpaceId> wanted;
    for (std::size_t i = 1; i < arguments.count(); ++i)
        wanted.push_back(TRY_OUTCOME(context.space(arguments.text(i)))->id());
    std::vector<client::SpaceView> spaces;
    for (client::SpaceView& space : ATTEMPT("export", engine.spaces())) {
        const bool named = std::ranges::find(wanted, space.id) != wanted.end();
        if (wanted.empty() ? space.readable && !space.trouble : named)
            spaces.push_back(std::move(space));
    }
    return spaces;
}

Outcome<> run(Context& context, const Arguments& arguments) {
    const std::string& folder = arguments.text(0);
    client::Engine* engine = TRY_OUTCOME(context.unlocked());
    const auto spaces = TRY_OUTCOME(chosen(context, *engine, arguments));
    ATTEMPT(folder, platform::make_private_folders(folder));
    const auto top = ATTEMPT(folder, platform::Folder::open(folder));
    if (!ATTEMPT(folder, top.list()).empty())
        TRY_OUTCOME(context.consent({"{0} is not empty. Write into it all the same?",
                                     "{0} ist nicht leer. Trotzdem hineinschreiben?"},
                                    {folder}));
    Export out{context, folder, ATTEMPT(folder, top.create_file(std::string(kManifest))), 0, {}};
    std::vector<std::string> used;
    for (const client::SpaceView& space : spaces) {
        std::string name = folder_name(space);
        if (std::ranges::find(used, name) != used.end()) name = space.id.hex();
        used.push_back(name);
        TRY_OUTCOME(export_space(out, space, name));
    }
    const auto now = static_cast<std::int64_t>(context.clock().now()) * 1'000'000;
    ATTEMPT(folder, out.manifest.finish(out.manifest_size, 0600, now, {}));
    const Language language = context.language();
    context.output().summary(context.say(kSummary, {say(kFiles, language, out.totals.files),
                                                    format_size(out.totals.bytes, language)}));
    if (!out.totals.worst) return {};
    return fail_about("export", out.totals.worst->kind() == Kind::corrupt
                                    ? *out.totals.worst
                                    : Error(errors::partly_done));
}

}  // namespace

const Command kExport{
    .name = "export",
    .group = Group::profile,
    .summary = {"take everything out, with a manifest of every item",
                "alles herausholen, mit einer Liste jedes Stücks"},
    .description = {"One folder for each space, files as they are, and manifest.jsonl with path, "
                    "size, SHA-256, times and versions. Nothing is "
                    "needed to read it again but a file manager.",
                    "Ein Ordner je Bereich, Dateien, wie sie sind, und manifest.jsonl mit Pfad, "
                    "Größe, SHA-256, Zeiten und Versionen. Zum "
                    "Lesen reicht ein Dateimanager."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut export /media/usb/auszug", {"all spaces", "alle Bereiche"}},
                  {"obhut export auszug Akten", {"one", "einen"}}}},
    .run = run,
};

}  // namespace obhut::cli
