// Writer: seals files on their way to the server, in order, with bounded memory.
//
//     read ─▶ [ hash · reuse? · compress · seal ] ─▶ sink, manifest ─▶ done
//       caller's thread    executor's tasks            caller's thread
//
// Several files may be in the pipeline at once, so that many small ones use both processors too.
// Memory: about 12 MiB for each chunk of 4 MiB in flight, of which there are width + 1. Format:
// docs/protocol/content.md.
#pragma once

#include <deque>
#include <functional>
#include <memory>

#include "core/base/executor.h"
#include "core/content/chunk.h"
#include "core/content/manifest.h"

namespace obhut::content {

// Earlier says what may be reused for a file. All of it must be of the same space.
struct Earlier {
    const Content* version = nullptr;  // what the file was: equal chunks keep their references
    std::span<const Chunk> resumed{};  // chunks that an interrupted upload has journalled
};

// Written is a file's outcome.
struct Written {
    Content content;
    Bytes inline_bytes;       // what belongs at `d/<file id>`; empty unless the content is inline
    std::uint64_t fresh = 0;  // bytes of sealed objects handed to the sink
};

class Writer {
public:
    using Done = std::function<Result<>(Written)>;

    // The references must outlive the writer. `pages` gives the manifest pages of earlier versions;
    // `entropy` is used by several threads.
    Writer(const ObjectPlace& place, Entropy& entropy, Executor& executor, ContentSink& sink,
           ContentSource& pages);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // write reads the whole file now and calls `done`, in this or a later call, in the order of the
    // writes, when the sink has taken all of its objects. `log` may be null and must live until
    // then. Errors: source_changed, file_too_large, those of the source: then only this file is not
    // written. Those of sink, log and `done`, of any file in the pipeline: then is_broken(), and
    // what was not done is not written. Objects already in the sink are harmless.
    Result<> write(ByteSource& file, const Earlier& earlier, ChunkLog* log, Done done);

    // flush waits for what is in the pipeline and finishes it.
    Result<> flush();
    bool is_broken() const { return broken_; }

private:
    struct File;
    class Job;
    Result<> write_chunks(ByteSource& file, File& state);
    Result<> read_chunk(ByteSource& file, File& state, std::uint64_t slot);
    Result<> add_holes(File& state, std::uint64_t slot, std::uint64_t slots);
    Result<std::unique_ptr<Job>> free_job(std::size_t bytes);
    void start(std::unique_ptr<Job> job);
    Result<> retire_front();
    Result<> retire(Job& job);
    Result<> retire_lone(Job& job);
    Result<> retire_chunk(Job& job);

    ObjectPlace place_;
    Entropy& entropy_;
    Executor& executor_;
    ContentSink& sink_;
    ContentSource& pages_;
    std::deque<std::unique_ptr<File>> files_;  // in the order of the writes
    std::deque<std::unique_ptr<Job>> running_;
    std::vector<std::unique_ptr<Job>>
        idle_small_;  // apart, so that small jobs never keep large buffers
    std::vector<std::unique_ptr<Job>> idle_large_;
    std::size_t bytes_in_flight_ = 0;
    bool broken_ = false;
};

// fingerprint computes the hash that Content of these bytes would have, without sealing anything:
// to compare a file on disk with one in a space. `chunk_size` 0 chooses as for new content; else as
// in the manifest compared with.
Result<Hash> fingerprint(ByteSource& file, std::uint32_t chunk_size);

}  // namespace obhut::content
