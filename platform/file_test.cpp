#include "platform/file.h"

#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/errors.h"
#include "platform/past_cache.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test.h"

namespace obhut::platform {
namespace {

using Folder = test::TemporaryFolder;

unsigned mode_of(const std::string& path) {
    struct stat info{};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
}

// Small and large pieces, at odd places, written past the cache and read back both ways.
TEST(bulk_is_written_and_read_whole) {
    const Folder folder;
    const int file = ::open((folder / "bulk").c_str(), O_RDWR | O_CREAT, 0600);
    REQUIRE(file >= 0);
    Bytes expected;
    for (const std::size_t size :
         {std::size_t{1000}, kBulkTransfer + 123, std::size_t{7}, 3 * kBulkTransfer}) {
        Bytes piece(size);
        for (std::size_t i = 0; i < size; ++i)
            piece[i] = static_cast<std::uint8_t>(i * 31 + expected.size());
        EXPECT_EQ(write_past_cache(file, piece.data(), size, static_cast<off_t>(expected.size())),
                  static_cast<ssize_t>(size));
        append(expected, piece);
    }
    Bytes read(expected.size());
    EXPECT_EQ(read_past_cache(file, read.data(), read.size(), 0),
              static_cast<ssize_t>(read.size()));
    EXPECT(read == expected);
    EXPECT_EQ(::pread(file, read.data(), read.size(), 0), static_cast<ssize_t>(read.size()));
    EXPECT(read == expected);
    EXPECT_EQ(read_past_cache(file, read.data(), read.size(), static_cast<off_t>(read.size())),
              ssize_t{0});
    ::close(file);
}

TEST(files_are_private_and_replaced_whole) {
    const Folder folder;
    const std::string path = folder / "a";
    EXPECT_OK(write_file(path, as_bytes("one")));
    EXPECT_OK(write_file(path, as_bytes("second")));
    const auto content = read_file(path, 100);
    REQUIRE_OK(content);
    EXPECT_EQ(as_text(*content), "second");
    EXPECT_EQ(mode_of(path), 0600U);
    EXPECT_ERROR(read_file(path, 5), errors::file_too_large);
    std::size_t entries = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder.path()))
        ++entries;
    EXPECT_EQ(entries, 1U);
}

TEST(create_file_never_replaces) {
    const Folder folder;
    const std::string path = folder / "a";
    EXPECT_OK(create_file(path, as_bytes("one")));
    EXPECT_ERROR(create_file(path, as_bytes("two")), errors::file_exists);
    std::filesystem::create_symlink(folder / "elsewhere", folder / "link");
    EXPECT_ERROR(create_file(folder / "link", as_bytes("two")), errors::file_exists);
    EXPECT_EQ(as_text(*read_file(path, 100)), "one");
}

TEST(missing_things_are_named_missing) {
    const Folder folder;
    EXPECT_ERROR(read_file(folder / "a", 1), errors::file_missing);
    EXPECT_ERROR(read_file(folder.path(), 1), errors::file_failed);
    EXPECT_ERROR(write_file(folder / "no/file", {}), errors::file_missing);
    EXPECT_OK(remove_file(folder / "a"));
    EXPECT_OK(make_private_directory(folder / "d"));
    EXPECT_OK(make_private_directory(folder / "d"));
    EXPECT_EQ(mode_of(folder / "d"), 0700U);
}

TEST(a_lock_excludes_and_ends_with_its_holder) {
    const Folder folder;
    {
        const auto first = FileLock::acquire(folder / "lock");
        REQUIRE_OK(first);
        EXPECT_ERROR(FileLock::acquire(folder / "lock"), errors::directory_locked);
    }
    EXPECT_OK(FileLock::acquire(folder / "lock"));
}

}  // namespace
}  // namespace obhut::platform
