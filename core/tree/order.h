// The order of keys, and what neighbours have in common.
#pragma once

#include <algorithm>

#include "core/base/bytes.h"

namespace obhut::tree {

// less orders byte strings; a string comes before those that it begins.
inline bool less(ByteView a, ByteView b) {
    const std::size_t both = std::min(a.size(), b.size());
    const int order = both == 0 ? 0 : std::memcmp(a.data(), b.data(), both);
    return order != 0 ? order < 0 : a.size() < b.size();
}

// common_prefix is the number of bytes at the beginning that are equal.
inline std::size_t common_prefix(ByteView a, ByteView b) {
    const std::size_t both = std::min(a.size(), b.size());
    std::size_t i = 0;
    while (i < both && a[i] == b[i]) ++i;
    return i;
}

// separator is the shortest key that is > left and ≤ right; a view into `right`.
inline ByteView separator(ByteView left, ByteView right) {
    return right.first(common_prefix(left, right) + 1);
}

}  // namespace obhut::tree
