// What the keys of files hold. Format: docs/protocol/keys.md §2.
//
// An Entry is all there is to a file but its bytes: what it is, who made it so, its attributes, and
// the Content that checks every byte. Name and folder stand in the key, the entry in its value:
// both are under the commit's signature.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/files/keys.h"
#include "client/spaces/space_info.h"
#include "core/content/content.h"

namespace obhut::files {

inline constexpr std::size_t kMaxTarget = 4095;     // bytes of a symlink's target
inline constexpr std::size_t kMaxAttributes = 128;  // extended attributes of a file
inline constexpr std::size_t kMaxAttributeName = 255;
inline constexpr std::size_t kMaxAttributeValue = 65536;

enum class FileKind : std::uint8_t { file = 1, folder = 2, symlink = 3 };
constexpr bool is_known(FileKind kind) {
    return kind >= FileKind::file && kind <= FileKind::symlink;
}

// An extended attribute, name and value as the file system had them.
struct Attribute {
    std::string name;
    Bytes value;
    friend bool operator==(const Attribute&, const Attribute&) = default;
    static void fields(auto& self, auto& field) {
        field(1, self.name, kMaxAttributeName);
        field(2, self.value, kMaxAttributeValue);
    }
};

// Owner as the machine that put the file named it; for restoring backups, without meaning for who
// may read.
struct Owner {
    std::uint32_t user = 0;
    std::uint32_t group = 0;
    std::string user_name;
    std::string group_name;
    friend bool operator==(const Owner&, const Owner&) = default;
    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.group);
        field(3, self.user_name, 64);
        field(4, self.group_name, 64);
    }
};

// Attributes are what a file system keeps beside the bytes. Times are nanoseconds since 1970,
// negative before.
struct Attributes {
    std::optional<std::int64_t> modified_ns;  // mtime
    std::optional<std::int64_t> created_ns;   // birth time
    std::optional<std::uint32_t> mode;        // permission bits, 07777
    std::optional<Owner> owner;
    std::optional<std::vector<Attribute>> extended;
    friend bool operator==(const Attributes&, const Attributes&) = default;
    static void fields(auto& self, auto& field) {
        field(1, self.modified_ns);
        field(2, self.created_ns);
        field(3, self.mode);
        field(4, self.owner);
        field(5, self.extended, kMaxAttributes);
    }
};

struct Entry {
    FileId id;
    FileKind kind = FileKind::file;
    Millis changed = 0;         // when the content was last put, by the device's clock
    DeviceId device;            // that put it
    std::uint32_t version = 1;  // counts up with each version that is kept
    // version_since is the first put of this version: puts of one device within 10 minutes are one.
    Millis version_since = 0;
    Attributes attributes;
    std::optional<content::Content> content;  // of files
    std::optional<Bytes> target;              // of symlinks: bytes as given, never followed here
    std::optional<FileId>
        conflict_of;  // the file beside which this one was kept when both were edited

    Entry clone() const;
    std::uint64_t size() const { return content ? content->size : target ? target->size() : 0; }
    bool is_folder() const { return kind == FileKind::folder; }

    static void fields(auto& self, auto& field) {
        field(1, self.id);
        field(2, self.kind);
        field(3, self.changed);
        field(4, self.device);
        field(5, self.version);
        field(6, self.version_since);
        field(7, self.attributes);
        field(8, self.content);
        field(9, self.target, kMaxTarget);
        field(10, self.conflict_of);
    }
};

// parse_entry decodes and checks an entry. Errors: those of decode, entry_malformed, those of
// check_content.
Result<Entry> parse_entry(ByteView value);

// SmallContent holds content of up to content::kInlineLimit bytes. It is a record, not bare bytes:
// a file's bytes must never be taken for references.
struct SmallContent {
    Bytes bytes;
    static void fields(auto& self, auto& field) { field(1, self.bytes, content::kInlineLimit); }
};

// Where tells where a thing is now: in a folder under a name, or in the trash since `trashed`.
struct Where {
    FileId folder;
    std::string name;
    std::optional<Millis> trashed;  // then folder and name are those it had
    friend bool operator==(const Where&, const Where&) = default;
    static void fields(auto& self, auto& field) {
        field(1, self.folder);
        field(2, self.name, kMaxName);
        field(3, self.trashed);
    }
};

// Trashed is a removed thing. What a removed folder contains stays under its id.
struct Trashed {
    Entry entry;
    FileId folder;  // where it was
    std::string name;
    Millis time = 0;
    DeviceId device;  // that removed it
    static void fields(auto& self, auto& field) {
        field(1, self.entry);
        field(2, self.folder);
        field(3, self.name, kMaxName);
        field(4, self.time);
        field(5, self.device);
    }
};

using client::KeepPolicy;
using client::SpaceInfo;

}  // namespace obhut::files
