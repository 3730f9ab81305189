// obhut: the command line. Wires the program to this machine.
#include "cli/program.h"
#include "cli/real_machine.h"
#include "platform/desktop/process.h"
#include "platform/desktop/terminal.h"

namespace {

using obhut::cli::TextSink;
namespace platform = obhut::platform;

class StreamSink final : public TextSink {
public:
    explicit StreamSink(platform::Stream stream) : stream_(stream) {}
    obhut::Result<> write(std::string_view text) override {
        return platform::write_all(stream_, text);
    }

private:
    platform::Stream stream_;
};

const char* or_null(const std::optional<std::string>& value) {
    return value ? value->c_str() : nullptr;
}

obhut::cli::Language language() {
    const auto all = platform::environment("LC_ALL");
    const auto messages = platform::environment("LC_MESSAGES");
    const auto lang = platform::environment("LANG");
    return obhut::cli::language_of(or_null(all), or_null(messages), or_null(lang));
}

std::string default_profile() {
    if (const auto profile = platform::environment("OBHUT_PROFILE"))
        return platform::absolute_path(*profile);
    if (const auto data = platform::environment("XDG_DATA_HOME")) return *data + "/obhut";
    return platform::home_folder() + "/.local/share/obhut";
}

obhut::cli::ProgramSettings settings() {
    obhut::cli::ProgramSettings settings;
    settings.output.language = language();
    settings.output.out_is_terminal = platform::is_terminal(platform::Stream::output);
    settings.output.error_is_terminal = platform::is_terminal(platform::Stream::error);
    settings.output.colours =
        !platform::environment("NO_COLOR") && platform::environment("TERM") != "dumb";
    settings.output.width = platform::terminal_width(platform::Stream::error);
    settings.default_profile = default_profile();
    return settings;
}

}  // namespace

int main(int argc, char** argv) {
    platform::keep_freed_memory();
    const std::vector<std::string> words(argv + 1, argv + argc);
    StreamSink out(platform::Stream::output);
    StreamSink error(platform::Stream::error);
    obhut::cli::RealMachine machine;
    return obhut::cli::run_program(words, machine, out, error, settings());
}
