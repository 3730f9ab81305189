// LostLink: a link by URL that a restored server has lost, and that could not be made again yet, or
// shows nothing.
#pragma once

#include "client/links/link.h"
#include "core/base/error.h"

namespace obhut::client {

struct LostLink {
    LinkId id;
    FileId target;
    std::string name;  // of what it is for
    Millis made = 0;
    std::uint32_t why = 0;  // number of the error; 0: it is there, and its folder is not

    static void fields(auto& self, auto& field) {
        field(1, self.id);
        field(2, self.target);
        field(3, self.name, kMaxLinkText);
        field(4, self.made);
        field(5, self.why);
    }
};

}  // namespace obhut::client
