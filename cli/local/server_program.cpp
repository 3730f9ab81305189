#include "cli/local/server_program.h"

#include <charconv>

#include "cli/errors.h"
#include "platform/desktop/process.h"

namespace obhut::cli {

namespace {

// What obhutd ends with (server/front/exit_status.h).
constexpr int kInUse = 4;
constexpr int kDamaged = 6;

}  // namespace

std::string_view Said::value(std::string_view key) const {
    const std::string name = "\"" + std::string(key) + "\":";
    const std::size_t at = json_.find(name);
    if (at == std::string::npos) return {};
    const std::string_view rest = std::string_view(json_).substr(at + name.size());
    return rest.substr(0, rest.find_first_of(",}"));
}

std::uint64_t Said::number(std::string_view key) const {
    const std::string_view text = value(key);
    std::uint64_t number = 0;
    (void)std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

std::string Said::text(std::string_view key) const {
    const std::string_view quoted = value(key);
    return quoted.size() < 2 ? std::string() : std::string(quoted.substr(1, quoted.size() - 2));
}

std::string server_config(const std::string& folder) {
    const std::string file = folder + "/obhutd.toml";
    return platform::exists(file) ? file : std::string();
}

Outcome<std::vector<Said>> ask_server(const std::string& folder,
                                      const std::vector<std::string>& options) {
    const std::string config = server_config(folder);
    std::vector<std::string> words{config.empty() ? "--data" : "--config",
                                   config.empty() ? folder : config, "--json"};
    words.insert(words.end(), options.begin(), options.end());
    const auto ran = platform::run_beside("obhutd", words);
    if (!ran) return fail_about("obhutd", errors::obhutd_missing);
    std::vector<Said> said;
    for (std::size_t at = 0; at < ran->output.size();) {
        const std::size_t end = std::min(ran->output.find('\n', at), ran->output.size());
        said.emplace_back(ran->output.substr(at, end - at));
        at = end + 1;
    }
    // A scrub that found damage says how much, and ends so.
    if (ran->status == kDamaged && !said.empty()) return said;
    if (ran->status == kInUse) return fail_about(folder, errors::server_in_use);
    if (ran->status == kDamaged) return fail_about(folder, errors::server_data_damaged);
    if (ran->status != 0) return fail_about(folder, Error(errors::obhutd_failed, ran->status));
    return said;
}

}  // namespace obhut::cli
