// Readers: open what a Writer sealed. No byte leaves them before its chunk is verified.
//
//     manifests ─▶ plan ─▶ fetch (≤ 4 MiB) ─▶ [ open · verify · decompress ] ─▶ sink
//                        caller's thread           executor's tasks            caller's thread
//
// Several batches are on their way and several are being opened at once. Memory: kMaxAhead batches
// as fetched, and width + 1 of them with their plaintext. Plaintext is not moved between
// being opened and the sink. Format: docs/protocol/content.md.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "core/base/executor.h"
#include "core/content/chunk.h"
#include "core/content/manifest.h"

namespace obhut::content {

// Reader reads whole files, many in one go.
class Reader {
public:
    // Done is told how a file ended; its own error ends the whole reading.
    using Done = std::function<Result<>(Result<>)>;

    // The references must outlive the reader.
    Reader(const ObjectPlace& place, ContentSource& source, Executor& executor,
           Ids ids = Ids::in_doubt);
    ~Reader();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // read queues a file. `inline_bytes` is the value of `d/<file id>`, if there is one. `sink`
    // must live until `done` was called, in this or a later call, in the order of the reads. A
    // damaged file ends with its error in `done` and others go on. Errors: Kind::retry and others
    // of the source, those of `done`; then nothing more is read.
    Result<> read(const Content& content, ByteView inline_bytes, ByteSink& sink, Done done);

    // flush reads everything that is queued.
    Result<> flush();

private:
    struct File;
    struct Piece;
    class Opener;
    // A batch is fetched in one call.
    struct Batch {
        std::vector<std::unique_ptr<Piece>> pieces;  // until they are opened
        std::vector<ObjectId> ids;
        std::size_t bytes = 0;                         // of plaintext
        std::vector<std::unique_ptr<Opener>> openers;  // in order
    };
    Result<> pump();
    Result<> load_manifests();
    Result<> plan(File& file);
    Result<> plan_chunks(File& file);
    Result<> add(std::unique_ptr<Piece> piece);
    Result<> close_batch();
    Result<> fetch_oldest();
    void start_opening(Batch& batch);
    Result<> deliver_oldest();
    Result<> deliver(Piece& piece);

    ObjectPlace place_;
    ContentSource& source_;
    Executor& executor_;
    Ids ids_;
    std::vector<std::unique_ptr<File>> queue_;  // not planned yet
    std::deque<std::unique_ptr<File>> files_;   // planned, in order
    std::uint64_t queued_bytes_ = 0;
    Batch planned_;                               // is being filled
    std::deque<Batch> fetching_;                  // before it, in order
    std::deque<std::unique_ptr<Batch>> opening_;  // before those
    std::vector<std::unique_ptr<Opener>> idle_;
};

// FileReader reads anywhere in one file, for programs that seek. Keeps the last chunk and a page
// per height.
class FileReader {
public:
    // `source` must outlive the reader. `inline_bytes` as above.
    FileReader(const ObjectPlace& place, ContentSource& source, const Content& content,
               Bytes inline_bytes);

    std::uint64_t size() const { return content_.size; }
    // read fills `out` from `offset`; the number of bytes, fewer than asked only at the end of the
    // file. Opens only the chunks it needs, each whole. Errors: those of the source and of opening.
    Result<std::size_t> read(std::uint64_t offset, MutableByteView out);

private:
    Result<> hold(std::uint64_t slot);
    Result<> hold_chunk(const Chunk& chunk, std::size_t size);

    ObjectPlace place_;
    ContentSource& source_;
    Content content_;
    std::uint32_t chunk_size_;
    Bytes inline_bytes_;
    Bytes bytes_;  // of slot held_; empty for a hole
    std::optional<std::uint64_t> held_;
    std::optional<ManifestCursor> cursor_;
    ChunkCoder coder_;
};

}  // namespace obhut::content
