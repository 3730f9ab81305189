// What several commands share.
#pragma once

#include "apps/files/space_files.h"
#include "cli/context.h"
#include "cli/errors.h"
#include "cli/output/format.h"
#include "client/spaces/space.h"

namespace obhut::cli {

// Words of the command line's usage lines.
inline constexpr Text kSpaceWord{"SPACE", "BEREICH"};
inline constexpr Text kSpacePathWord{"SPACE:/PATH", "BEREICH:/PFAD"};
// Out of habit people give it; folders are always copied whole.
inline constexpr Option kAsCpDoes{.name = "recursive",
                                  .letter = 'r',
                                  .help = {"for those used to it: folders are always copied whole",
                                           "aus Gewohnheit: Ordner werden immer ganz kopiert"}};
inline constexpr Text kPersonWord{"PERSON", "PERSON"};
inline constexpr Text kFileWord{"FILE", "DATEI"};
inline constexpr Text kFolderWord{"FOLDER", "ORDNER"};
inline constexpr Text kTimeWord{"TIME", "ZEIT"};

// author_of is this device as it changes files, now.
files::Author author_of(Context& context, client::Engine& engine);

// role_word is "reader", "editor" or "manager" (as options take it); role_text what people read.
std::string_view role_word(client::Role role);
std::string_view role_text(client::Role role, Language language);
client::Role role_of(std::string_view word);

// kind_word is "file", "folder" or "symlink".
std::string_view kind_word(files::FileKind kind);

// link_word is "file", "folder" or "upload"; link_text what people read.
std::string_view link_word(client::LinkKind kind);
std::string_view link_text(client::LinkKind kind, Language language);

// short_id is the first eight characters of an id, as lists show it.
template <class Id>
std::string short_id(const Id& id) {
    return id.hex().substr(0, 8);
}

// time_argument reads a moment or a span back from now. Failures: value_malformed_here.
Outcome<Millis> time_argument(Context& context, const std::string& text);

// OpenSpace is a space and the part of its files a command looks at.
struct OpenSpace {
    client::Space* space;
    files::SpaceView view;
    SpacePath path;
};
// open_path opens the space that SPACE:/path names, up to date.
Outcome<OpenSpace> open_path(Context& context, const std::string& text);
// found_at is what a path names. Failures: path_not_found.
Outcome<files::Found> found_at(const OpenSpace& place);

// change makes one commit in a space, about `what`.
Outcome<client::Committed> change(Context& context, client::Space& space, const std::string& what,
                                  const files::Edit& edit);

// parent_and_name cuts a path: "/a/b" → "/a", "b". Failures: root_is_fixed for "/".
struct ParentAndName {
    std::string parent;
    std::string name;
};
Outcome<ParentAndName> parent_and_name(const SpacePath& path);

// Where a command like mv or cp puts a thing: into a folder under its own name, or to a new name.
struct Destination {
    std::string folder;  // path
    std::string name;
};
// destination_of decides: an existing folder, a slash at the end or several sources mean "into".
Outcome<Destination> destination_of(const files::Files& files, const SpacePath& target,
                                    const std::string& source_name, bool several);

// file_object is one file or folder as JSON: path, kind, size, modified, mode, id, version.
JsonObject file_object(const std::string& path, const files::Found& found);

// What a list shows of an id is enough to name the thing, and so is anything longer.
inline constexpr std::size_t kShortestId = 8;
bool begins(const std::string& id, const std::string& typed);

// OneOf picks what a typed id names, out of all that are offered to it. Failures: id_ambiguous, the
// given one if there is none.
template <typename T>
class OneOf {
public:
    explicit OneOf(std::string typed) : typed_(std::move(typed)) {}

    // offer: a thing offered again under the same id takes the place of the former.
    void offer(const std::string& id, T thing) {
        if (!begins(id, typed_)) return;
        ambiguous_ = ambiguous_ || (!id_.empty() && id_ != id);
        id_ = id;
        found_ = std::move(thing);
    }
    // found_any: what else is offered could only make it ambiguous.
    bool found_any() const { return found_.has_value(); }
    Outcome<T> take(Code if_none) {
        if (ambiguous_) return fail_about(typed_, errors::id_ambiguous);
        if (!found_) return fail_about(typed_, if_none);
        return std::move(*found_);
    }

private:
    std::string typed_, id_;
    std::optional<T> found_;
    bool ambiguous_ = false;
};

// modified_of is when the content was last changed: by the file's own time, else by the device's.
platform::Moment modified_of(const files::Entry& entry);

}  // namespace obhut::cli
