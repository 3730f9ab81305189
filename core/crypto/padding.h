// Padding to size classes: content ‖ 0x80 ‖ zeros. Format: docs/protocol/object.md §3.
#pragma once

#include "core/base/bytes.h"
#include "core/crypto/errors.h"

namespace obhut {

// padme rounds a length up so that about 12 % at most is added and O(log log) bits of it leak
// (Nikitin et al., PURBs).
std::uint64_t padme(std::uint64_t length);

// pad appends 0x80 and zeros up to `target` bytes; target > content size.
void pad(Bytes& content, std::size_t target);

// unpadded is the content in front of the padding. Errors: bad_padding.
Result<ByteView> unpadded(ByteView padded);

}  // namespace obhut
