// obhut man-pages FOLDER: writes obhut(1) and a page for each command; for packaging, not shown in
// the help.
#include "cli/commands/all.h"
#include "cli/help.h"
#include "platform/desktop/local_files.h"
#include "platform/desktop/process.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{{.name = kFolderWord, .value = Value::folder}};

Result<> write_page(const platform::Folder& folder, const std::string& name,
                    const std::string& text, Millis now) {
    auto file = TRY(folder.create_file(name));
    TRY(file.write(0, as_bytes(text)));
    TRY(file.finish(text.size(), 0644, static_cast<std::int64_t>(now) * 1'000'000, {}));
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    ATTEMPT(arguments.text(0), platform::make_private_folders(arguments.text(0)));
    const auto folder = ATTEMPT(arguments.text(0), platform::Folder::open(arguments.text(0)));
    const Millis now = context.clock().now();
    ATTEMPT(arguments.text(0),
            write_page(folder, man_page_name(nullptr), man_page(nullptr, context.language()), now));
    for (const Command* command : commands())
        if (!command->hidden)
            ATTEMPT(arguments.text(0), write_page(folder, man_page_name(command),
                                                  man_page(command, context.language()), now));
    return {};
}

}  // namespace

const Command kManPages{
    .name = "man-pages",
    .group = Group::help,
    .summary = {"write the man pages into a folder",
                "die Handbuchseiten in einen Ordner schreiben"},
    .description = {"In the language of the locale.", "In der Sprache der Umgebung."},
    .arguments = kArguments,
    .options = {},
    .examples = {{{"obhut man-pages man/man1", {"English", "Englisch"}},
                  {"LC_ALL=de_DE.UTF-8 obhut man-pages man/de/man1", {"German", "Deutsch"}}}},
    .run = run,
    .hidden = true,
};

}  // namespace obhut::cli
