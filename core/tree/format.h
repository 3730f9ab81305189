// Numbers of the tree's format: docs/protocol/tree.md. Part of the protocol, so none of them
// changes within version 1.
#pragma once

#include <cstddef>
#include <cstdint>

namespace obhut::tree {

inline constexpr std::size_t kMaxKey = 512;             // bytes; at least one
inline constexpr std::size_t kMaxInline = 2048;         // bytes of a value that stands in its leaf
inline constexpr std::size_t kMaxValue = 1U << 20;      // bytes of a value in an object of its own
inline constexpr std::size_t kMinValueObject = 4096;    // the least a value object is padded to
inline constexpr std::size_t kMaxNode = 8192;           // bytes of a node's padded plaintext
inline constexpr unsigned kMaxLevel = 15;               // leaves are level 0
inline constexpr std::uint64_t kMaxCount = 1ULL << 48;  // entries of a tree

// node_class is the padded size of a node of `content` bytes: 2, 4 or 8 KiB, the least that leaves
// a byte for the padding; 0 if there is none.
constexpr std::size_t node_class(std::size_t content) {
    for (std::size_t size = 2048; size <= kMaxNode; size *= 2)
        if (content < size) return size;
    return 0;
}

}  // namespace obhut::tree
