// Compression of single chunks with zstd (RFC 8878), where it pays. Format:
// docs/protocol/content.md §3.
//
// A chunk is one frame; chunks never share a dictionary or a window, so sizes say nothing across
// files. A Compressor keeps its working memory and is used by one thread at a time.
#pragma once

#include <memory>

#include "core/base/bytes.h"

namespace obhut::content {

class Compressor {
public:
    Compressor();
    ~Compressor();
    Compressor(Compressor&&) noexcept;
    Compressor& operator=(Compressor&&) noexcept;

    // compress writes a frame of `plain` to the beginning of `scratch`, which grows and never
    // shrinks; the size of the frame, or 0 if it is not smaller than `limit` bytes. Data that looks
    // incompressible in samples is given up at once, at about 1 % of the cost.
    std::size_t compress(ByteView plain, std::size_t limit, Bytes& scratch);

    // decompress fills `out` exactly. False if the frame is damaged or of another size.
    bool decompress(ByteView frame, MutableByteView out);

private:
    struct Contexts;
    std::unique_ptr<Contexts> contexts_;
};

}  // namespace obhut::content
