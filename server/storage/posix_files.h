// Adapter of the files of a store for the machine's own file system. Files get mode 0600,
// directories 0700. Threads: any.
#pragma once

#include "server/storage/file_system.h"

namespace obhut::storage {

class PosixFiles final : public FileSystem {
public:
    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode) override;
    Result<> remove(const std::string& path) override;
    Result<> rename(const std::string& from, const std::string& to) override;
    Result<bool> exists(const std::string& path) override;
    Result<> make_directory(const std::string& path) override;
    Result<> sync_directory(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& path) override;
    Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;
    Result<std::unique_ptr<FileLock>> share(const std::string& path) override;
};

}  // namespace obhut::storage
