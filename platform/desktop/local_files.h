// The person's own files: folders walked and written by handle, so that nobody can swap a path
// under our feet.
//
// A Folder is an open directory; everything is named relative to one, by a single name that never
// leaves it: "", ".",
// "..", names with '/' or NUL are refused (names come from other members too). Symbolic links are
// never followed. Errors: those of platform/errors.h by errno, and the named ones. One thread per
// object.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.h"
#include "platform/desktop/descriptor.h"
#include "platform/desktop/errors.h"

namespace obhut::platform {

enum class FileType : std::uint8_t { file, folder, link, other };

// Nanoseconds since 1970.
using FileTime = std::int64_t;

struct FileStatus {
    FileType type = FileType::other;
    std::uint32_t mode = 0;  // permission bits, 07777
    std::uint64_t size = 0;
    std::uint64_t blocks = 0;  // bytes on disk; fewer than size: it may have holes
    FileTime modified = 0;
    FileTime changed = 0;  // of the inode
    std::uint64_t device = 0;
    std::uint64_t inode = 0;

    // same_state tells whether nothing says that the content differs.
    bool same_state(const FileStatus& other) const;
};

struct Attribute {
    std::string name;  // "user.…"; other namespaces are the machine's, not the file's
    Bytes value;
    friend bool operator==(const Attribute&, const Attribute&) = default;
};

// InputFile is a regular file opened for reading.
class InputFile {
public:
    explicit InputFile(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

    Result<FileStatus> status() const;
    // read fills `out` from `offset`; fewer bytes only at the end of the file.
    Result<std::size_t> read(std::uint64_t offset, MutableByteView out) const;
    // next_data is the first offset ≥ `offset` that is not in a hole; the file's size if only a
    // hole follows.
    Result<std::uint64_t> next_data(std::uint64_t offset) const;
    Result<std::vector<Attribute>> attributes() const;
    // read_soon asks the kernel to fetch all of it.
    void read_soon() const;

private:
    Descriptor descriptor_;
};

struct DirectoryEntry {
    std::string name;  // bytes as the file system has them
    FileType type = FileType::other;
};

class OutputFile;

class Folder {
public:
    explicit Folder(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

    // open takes any path, as a person typed it. Errors: file_in_the_way.
    static Result<Folder> open(const std::string& path);

    Result<FileStatus> status() const;
    Result<FileStatus> status(const std::string& name) const;
    // list gives all entries, sorted bytewise. Cost: one call per 32 KiB.
    Result<std::vector<DirectoryEntry>> list() const;
    Result<Folder> open_folder(const std::string& name) const;
    // open_file never blocks on a pipe or device. Errors: unusual_file.
    Result<InputFile> open_file(const std::string& name) const;
    Result<std::string> read_link(const std::string& name) const;
    Result<std::vector<Attribute>> attributes() const;

    // make_folder makes a folder (mode 0700 until set_mode), or opens the one that is there.
    Result<Folder> make_folder(const std::string& name) const;
    // make_link replaces a link or file of that name, atomically.
    Result<> make_link(const std::string& name, const std::string& target, FileTime modified) const;
    // create_file begins a file that appears under `name` when finished, in place of a file or link
    // of that name.
    Result<OutputFile> create_file(const std::string& name) const;

    Result<> set_times(FileTime modified) const;
    Result<> set_mode(std::uint32_t mode) const;
    Result<> set_attributes(const std::vector<Attribute>& attributes) const;

private:
    Descriptor descriptor_;
};

// OutputFile is a file being written under a temporary name in its folder. Destroyed unfinished, it
// leaves nothing. It lives shorter than its Folder.
class OutputFile {
public:
    OutputFile(OutputFile&&) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();

    Result<> write(std::uint64_t offset, ByteView bytes);
    // finish sets size (what was not written is a hole), attributes, mode and time, and renames.
    // set-user-id and set-group-id bits are not taken over: a file from somebody else must not run
    // as its owner. Extended attributes that this file system does not take are left out: false.
    // Not synced: the caller's copy is elsewhere, and thousands of files are written.
    Result<bool> finish(std::uint64_t size, std::uint32_t mode, FileTime modified,
                        const std::vector<Attribute>& attributes);

private:
    friend class Folder;
    OutputFile(int folder, std::string temporary, std::string name, Descriptor descriptor)
        : folder_(folder),
          temporary_(std::move(temporary)),
          name_(std::move(name)),
          descriptor_(std::move(descriptor)) {}

    int folder_;
    std::string temporary_;  // empty when nothing is left to remove
    std::string name_;
    Descriptor descriptor_;
};

// split_path cuts a typed path into the folder to open and the last name ("." for "a/", "..", "/").
struct SplitPath {
    std::string folder;
    std::string name;
};
SplitPath split_path(const std::string& path);

}  // namespace obhut::platform
