// Origin: where content that was put into a space came from. A restored server that has lost the
// content gets it from there again, so no second copy is kept on the same disk.
#pragma once

#include <string>

#include "core/content/content.h"

namespace obhut::client {

inline constexpr std::size_t kMaxOriginPath = 4096;
inline constexpr std::size_t kMaxOrigins = 4096;          // of one commit
inline constexpr std::size_t kMaxOriginBytes = 2U << 20;  // of all of them, encoded

struct Origin {
    std::string path;    // on this machine, absolute
    std::string target;  // in the space, for people
    content::Content content;

    Origin clone() const { return {path, target, content.clone()}; }
    // top is the object by which a tree names the content; it has one.
    const ObjectId& top() const {
        return content.single ? content.single->reference.id : content.manifest->reference.id;
    }
    static void fields(auto& self, auto& field) {
        field(1, self.path, kMaxOriginPath);
        field(2, self.target, kMaxOriginPath);
        field(3, self.content);
    }
};

// LostFile is content that a restored server has lost and its origin does not have any more.
struct LostFile {
    std::string path;
    std::string target;
    bool given_up = false;  // its change is made without it; else the space waits for it

    static void fields(auto& self, auto& field) {
        field(1, self.path, kMaxOriginPath);
        field(2, self.target, kMaxOriginPath);
        field(3, self.given_up);
    }
};

}  // namespace obhut::client
