#include "cli/local/origins.h"

#include "cli/local/source.h"

namespace obhut::cli {

Result<std::unique_ptr<content::ByteSource>> LocalOrigins::open(const std::string& path) {
    const platform::SplitPath parts = platform::split_path(path);
    const platform::Folder folder = TRY(platform::Folder::open(parts.folder));
    platform::InputFile file = TRY(folder.open_file(parts.name));
    const platform::FileStatus status = TRY(file.status());
    return std::unique_ptr<content::ByteSource>(
        std::make_unique<FileSource>(std::move(file), status));
}

Bytes LocalOrigins::state(const std::string& path) {
    const platform::SplitPath parts = platform::split_path(path);
    const auto folder = platform::Folder::open(parts.folder);
    const auto status = folder ? folder->status(parts.name)
                               : Result<platform::FileStatus>(std::unexpected(folder.error()));
    Bytes state;
    if (!status || status->type != platform::FileType::file) return state;
    for (const std::uint64_t part :
         {status->device, status->inode, status->size, static_cast<std::uint64_t>(status->modified),
          static_cast<std::uint64_t>(status->changed)})
        append_be64(state, part);
    return state;
}

}  // namespace obhut::cli
