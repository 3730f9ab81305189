// TemporaryFolder: a new folder of this program's own, gone with everything in it at the end.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/base/check.h"

namespace obhut::test {

class TemporaryFolder {
public:
    // It stands in `base`, the system's temporary directory by default (TMPDIR).
    explicit TemporaryFolder(
        const std::filesystem::path& base = std::filesystem::temp_directory_path()) {
        constexpr std::size_t kRandomCharacters = 6;  // as mkdtemp(3) wants them
        std::string name = (base / "obhut-").string() + std::string(kRandomCharacters, 'X');
        CHECK(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    const std::string& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

}  // namespace obhut::test
