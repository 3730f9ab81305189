// Snapshots of the directory's state, for newcomers: a page of one. Content: docs/protocol/
// directory.md §6; nothing of it is believed before a map root that somebody has vouched for.
#pragma once

#include "core/base/record.h"
#include "core/directory/merkle.h"
#include "protocols/api/limits.h"

namespace obhut::api {

// Answer of GET /log/snapshots/<size>?from=N: page N.
struct SnapshotPage {
    directory::Frontier tree;  // of the log at that size
    std::uint32_t pages = 0;   // how many there are
    Bytes data;
    static void fields(auto& self, auto& field) {
        field(1, self.tree);
        field(2, self.pages);
        field(3, self.data, kPageBytes);
    }
};

}  // namespace obhut::api
