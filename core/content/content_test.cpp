// Files through the writer and back: sizes around every boundary, reuse, holes, many at once.
#include "tests/support/content_fixture.h"

namespace obhut::content {

using testing::Bench;

namespace {

constexpr std::size_t kMebibyte = 1U << 20;

void expect_round_trip(Bench& bench, const Bytes& plain) {
    const Written written = bench.write(plain);
    EXPECT_EQ(written.content.size, plain.size());
    EXPECT_OK(check_content(written.content));
    const Result<Content> stored = decode<Content>(encode(written.content));
    REQUIRE_OK(stored);
    MemorySink sink;
    EXPECT_OK(bench.read(*stored, written.inline_bytes, sink));
    EXPECT(sink.finished());
    EXPECT(sink.bytes() == plain);
    MemorySource source(plain);
    EXPECT_EQ(*fingerprint(source, 0), written.content.hash);
    FileReader file(bench.place, bench.objects, *stored, written.inline_bytes);
    const std::size_t from = plain.size() / 3;
    Bytes part(plain.size() / 2);
    const auto count = file.read(from, part);
    REQUIRE_OK(count);
    EXPECT_EQ(*count, part.size());
    EXPECT(std::equal(part.begin(), part.end(), plain.begin() + static_cast<std::ptrdiff_t>(from)));
}

// A file of zeros with some data: `size` is not in memory.
class SparseSource final : public ByteSource {
public:
    SparseSource(std::uint64_t size, std::map<std::uint64_t, Bytes> data)
        : size_(size), data_(std::move(data)) {}
    std::uint64_t size() override { return size_; }
    bool sparse() override { return true; }
    Result<std::size_t> read(std::uint64_t offset, MutableByteView out) override {
        const std::size_t count =
            static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset));
        read_ += count;
        std::fill_n(out.begin(), count, std::uint8_t{0});
        for (const auto& [at, bytes] : data_)
            for (std::size_t i = 0; i < bytes.size(); ++i)
                if (at + i >= offset && at + i < offset + count)
                    out[static_cast<std::size_t>(at + i - offset)] = bytes[i];
        return count;
    }
    Result<std::uint64_t> next_data(std::uint64_t offset) override {
        for (const auto& [at, bytes] : data_)
            if (at + bytes.size() > offset) return std::max(at, offset);
        return size_;
    }
    std::uint64_t bytes_read() const { return read_; }

private:
    std::uint64_t size_;
    std::map<std::uint64_t, Bytes> data_;
    std::uint64_t read_ = 0;
};

// Counts what it is given.
class CountingSink final : public ByteSink {
public:
    Result<> write(std::uint64_t offset, ByteView bytes) override {
        EXPECT_EQ(offset, end);
        end += bytes.size();
        written += bytes.size();
        return {};
    }
    Result<> hole(std::uint64_t offset, std::uint64_t length) override {
        EXPECT_EQ(offset, end);
        end += length;
        return {};
    }
    Result<> finish(std::uint64_t size) override {
        EXPECT_EQ(size, end);
        return {};
    }
    std::uint64_t end = 0;
    std::uint64_t written = 0;
};

class CountingLog final : public ChunkLog {
public:
    Result<> written(std::uint64_t count, const Chunk* chunk, bool is_fresh) override {
        bytes += count;
        fresh += is_fresh ? 1 : 0;
        if (chunk != nullptr) chunks.push_back(chunk->clone());
        return {};
    }
    std::uint64_t bytes = 0;
    std::size_t fresh = 0;
    std::vector<Chunk> chunks;
};

}  // namespace

TEST(content_round_trips_at_every_boundary) {
    Bench bench;
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, kInlineLimit, kInlineLimit + 1, std::size_t{4096},
          std::size_t{4097}, std::size_t{100000}, kMebibyte - 1, kMebibyte, kMebibyte + 1,
          2 * kMebibyte, 3 * kMebibyte + 12345}) {
        expect_round_trip(bench, bench.random(size));
        expect_round_trip(bench, bench.text(size));
        expect_round_trip(bench, Bytes(size));
    }
}

TEST(content_small_files_make_no_object_and_others_one) {
    Bench bench;
    EXPECT_EQ(bench.write(bench.text(kInlineLimit)).inline_bytes.size(), kInlineLimit);
    EXPECT_EQ(bench.objects.objects().size(), 0U);
    EXPECT_EQ(bench.write(bench.text(20000)).inline_bytes.size(), 0U);
    EXPECT_EQ(bench.objects.objects().size(), 1U);
}

TEST(content_compresses_where_it_pays) {
    Bench bench;
    const Written text = bench.write(bench.text(500000));
    EXPECT(text.content.single->coding == Coding::zstd);
    EXPECT(text.content.single->reference.size < 250000);
    const Written noise = bench.write(bench.random(500000));
    EXPECT(noise.content.single->coding == Coding::plain);
    EXPECT_EQ(noise.content.single->reference.size, padme(500000));
    // Noise with text in the middle is still tried.
    Bytes mixed = bench.random(500000);
    const Bytes middle = bench.text(300000);
    std::copy(middle.begin(), middle.end(), mixed.begin() + 100000);
    EXPECT(bench.write(mixed).content.single->coding == Coding::zstd);
}

TEST(content_sizes_are_classes) {
    const Padding lone;
    EXPECT_EQ(lone.padded(1), kMinPadded);
    EXPECT_EQ(lone.padded(4097), padme(4097));
    const Padding chunk{kSmallChunk};
    EXPECT_EQ(chunk.padded(1), kSmallChunk / 4);
    EXPECT_EQ(chunk.padded(kSmallChunk / 4 + 1), kSmallChunk / 2);
    EXPECT_EQ(chunk.padded(kSmallChunk), kSmallChunk);
    for (const std::uint64_t plain : {5000U, 20000U, 65536U, 1000000U}) {
        EXPECT(lone.padded(lone.limit(plain) - 1) < lone.padded(plain));
        EXPECT_EQ(lone.padded(lone.limit(plain)), lone.padded(plain));
    }
}

TEST(content_unchanged_chunks_keep_their_references) {
    Bench bench;
    Bytes plain = bench.random(10 * kMebibyte + 99);
    const Written first = bench.write(plain);
    const std::size_t objects = bench.objects.objects().size();
    // The same again: nothing new, the same manifest.
    const Written again = bench.write(plain, &first.content);
    EXPECT_EQ(bench.objects.objects().size(), objects);
    EXPECT_EQ(again.fresh, 0U);
    EXPECT_EQ(again.content.manifest->reference.id, first.content.manifest->reference.id);
    // One byte: one chunk and the manifest.
    plain[5 * kMebibyte] ^= 1;
    const Written changed = bench.write(plain, &first.content);
    EXPECT_EQ(bench.objects.objects().size(), objects + 2);
    EXPECT(changed.content.hash != first.content.hash);
    // A chunk in front: the others are found at other places.
    Bytes longer = bench.random(kMebibyte);
    append(longer, plain);
    const Written moved = bench.write(longer, &changed.content);
    EXPECT_EQ(bench.objects.objects().size(), objects + 4);
    MemorySink sink;
    EXPECT_OK(bench.read(moved.content, {}, sink));
    EXPECT(sink.bytes() == longer);
}

TEST(content_unchanged_lone_chunk_keeps_its_reference) {
    Bench bench;
    const Bytes plain = bench.text(20000);
    const Written first = bench.write(plain);
    const Written again = bench.write(plain, &first.content);
    EXPECT_EQ(bench.objects.objects().size(), 1U);
    EXPECT(again.content.single->reference.same_object(first.content.single->reference));
}

TEST(content_without_its_old_manifest_is_sealed_anew) {
    Bench bench;
    const Bytes plain = bench.random(3 * kMebibyte);
    const Written first = bench.write(plain);
    bench.objects.objects().erase(first.content.manifest->reference.id);
    const Written again = bench.write(plain, &first.content);
    MemorySink sink;
    EXPECT_OK(bench.read(again.content, {}, sink));
    EXPECT(sink.bytes() == plain);
}

TEST(content_interrupted_upload_resumes_from_its_log) {
    Bench bench;
    MemorySource source(bench.random(5 * kMebibyte));
    CountingLog log;
    REQUIRE_OK(bench.write(source, {}, &log));
    EXPECT_EQ(log.bytes, 5 * kMebibyte);
    REQUIRE(log.chunks.size() == 5);
    CountingLog second;
    const auto written =
        bench.write(source, Earlier{nullptr, std::span(log.chunks).first(3)}, &second);
    REQUIRE_OK(written);
    EXPECT_EQ(second.fresh, 2U);
    MemorySink sink;
    EXPECT_OK(bench.read(written->content, {}, sink));
    EXPECT_EQ(sink.bytes().size(), 5 * kMebibyte);
}

TEST(content_sparse_files_cost_what_their_data_costs) {
    Bench bench;
    constexpr std::uint64_t kSize = 100ULL << 30;
    SparseSource source(kSize, {{70ULL << 30, to_bytes("island")}, {kSize - 3, to_bytes("end")}});
    const auto written = bench.write(source);
    REQUIRE_OK(written);
    EXPECT(source.bytes_read() <= 2 * kLargeChunk);
    EXPECT(bench.objects.objects().size() <= 5);
    CountingSink sink;
    EXPECT_OK(bench.read(written->content, {}, sink));
    EXPECT_EQ(sink.end, kSize);
    EXPECT(sink.written <= 3 * 4096);
    EXPECT_EQ(*fingerprint(source, 0), written->content.hash);
    FileReader file(bench.place, bench.objects, written->content, {});
    Bytes part(10);
    REQUIRE_OK(file.read((70ULL << 30) - 2, part));
    EXPECT_EQ(to_hex(part), "0000" + to_hex(as_bytes("island")) + "0000");
    EXPECT_EQ(*file.read(kSize - 3, part), 3U);
    // The largest file there can be.
    SparseSource whole(kMaxFileSize, {});
    const auto huge = bench.write(whole);
    REQUIRE_OK(huge);
    CountingSink end;
    EXPECT_OK(bench.read(huge->content, {}, end));
    EXPECT_EQ(end.end, kMaxFileSize);
}

TEST(content_many_files_share_one_pipeline) {
    Bench bench;
    std::vector<Bytes> plains;
    std::vector<Written> written;
    Writer writer(bench.place, bench.entropy, bench.executor, bench.objects, bench.objects);
    for (int i = 0; i < 300; ++i) {
        plains.push_back(bench.text(bench.entropy.below(i % 50 == 0 ? 3 * kMebibyte : 30000)));
        MemorySource source(plains.back());
        REQUIRE_OK(writer.write(source, {}, nullptr, [&](Written one) -> Result<> {
            written.push_back(std::move(one));
            return {};
        }));
    }
    REQUIRE_OK(writer.flush());
    REQUIRE(written.size() == plains.size());
    const std::size_t before = bench.objects.fetches();
    Reader reader(bench.place, bench.objects, bench.executor);
    std::vector<MemorySink> sinks(plains.size());
    std::size_t ended = 0;
    for (std::size_t i = 0; i < plains.size(); ++i) {
        REQUIRE_OK(reader.read(written[i].content, written[i].inline_bytes, sinks[i],
                               [&, i](Result<> end) -> Result<> {
                                   EXPECT_OK(end);
                                   EXPECT_EQ(ended++, i);
                                   return {};
                               }));
    }
    REQUIRE_OK(reader.flush());
    EXPECT_EQ(ended, plains.size());
    for (std::size_t i = 0; i < plains.size(); ++i) EXPECT(sinks[i].bytes() == plains[i]);
    EXPECT(bench.objects.fetches() - before <= 8);
}

TEST(content_a_file_that_shrinks_stops_alone) {
    Bench bench;
    class Shrinking final : public ByteSource {
    public:
        std::uint64_t size() override { return 3 * kMebibyte; }
        Result<std::size_t> read(std::uint64_t offset, MutableByteView out) override {
            return offset < kMebibyte ? out.size() : std::size_t{0};
        }
    };
    Writer writer(bench.place, bench.entropy, bench.executor, bench.objects, bench.objects);
    Shrinking shrinking;
    int done = 0;
    const auto count = [&](Written) -> Result<> { return ++done, Result<>{}; };
    EXPECT_ERROR(writer.write(shrinking, {}, nullptr, count), errors::source_changed);
    EXPECT(!writer.is_broken());
    MemorySource source(bench.text(5000));
    EXPECT_OK(writer.write(source, {}, nullptr, count));
    EXPECT_OK(writer.flush());
    EXPECT_EQ(done, 1);
}

TEST(content_writer_stops_when_the_sink_does) {
    Bench bench;
    class FullSink final : public ContentSink {
    public:
        Result<> put(const ObjectId&, Bytes) override { return fail(errors::source_changed); }
    } full;
    Writer writer(bench.place, bench.entropy, bench.executor, full, bench.objects);
    MemorySource source(bench.text(5000));
    int done = 0;
    EXPECT_OK(
        writer.write(source, {}, nullptr, [&](Written) -> Result<> { return ++done, Result<>{}; }));
    EXPECT_ERROR(writer.flush(), errors::source_changed);
    EXPECT(writer.is_broken());
    EXPECT_EQ(done, 0);
}

}  // namespace obhut::content
