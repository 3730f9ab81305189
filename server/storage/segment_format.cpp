#include "server/storage/segment_format.h"

#include <algorithm>

#include "core/crypto/hash.h"
#include "server/storage/errors.h"
#include "server/storage/store.h"

namespace obhut::storage {
namespace {

constexpr std::string_view kHeaderMagic = "obhutseg";
constexpr std::string_view kRecordMagic = "OREC";
constexpr std::string_view kFooterMagic = "OEND";
constexpr std::string_view kEndMagic = "obhutend";
constexpr std::size_t kCheckSize = 8;
constexpr std::size_t kTrailerSize = Hash::kSize + 8 + 8;  // after the entries
constexpr std::size_t kFooterHead = 8;                     // before them

void append_check(Bytes& out, std::size_t from) {
    const Hash hash = sha256(ByteView(out).subspan(from));
    append(out, hash.view().first(kCheckSize));
}

bool check_holds(ByteView structure) {
    const std::size_t covered = structure.size() - kCheckSize;
    const Hash hash = sha256(structure.first(covered));
    return equal(hash.view().first(kCheckSize), structure.subspan(covered));
}

bool begins_with(ByteView bytes, std::string_view magic) {
    return equal(bytes.first(magic.size()), as_bytes(magic));
}

Result<Bytes> read_at(File& file, std::uint64_t offset, std::size_t size) {
    Bytes bytes(size);
    bytes.resize(TRY(file.read(offset, bytes)));
    return bytes;
}

// read_footer fills the entries if the file ends with a footer that is whole.
Result<bool> read_footer(File& file, Scan& scan) {
    if (scan.file_size < kSegmentHeaderSize + kFooterHead + kTrailerSize) return false;
    const Bytes trailer = TRY(read_at(file, scan.file_size - kTrailerSize, kTrailerSize));
    if (trailer.size() != kTrailerSize) return false;
    const ByteView view(trailer);
    if (!equal(view.last(kEndMagic.size()), as_bytes(kEndMagic))) return false;
    const std::uint64_t offset = read_be64(view.subspan(Hash::kSize, 8));
    const std::uint64_t body_end = scan.file_size - kTrailerSize;
    if (offset < kSegmentHeaderSize || offset + kFooterHead > body_end) return false;
    const Bytes body = TRY(read_at(file, offset, static_cast<std::size_t>(body_end - offset)));
    if (body.size() != body_end - offset || !begins_with(body, kFooterMagic)) return false;
    if (!equal(sha256(body).view(), view.first(Hash::kSize))) return false;
    const std::size_t count = read_be32(ByteView(body).subspan(4, 4));
    if (body.size() != kFooterHead + count * kFooterEntrySize) return false;
    scan.entries.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const ByteView entry =
            ByteView(body).subspan(kFooterHead + i * kFooterEntrySize, kFooterEntrySize);
        scan.entries.push_back({SpaceId::from(entry.first(16)),
                                ObjectId::from(entry.subspan(16, 32)),
                                read_be64(entry.subspan(48, 8)), read_be32(entry.subspan(56, 4))});
    }
    scan.end = offset;
    scan.has_footer = true;
    return true;
}

// walk goes over the records until one is not whole.
Result<> walk(File& file, Scan& scan, std::uint64_t verify_from) {
    scan.end = kSegmentHeaderSize;
    while (scan.end + kRecordHeaderSize <= scan.file_size) {
        const auto header = decode_record_header(TRY(read_at(file, scan.end, kRecordHeaderSize)));
        if (!header || scan.end + record_size(header->length) > scan.file_size) return {};
        const SegmentEntry entry{header->space, header->id, scan.end, header->length};
        if (scan.end >= verify_from) {
            const Bytes bytes = TRY(read_at(file, scan.end + kRecordHeaderSize, header->length));
            if (!equal(sha256(bytes).view(), header->id.view())) return {};
        }
        scan.entries.push_back(entry);
        scan.end += record_size(header->length);
    }
    return {};
}

}  // namespace

Bytes encode_segment_header(std::uint64_t number, SegmentKind kind) {
    Bytes header = to_bytes(kHeaderMagic);
    append_be32(header, kSegmentVersion);
    append_be32(header, static_cast<std::uint32_t>(kind));
    append_be64(header, number);
    append_check(header, 0);
    return header;
}

Result<SegmentKind> decode_segment_header(ByteView header, std::uint64_t number) {
    if (header.size() != kSegmentHeaderSize || !begins_with(header, kHeaderMagic) ||
        !check_holds(header))
        return fail(errors::segment_corrupt);
    if (read_be32(header.subspan(8, 4)) > kSegmentVersion) return fail(errors::data_too_new);
    const std::uint32_t kind = read_be32(header.subspan(12, 4));
    if (kind < 1 || kind > 2 || read_be64(header.subspan(16, 8)) != number)
        return fail(errors::segment_corrupt);
    return static_cast<SegmentKind>(kind);
}

void append_record_header(Bytes& out, const RecordHeader& header) {
    const std::size_t from = out.size();
    append(out, as_bytes(kRecordMagic));
    append_be32(out, header.length);
    append(out, header.space.view());
    append(out, header.id.view());
    append_check(out, from);
}

std::optional<RecordHeader> decode_record_header(ByteView header) {
    if (header.size() != kRecordHeaderSize || !begins_with(header, kRecordMagic)) return {};
    if (!check_holds(header)) return {};
    const std::uint32_t length = read_be32(header.subspan(4, 4));
    if (length > kMaxObjectBytes) return {};
    return RecordHeader{SpaceId::from(header.subspan(8, 16)),
                        ObjectId::from(header.subspan(24, 32)), length};
}

Bytes encode_footer(const std::vector<SegmentEntry>& entries, std::uint64_t footer_offset) {
    Bytes footer = to_bytes(kFooterMagic);
    footer.reserve(kFooterHead + entries.size() * kFooterEntrySize + kTrailerSize);
    append_be32(footer, static_cast<std::uint32_t>(entries.size()));
    for (const SegmentEntry& entry : entries) {
        append(footer, entry.space.view());
        append(footer, entry.id.view());
        append_be64(footer, entry.offset);
        append_be32(footer, entry.length);
    }
    append(footer, sha256(footer).view());
    append_be64(footer, footer_offset);
    append(footer, as_bytes(kEndMagic));
    return footer;
}

Result<Scan> scan_segment(File& file, std::uint64_t number, std::uint64_t verify_from) {
    Scan scan;
    scan.file_size = TRY(file.size());
    scan.kind = TRY(decode_segment_header(TRY(read_at(file, 0, kSegmentHeaderSize)), number));
    if (!TRY(read_footer(file, scan))) TRY(walk(file, scan, verify_from));
    return scan;
}

Result<> read_records(File& file, std::span<const RecordPlace> records) {
    if (records.empty()) return {};
    const std::uint64_t from = records.front().entry.offset;
    std::uint64_t end = from;
    std::uint64_t widest = 0;
    for (const RecordPlace& record : records) {
        if (record.entry.offset < end) return fail(errors::segment_corrupt);
        widest = std::max(widest, record.entry.offset - end);
        end = record.entry.offset + record_size(record.entry.length);
    }
    Bytes headers(records.size() * kRecordHeaderSize);
    Bytes between(static_cast<std::size_t>(widest));  // what nobody wants
    std::vector<MutableByteView> places;
    std::uint64_t at = from;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const SegmentEntry& entry = records[i].entry;
        places.push_back(
            MutableByteView(between).first(static_cast<std::size_t>(entry.offset - at)));
        places.push_back(
            MutableByteView(headers).subspan(i * kRecordHeaderSize, kRecordHeaderSize));
        places.push_back(records[i].to);
        at = entry.offset + record_size(entry.length);
    }
    if (TRY(file.read_scattered(from, places)) != end - from) return fail(errors::segment_corrupt);
    for (std::size_t i = 0; i < records.size(); ++i) {
        const SegmentEntry& entry = records[i].entry;
        const auto header = decode_record_header(
            ByteView(headers).subspan(i * kRecordHeaderSize, kRecordHeaderSize));
        if (!header || header->id != entry.id || header->space != entry.space ||
            header->length != entry.length)
            return fail(errors::segment_corrupt);
    }
    return {};
}

Result<Bytes> read_record(File& file, const SegmentEntry& entry) {
    Bytes bytes(entry.length);
    const RecordPlace place{entry, bytes};
    TRY(read_records(file, {&place, 1}));
    return bytes;
}

}  // namespace obhut::storage
