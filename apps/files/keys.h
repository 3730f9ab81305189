// The keys of files in a space's tree. Registry: docs/protocol/keys.md.
//
//     f/<folder id>/<name>      → Entry          what a folder contains
//     d/<file id>               → SmallContent   bytes of small files
//     w/<file id>               → Where          where it is: of every folder; of files once moved
//     or removed v/<file id>/<number>      → Entry          older versions t/<time>/<file id> →
//     Trashed        removed things a/space                   → SpaceInfo      the space itself
//     (client/spaces/space_info.h)
//
// Ids are 16 bytes, numbers 4 and times 8 bytes big-endian, so that order of keys is order of time.
#pragma once

#include <string>

#include "apps/files/errors.h"
#include "core/base/clock.h"
#include "core/base/id.h"

namespace obhut::files {

inline constexpr std::size_t kMaxName = 255;  // bytes
inline constexpr FileId kRoot{};              // the topmost folder of every space

// check_name accepts what a folder may contain: any valid UTF-8 of 1 to 255 bytes without "/" and
// NUL, but "." and "..". Names are kept as given, never normalised. Errors: name_not_allowed.
Result<> check_name(std::string_view name);

Bytes folder_prefix(const FileId& folder);
Bytes entry_key(const FileId& folder, std::string_view name);
Bytes content_key(const FileId& file);
Bytes where_key(const FileId& file);
Bytes versions_prefix(const FileId& file);
Bytes version_key(const FileId& file, std::uint32_t number);
Bytes trash_prefix();
Bytes trash_key(Millis time, const FileId& file);

// ParsedKey: `kind` is the first letter; what the kind has is set.
struct ParsedKey {
    char kind = 0;
    FileId id;  // of the folder for 'f', else of the file
    std::string name;
    std::uint32_t number = 0;
    Millis time = 0;
};
// parse_key reads a key of files. Errors: key_malformed, also for keys of other apps.
Result<ParsedKey> parse_key(ByteView key);

}  // namespace obhut::files
