// obhut cat SPACE:/FILE… [--at TIME]
#include "cli/commands/all.h"
#include "core/content/reader.h"

namespace obhut::cli {

namespace {

constexpr Argument kArguments[]{
    {.name = {"SPACE:/FILE", "BEREICH:/DATEI"}, .value = Value::space_path, .many = true}};
constexpr Option kOptions[]{
    {.name = "at",
     .value = Value::text,
     .value_name = kTimeWord,
     .help = {"as it was at that time (2024-03-09, 3d, 12h)",
              "wie sie damals war (2024-03-09, 3d, 12h)"}},
};

// Writes verified bytes to standard output, in order.
class OutputSink final : public content::ByteSink {
public:
    explicit OutputSink(Context& context) : context_(context), output_(context.output()) {}
    Result<> write(std::uint64_t, ByteView bytes) override {
        if (context_.machine().interrupted()) return fail(errors::interrupted);
        return output_.raw(as_text(bytes)) ? Result<>() : std::unexpected(*output_.trouble());
    }
    Result<> hole(std::uint64_t, std::uint64_t length) override {
        static const std::string kZeros(64 << 10, '\0');
        for (std::uint64_t left = length; left > 0;) {
            if (context_.machine().interrupted()) return fail(errors::interrupted);
            const std::uint64_t part = std::min<std::uint64_t>(left, kZeros.size());
            if (!output_.raw(std::string_view(kZeros).substr(0, part)))
                return std::unexpected(*output_.trouble());
            left -= part;
        }
        return {};
    }
    Result<> finish(std::uint64_t) override { return {}; }

private:
    Context& context_;
    Output& output_;
};

Outcome<> show(Context& context, const Arguments& arguments, const std::string& text) {
    const OpenSpace place = TRY_OUTCOME(open_path(context, text));
    const files::Files& files = place.view.files();
    const files::Found found = TRY_OUTCOME(found_at(place));
    files::Entry entry = found.entry.clone();
    if (entry.is_folder()) return fail_about(text, errors::is_a_folder);
    if (const auto at = arguments.value("at"))
        entry =
            ATTEMPT(text, files.version_at(found.entry, TRY_OUTCOME(time_argument(context, *at))));
    if (!entry.content) return fail_about(text, errors::path_not_found);
    const Bytes inline_bytes =
        entry.content->is_inline() ? ATTEMPT(text, files.small_content(entry)) : Bytes();
    OutputSink sink(context);
    content::Reader reader(place.space->place(), place.space->content(),
                           context.machine().executor());
    Result<> outcome;
    ATTEMPT(text, reader.read(*entry.content, inline_bytes, sink, [&](Result<> result) -> Result<> {
        outcome = result;
        return result;
    }));
    const Result<> flushed = reader.flush();
    ATTEMPT(text, outcome);
    ATTEMPT(text, flushed);
    return {};
}

Outcome<> run(Context& context, const Arguments& arguments) {
    for (const std::string& text : arguments.texts()) TRY_OUTCOME(show(context, arguments, text));
    return {};
}

}  // namespace

const Command kCat{
    .name = "cat",
    .group = Group::files,
    .summary = {"write files to standard output", "Dateien auf die Standardausgabe schreiben"},
    .description = {"Each piece is verified before it is written. If a later piece fails, the exit "
                    "code says so: do not use what came before.",
                    "Jedes Stück ist geprüft, bevor es geschrieben wird. Scheitert ein späteres, "
                    "sagt es der Rückgabewert: Verwenden "
                    "Sie dann auch das Vorherige nicht."},
    .arguments = kArguments,
    .options = kOptions,
    .examples = {{{"obhut cat Akten:/notiz.txt", {"read a note", "eine Notiz lesen"}},
                  {"obhut cat Akten:/liste.csv --at 1d | wc -l", {"as it was", "wie sie war"}}}},
    .run = run,
};

}  // namespace obhut::cli
