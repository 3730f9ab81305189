// Sealing again: content that a server has lost, made once more from the file that it came from.
//
// An object is determined by its key and its plaintext, and the manifest names the key and the hash
// of every chunk. So whoever holds a Content and the bytes it was made of can make its chunks
// again, the same to the byte; a chunk of which anything differs is not made. Pages of manifests
// are not made again: they hold fresh keys. Cost: as sealing, one chunk at a time; memory: two
// chunks.
#pragma once

#include <functional>
#include <set>

#include "core/content/ports.h"

namespace obhut::content {

// Taker takes a chunk that was made again.
using Taker = std::function<Result<>(const ObjectId&, Bytes)>;

// seal_again reads those chunks of `content` that are wanted from `file`, and gives each that came
// out the same to `take`; it is wanted no more then. The number of those that the file does not
// have any more. `pages` gives the manifest. Errors: those of the manifest's pages, of `file` and
// of `take`.
Result<std::size_t> seal_again(const ObjectPlace& place, ContentSource& pages,
                               const Content& content, ByteSource& file, std::set<ObjectId>& wanted,
                               const Taker& take);

}  // namespace obhut::content
