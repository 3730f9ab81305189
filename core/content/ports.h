// Ports of content: where plaintext and sealed objects come from and go to.
//
// Each is called by one thread, the one that drives the writer or reader. A call may block on disk
// or network. After an error the caller of the writer or reader starts again; nothing is retried
// here.
#pragma once

#include <span>

#include "core/content/content.h"

namespace obhut::content {

// ByteSource is a file being read. It is not changed meanwhile; if it is, the outcome is
// source_changed or a mixture, and the caller, who compares the times before and after, puts it
// again.
class ByteSource {
public:
    virtual ~ByteSource() = default;
    // size in bytes, the same at each call.
    virtual std::uint64_t size() = 0;
    // read fills `out` from `offset`; the number of bytes, fewer than asked only at the end of the
    // file.
    virtual Result<std::size_t> read(std::uint64_t offset, MutableByteView out) = 0;
    // sparse tells that the file has holes; only then next_data is called.
    virtual bool sparse() { return false; }
    // next_data is the first offset from `offset` on that may hold data, size() if there is only a
    // hole (SEEK_DATA).
    virtual Result<std::uint64_t> next_data(std::uint64_t offset) { return offset; }
};

// ByteSink is a file being written, in ascending order without gaps. What it got may be shown only
// after finish(): an error may still follow, and then the sink is dropped.
class ByteSink {
public:
    virtual ~ByteSink() = default;
    virtual Result<> write(std::uint64_t offset, ByteView bytes) = 0;
    // hole stands for `length` zeros, which need no space.
    virtual Result<> hole(std::uint64_t offset, std::uint64_t length) = 0;
    // finish is called last, when every byte of the file was verified and given; it ends at `size`.
    virtual Result<> finish(std::uint64_t size) = 0;
};

// ContentSink takes sealed objects on their way to the server: gathers them in batches, sends them.
// A return without an error means *taken*; before a commit names an object the sink must be flushed
// by its owner.
class ContentSink {
public:
    virtual ~ContentSink() = default;
    virtual Result<> put(const ObjectId& id, Bytes object) = 0;
};

// ContentSource gives sealed objects, in the order of `ids`, at most kMaxFetch and about 8 MiB at
// once; nothing in the place of one that is not there. They are not verified yet. Objects that a
// ContentSink of the same owner has taken and not sent yet are to be found too. Errors: those of
// the transport.
class ContentSource {
public:
    virtual ~ContentSource() = default;
    virtual Result<std::vector<std::optional<Bytes>>> fetch(std::span<const ObjectId> ids) = 0;
    // prefetch says that fetch() will be called with exactly these ids soon, so that they can be on
    // their way while the caller does something else. At most kMaxAhead are remembered. A hint: an
    // error shows in fetch().
    virtual void prefetch(std::span<const ObjectId>) {}
};
inline constexpr std::size_t kMaxAhead = 3;
inline constexpr std::size_t kMaxFetch = 512;

// fetch_one gives one object. Errors: content_missing; those of the source.
Result<Bytes> fetch_one(ContentSource& source, const ObjectId& id);

// ChunkLog is told of each chunk when the sink has taken it: for progress, and for the journal from
// which an interrupted upload resumes.
class ChunkLog {
public:
    virtual ~ChunkLog() = default;
    // written: `bytes` of the file's plaintext are done; `chunk` is null for a hole and for inline
    // content. `fresh` tells that the chunk was sealed now and not reused.
    virtual Result<> written(std::uint64_t bytes, const Chunk* chunk, bool fresh) = 0;
};

}  // namespace obhut::content
