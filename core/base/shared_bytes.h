// SharedBytes: bytes in memory that several hold, each of them a part of it. For what comes in one
// answer and is used in pieces, without copying each out of it. All of it lives as long as any part.
// Threads: what is shared is never changed; a SharedBytes itself belongs to one thread at a time.
#pragma once

#include <memory>
#include <utility>

#include "core/base/bytes.h"

namespace obhut {

class SharedBytes {
public:
    SharedBytes() = default;
    SharedBytes(Bytes all)  // implicit: the same bytes
        : all_(std::make_shared<const Bytes>(std::move(all))), part_(*all_) {}

    // part is a piece of the same memory; it lies within this one.
    SharedBytes part(std::size_t offset, std::size_t size) const {
        SharedBytes result;
        result.all_ = all_;
        result.part_ = part_.subspan(offset, size);
        return result;
    }

    operator ByteView() const { return part_; }
    ByteView view() const { return part_; }
    std::size_t size() const { return part_.size(); }
    bool empty() const { return part_.empty(); }

private:
    std::shared_ptr<const Bytes> all_;
    ByteView part_;
};

}  // namespace obhut
