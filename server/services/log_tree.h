// The tree of the log, grown by appending: its root, and the tiles (C2SP tlog-tiles) that each step
// changes.
//
// Holds only the rightmost tile of each level, 64 KiB at most; everything to the left is in the
// store. Threads: a value.
#pragma once

#include <vector>

#include "core/directory/merkle.h"

namespace obhut::services {

class LogTree {
public:
    struct ChangedTile {
        std::uint32_t level = 0;
        std::uint64_t index = 0;
        Bytes hashes;
    };

    // append adds leaves and gives the tiles that grew, each once with all it holds now.
    std::vector<ChangedTile> append(std::span<const Bytes> leaves);

    std::uint64_t size() const { return frontier_.size(); }
    Hash root() const { return frontier_.root(); }
    const directory::Frontier& frontier() const { return frontier_; }

private:
    struct Level {
        std::uint64_t index = 0;   // of the rightmost tile
        std::vector<Hash> hashes;  // in it: 0 to 255
    };
    void push(std::size_t level, const Hash& hash, std::vector<ChangedTile>& full);

    directory::Frontier frontier_;
    std::vector<Level> levels_;
};

}  // namespace obhut::services
