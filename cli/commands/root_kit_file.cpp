#include "cli/commands/root_kit_file.h"

#include "cli/errors.h"
#include "platform/file.h"

namespace obhut::cli {

namespace {
constexpr std::size_t kMaxRootKit = 64 << 10;
}

Outcome<client::RootKit> read_root_kit(const Arguments& arguments) {
    const auto file = arguments.value("root-kit");
    if (!file) return fail_about("--root-kit", errors::option_missing);
    Bytes text = ATTEMPT(*file, platform::read_file(*file, kMaxRootKit));
    auto parsed = client::RootKit::parse(as_text(text));
    wipe(text);
    return ATTEMPT(*file, std::move(parsed));
}

}  // namespace obhut::cli
