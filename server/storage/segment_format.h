// Format of segment files. Pure; any thread.
//
//     segment = header record* [ footer ]
//     header  = "obhutseg" version(4) kind(4) number(8) check(8) 32 bytes record  = "OREC"
//     length(4) space(16) id(32) check(8) bytes(length)                             64 + length
//     footer  = "OEND" count(4) entry{space(16) id(32) offset(8) length(4)}* hash(32) offset(8)
//     "obhutend"
//
// Integers are big-endian. `check` is the first 8 bytes of the SHA-256 of what stands before it in
// its structure; `hash` is the SHA-256 of the footer before it. A record's own bytes are checked by
// its id, which is their SHA-256. So a torn or overwritten record is told from a whole one without
// any index, and the index can be made again from the footers, or from the records of a segment
// that has none. Source: docs/storage.md §2.
#pragma once

#include <optional>

#include "server/storage/file_system.h"
#include "server/storage/types.h"

namespace obhut::storage {

inline constexpr std::uint32_t kSegmentVersion = 1;
inline constexpr std::size_t kSegmentHeaderSize = 32;
inline constexpr std::size_t kRecordHeaderSize = 64;
inline constexpr std::size_t kFooterEntrySize = 60;

enum class SegmentKind : std::uint8_t { mixed = 1, space = 2 };

struct RecordHeader {
    SpaceId space;
    ObjectId id;
    std::uint32_t length = 0;
};

// Entry is one record of a segment; `offset` is where its header begins.
struct SegmentEntry {
    SpaceId space;
    ObjectId id;
    std::uint64_t offset = 0;
    std::uint32_t length = 0;
};

constexpr std::uint64_t record_size(std::uint32_t length) { return kRecordHeaderSize + length; }

Bytes encode_segment_header(std::uint64_t number, SegmentKind kind);
// decode_segment_header checks that the file is the segment of that number. Errors:
// segment_corrupt, data_too_new.
Result<SegmentKind> decode_segment_header(ByteView header, std::uint64_t number);

void append_record_header(Bytes& out, const RecordHeader& header);
// decode_record_header is empty if the 64 bytes are none.
std::optional<RecordHeader> decode_record_header(ByteView header);

Bytes encode_footer(const std::vector<SegmentEntry>& entries, std::uint64_t footer_offset);

// Scan is what a segment file holds.
struct Scan {
    SegmentKind kind = SegmentKind::mixed;
    std::vector<SegmentEntry> entries;
    std::uint64_t end = 0;  // where the last whole record ends
    std::uint64_t file_size = 0;
    bool has_footer = false;
};

// scan_segment reads the footer, or where there is none walks over the records; from `verify_from`
// on it also compares each record's bytes with its id and ends at the first that is not whole.
// Cost: the footer, or one read per record. Errors: segment_corrupt (header), storage_io.
Result<Scan> scan_segment(File& file, std::uint64_t number, std::uint64_t verify_from);

// RecordPlace is a record and where its bytes are to be put: entry.length of them.
struct RecordPlace {
    SegmentEntry entry;
    MutableByteView to;
};

// read_records reads records in ascending order, near each other, with one call, each right to its
// place, and checks that it is the one meant. Errors: segment_corrupt, storage_io.
Result<> read_records(File& file, std::span<const RecordPlace> records);
Result<Bytes> read_record(File& file, const SegmentEntry& entry);

}  // namespace obhut::storage
