// Segment files: what is written is read, and what is damaged is seen.
#include "server/storage/segment_format.h"

#include "server/storage/posix_files.h"
#include "server/storage/segments.h"
#include "server/storage/testing.h"

namespace obhut::storage::testing {
namespace {

struct Written {
    Written() {
        auto writer = SegmentWriter::create(files, folder.path(), 3, SegmentKind::space);
        REQUIRE_OK(writer);
        for (std::uint64_t number = 0; number < 5; ++number) {
            const NewObject part = object(number, number * 30);
            const auto offset = writer->append(kSpace, part.id, part.bytes);
            REQUIRE_OK(offset);
            entries.push_back(
                {kSpace, part.id, *offset, static_cast<std::uint32_t>(part.bytes.size())});
        }
        end = writer->size();
        REQUIRE_OK(writer->finish());
        EXPECT_EQ(writer->size(), end);
        file = std::move(*files.open(Segments::segment_path(folder.path(), 3), OpenMode::write));
    }
    // damage flips a bit and puts it back when told to.
    void flip(std::uint64_t offset) {
        Bytes byte(1);
        EXPECT_OK(file->read(offset, byte));
        byte[0] ^= 0x40;
        EXPECT_OK(file->write(offset, byte));
    }

    TemporaryFolder folder;
    PosixFiles files;
    std::unique_ptr<File> file;
    std::vector<SegmentEntry> entries;
    std::uint64_t end = 0;
};

TEST(segment_is_read_by_footer_and_by_records) {
    Written written;
    for (const bool footer : {true, false}) {
        if (!footer) REQUIRE_OK(written.file->truncate(written.end));
        const auto scan = scan_segment(*written.file, 3, 0);
        REQUIRE_OK(scan);
        EXPECT(scan->has_footer == footer && scan->end == written.end &&
               scan->kind == SegmentKind::space);
        REQUIRE(scan->entries.size() == 5);
        for (std::uint64_t number = 0; number < 5; ++number) {
            EXPECT(scan->entries[number].id == written.entries[number].id);
            EXPECT_EQ(scan->entries[number].offset, written.entries[number].offset);
            const auto bytes = read_record(*written.file, scan->entries[number]);
            EXPECT(bytes && *bytes == object(number, number * 30).bytes);
        }
    }
}

TEST(segment_with_a_damaged_footer_is_read_by_records) {
    Written written;
    const std::uint64_t size = *written.file->size();
    for (std::uint64_t offset = written.end; offset < size; offset += 7) {
        written.flip(offset);
        const auto scan = scan_segment(*written.file, 3, UINT64_MAX);
        REQUIRE_OK(scan);
        EXPECT(!scan->has_footer && scan->entries.size() == 5 && scan->end == written.end);
        written.flip(offset);
    }
}

TEST(scan_ends_at_the_first_record_that_is_not_whole) {
    Written written;
    REQUIRE_OK(written.file->truncate(written.end));
    const std::uint64_t third = written.entries[2].offset;
    for (const std::uint64_t offset :
         {third, third + 5, third + 20, third + 60, third + kRecordHeaderSize + 1}) {
        written.flip(offset);
        const auto scan = scan_segment(*written.file, 3, 0);
        REQUIRE_OK(scan);
        EXPECT(scan->entries.size() == 2 && scan->end == third);
        written.flip(offset);
    }
    // bytes before the place where checking begins are taken as they are
    written.flip(third + kRecordHeaderSize + 1);
    EXPECT_EQ(scan_segment(*written.file, 3, written.end)->entries.size(), 5U);
    for (std::uint64_t size = third + 1; size < written.entries[3].offset; size += 11) {
        REQUIRE_OK(written.file->truncate(size));
        EXPECT_EQ(scan_segment(*written.file, 3, UINT64_MAX)->end, third);
    }
}

TEST(segment_header_names_the_segment) {
    Written written;
    EXPECT_ERROR(scan_segment(*written.file, 4, 0), errors::segment_corrupt);
    for (std::uint64_t offset = 0; offset < kSegmentHeaderSize; ++offset) {
        written.flip(offset);
        EXPECT_ERROR(scan_segment(*written.file, 3, 0), errors::segment_corrupt);
        written.flip(offset);
    }
    EXPECT_OK(scan_segment(*written.file, 3, 0));
    REQUIRE_OK(written.file->truncate(20));
    EXPECT_ERROR(scan_segment(*written.file, 3, 0), errors::segment_corrupt);
}

TEST(record_is_only_given_for_what_was_asked) {
    Written written;
    SegmentEntry entry = written.entries[2];
    EXPECT_OK(read_record(*written.file, entry));
    entry.id = written.entries[3].id;
    EXPECT_ERROR(read_record(*written.file, entry), errors::segment_corrupt);
    entry = written.entries[2];
    entry.space = SpaceId{{9}};
    EXPECT_ERROR(read_record(*written.file, entry), errors::segment_corrupt);
    entry = written.entries[2];
    entry.offset += 1;
    EXPECT_ERROR(read_record(*written.file, entry), errors::segment_corrupt);
    entry = written.entries[2];
    entry.length -= 1;
    EXPECT_ERROR(read_record(*written.file, entry), errors::segment_corrupt);
}

TEST(rewound_writer_leaves_nothing_behind) {
    const TemporaryFolder folder;
    PosixFiles files;
    auto writer = SegmentWriter::create(files, folder.path(), 1, SegmentKind::mixed);
    REQUIRE_OK(writer);
    const auto add = [&](std::uint64_t number, std::size_t size) {
        const NewObject part = object(number, size);
        EXPECT_OK(writer->append(kSpace, part.id, part.bytes));
    };
    add(1, 100);
    REQUIRE_OK(writer->sync());
    const auto mark = writer->mark();
    add(2, 100);
    add(3, 3 << 20);  // larger than the buffer
    writer->rewind(mark);
    add(4, 50);
    REQUIRE_OK(writer->finish());
    auto file = files.open(Segments::segment_path(folder.path(), 1), OpenMode::read);
    const auto scan = scan_segment(**file, 1, 0);
    REQUIRE_OK(scan);
    REQUIRE(scan->entries.size() == 2);
    EXPECT(scan->has_footer && scan->entries[1].id == object_id(4, 50));
    EXPECT_OK(read_record(**file, scan->entries[1]));
}

TEST(segment_names_are_numbers) {
    EXPECT_EQ(Segments::segment_path("d", 7), "d/0000000007");
    EXPECT_EQ(Segments::segment_path("d", 123456789012), "d/123456789012");
    EXPECT(Segments::parse_name("0000000007") == 7U);
    EXPECT(Segments::parse_name("123456789012") == 123456789012U);
    for (const char* name : {"7", "0000000007.broken", "lock", "", "-000000007"})
        EXPECT(!Segments::parse_name(name));
}

}  // namespace
}  // namespace obhut::storage::testing
