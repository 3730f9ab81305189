// ServerProgram: obhutd, run for one task on a data directory. The server's folder is what only
// obhutd reads and writes; the commands of `obhut server` ask it, and put into words what it says.
#pragma once

#include <map>

#include "cli/context.h"

namespace obhut::cli {

// Said is one object that obhutd said: numbers, and texts of letters and digits.
class Said {
public:
    explicit Said(std::string json) : json_(std::move(json)) {}
    std::uint64_t number(std::string_view key) const;
    std::string text(std::string_view key) const;
    const std::string& json() const { return json_; }

private:
    std::string_view value(std::string_view key) const;
    std::string json_;
};

// server_config is the file of a folder that `server init` made; empty for a data directory.
std::string server_config(const std::string& folder);

// ask_server runs obhutd with these options for a folder. Failures: obhutd_missing, obhutd_failed
// (it has said why on standard error), server_in_use, server_data_damaged.
Outcome<std::vector<Said>> ask_server(const std::string& folder,
                                      const std::vector<std::string>& options);

}  // namespace obhut::cli
