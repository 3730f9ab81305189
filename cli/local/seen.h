// Seen: which local files are in a space already, unchanged since; so that a second `put` reads
// nothing.
//
// A file counts as seen if its inode, size, mtime and ctime are those at the last put, and what the
// space has under its name is still what that put made. One whose times lay within kTooFresh of the
// moment it was read is not remembered: it could change again without its times telling. Kept in
// the profile's store, in one record per file, found by folder. No names or hashes of content stand
// in it.
#pragma once

#include <map>

#include "apps/files/entry.h"
#include "client/ports/local_store.h"
#include "platform/desktop/local_files.h"

namespace obhut::cli {

inline constexpr Millis kTooFresh = 2 * kSecond;

struct SeenFile {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t modified = 0;
    std::int64_t changed = 0;
    FileId file;               // in the space
    std::uint64_t put_at = 0;  // Entry::changed after the put

    static void fields(auto& self, auto& field) {
        field(1, self.device);
        field(2, self.inode);
        field(3, self.size);
        field(4, self.modified);
        field(5, self.changed);
        field(6, self.file);
        field(7, self.put_at);
    }
};

// SeenFolder is what is known of one local folder, put into one space.
class SeenFolder {
public:
    // load reads all of a folder's records. `path` is the folder's resolved path.
    static Result<SeenFolder> load(client::LocalStore& store, const SpaceId& space,
                                   const std::string& path);

    // is_unchanged tells whether a file needs not be read: `there` is what the space has under the
    // name now.
    bool is_unchanged(const std::string& name, const platform::FileStatus& status,
                      const files::Entry& there) const;

    // key is where a file's record stands.
    Bytes key(const std::string& name) const;

private:
    Bytes prefix_;
    std::map<Bytes, SeenFile> files_;
};

// A record to be written when the file is in the space.
struct SeenNote {
    Bytes key;
    platform::FileStatus status;
};

// is_settled tells whether a file's times lie far enough back to be trusted.
bool is_settled(const platform::FileStatus& status, Millis read_at);

// remember writes records in one transaction. Losing the newest of them in a power cut costs
// reading again.
Result<> remember(client::LocalStore& store,
                  std::span<const std::pair<SeenNote, const files::Entry*>> notes);

}  // namespace obhut::cli
