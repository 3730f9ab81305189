// Summary: what a commit did, in the words of the program that made it; sealed in the commit, for
// the people in the space.
//
// Written by somebody who may write, so its text is theirs: show it as such. Format:
// docs/protocol/profile.md §7.
#pragma once

#include "core/base/record.h"

namespace obhut::client {

inline constexpr std::size_t kMaxActions = 64;
inline constexpr std::size_t kMaxActionText = 512;

enum class Verb : std::uint8_t {
    other = 0,
    created = 1,  // the space itself
    renamed = 2,  // the space itself
    added = 3,    // a file, a folder, an entry
    changed = 4,
    moved = 5,     // target → second
    removed = 6,   // into the trash
    restored = 7,  // from trash or history
    copied = 8,
    merged = 9,     // two branches of work
    thinned = 10,   // old versions and trash
    linked = 11,    // a link by URL was made
    unlinked = 12,  // and ended
    received = 13,  // out of an inbox
};
constexpr bool is_known(Verb verb) { return verb <= Verb::received; }

struct Action {
    Verb verb = Verb::other;
    std::string target;  // path or name, ≤ kMaxActionText bytes
    std::optional<std::string> second;
    std::uint64_t count = 1;  // how many things; `target` is then the first or the folder

    static void fields(auto& self, auto& field) {
        field(1, self.verb);
        field(2, self.target, kMaxActionText);
        field(3, self.second, kMaxActionText);
        field(4, self.count);
    }
};

struct Summary {
    OperationId operation;  // the same for every try of one intent
    std::vector<Action> actions;

    // add appends an action, cutting its texts to their limits (at a character's beginning); beyond
    // kMaxActions it only counts in the last one.
    void add(Verb verb, std::string_view target, std::string_view second = {},
             std::uint64_t count = 1);

    static void fields(auto& self, auto& field) {
        field(1, self.operation);
        field(2, self.actions, kMaxActions);
    }
};

}  // namespace obhut::client
