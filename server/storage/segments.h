// The segment files of a store: one that is appended to, and all of them to read from.
//
// Invariant: what a SegmentWriter has synced is never changed again; a segment only grows, gets its
// footer, and is removed as a whole. Threads: Segments any; a SegmentWriter belongs to one thread.
// Source: docs/storage.md §2.
#pragma once

#include <map>
#include <mutex>

#include "server/storage/segment_format.h"

namespace obhut::storage {

// SegmentWriter appends records to a new segment.
class SegmentWriter {
public:
    // create makes the file with its header, durable with its name. Errors: disk_full, storage_io.
    static Result<SegmentWriter> create(FileSystem& files, const std::string& directory,
                                        std::uint64_t number, SegmentKind kind);

    // append takes one record, buffered; returns the offset of its header. Errors: disk_full,
    // storage_io; then rewind.
    Result<std::uint64_t> append(const SpaceId& space, const ObjectId& id, ByteView bytes);
    // flush makes everything appended readable by others, sync also durable (nothing to do: no
    // call).
    Result<> flush();
    Result<> sync();
    // finish writes the footer and syncs; nothing may be appended afterwards.
    Result<> finish();

    // A mark is taken when everything is flushed. rewind gives up what was appended after it; it
    // cannot fail, bytes that remain in the file are overwritten by what comes next or cut off at
    // the next start.
    struct Mark {
        std::uint64_t size;
        std::size_t entries;
    };
    Mark mark() const { return {size_, entries_.size()}; }
    void rewind(const Mark& mark);

    std::uint64_t number() const { return number_; }
    std::uint64_t size() const { return size_; }  // bytes, buffered ones too, no footer
    bool is_dirty() const { return dirty_; }      // something is not synced

private:
    SegmentWriter(std::unique_ptr<File> file, std::uint64_t number)
        : file_(std::move(file)), number_(number) {}
    Result<> write(ByteView bytes);

    std::unique_ptr<File> file_;
    std::uint64_t number_;
    std::uint64_t flushed_ = 0;  // bytes in the file
    std::uint64_t size_ = 0;     // and the buffer
    bool dirty_ = false;
    Bytes buffer_;
    std::vector<SegmentEntry> entries_;
};

// Segments reads records and keeps the files it reads from open, the last kMaxOpen used.
class Segments {
public:
    static constexpr std::size_t kMaxOpen = 128;

    Segments(FileSystem& files, std::string directory)
        : files_(files), directory_(std::move(directory)) {}

    FileSystem& files() { return files_; }
    const std::string& directory() const { return directory_; }
    std::string path(std::uint64_t number) const { return segment_path(directory_, number); }
    static std::string segment_path(const std::string& directory, std::uint64_t number);
    // parse_name is the number of a segment's file name; empty for other names.
    static std::optional<std::uint64_t> parse_name(const std::string& name);

    // backup_lock is the file beside a folder of segments that who copies or checks them shares:
    // compaction, which takes it for itself, holds still meanwhile, so that none goes.
    static std::string backup_lock(const std::string& directory) { return directory + ".in-use"; }

    // read gives the bytes of a record. Errors: not_stored if the segment is gone, segment_corrupt,
    // storage_io.
    Result<Bytes> read(std::uint64_t number, const SegmentEntry& entry);
    // read_all puts the bytes of many into their places in `out`; neighbours in a segment come with
    // one call.
    struct Located {
        std::uint64_t segment = 0;
        SegmentEntry entry;
        std::size_t to = 0;  // offset in `out`, which has room for it
    };
    Result<> read_all(const std::vector<Located>& records, MutableByteView out);
    // open opens a segment to read, from the cache.
    Result<std::shared_ptr<File>> open(std::uint64_t number);
    // remove deletes the file; nothing happens if it is not there. Who is reading it may finish.
    Result<> remove(std::uint64_t number);

    // A hold keeps a segment from being removed: staged objects lie in it that no batch has put
    // yet.
    void hold(std::uint64_t number);
    void release(std::uint64_t number);
    bool is_held(std::uint64_t number);

private:
    struct Open {
        std::shared_ptr<File> file;
        std::uint64_t used = 0;
    };

    FileSystem& files_;
    std::string directory_;
    std::mutex mutex_;
    std::map<std::uint64_t, Open> open_;
    std::map<std::uint64_t, std::size_t> holds_;
    std::uint64_t uses_ = 0;
};

}  // namespace obhut::storage
