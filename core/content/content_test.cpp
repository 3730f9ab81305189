// Files through the writer and back: sizes around every boundary, reuse, holes.
#include <algorithm>

#include "core/content/errors.h"
#include "core/content/memory_ports.h"
#include "core/content/reader.h"
#include "core/content/writer.h"
#include "tests/support/entropy.h"
#include "tests/support/test.h"

namespace obhut::content {

namespace {

// A space in memory, and files that go in and out of it.
class Bench {
public:
    ObjectPlace place = in_space(OrgId{{1}}, SpaceId{{2}});
    test::TestEntropy entropy{7};
    InlineExecutor executor;
    MemoryObjects objects;

    Bytes random(std::size_t size) {
        Bytes bytes(size);
        for (std::size_t i = 0; i + 8 <= size; i += 8) {
            const std::uint64_t word = entropy.next();
            std::memcpy(bytes.data() + i, &word, 8);
        }
        return bytes;
    }
    Bytes text(std::size_t size) {
        Bytes bytes;
        bytes.reserve(size + 16);
        while (bytes.size() < size) append(bytes, as_bytes("row " + std::to_string(entropy.below(1000)) + "\n"));
        bytes.resize(size);
        return bytes;
    }

    Result<Written> write(ByteSource& source, const Earlier& earlier = {}, ChunkLog* log = nullptr) {
        Writer writer(place, entropy, executor, objects, objects);
        std::optional<Written> outcome;
        TRY(writer.write(source, earlier, log, [&](Written written) -> Result<> {
            outcome = std::move(written);
            return {};
        }));
        TRY(writer.flush());
        return std::move(*outcome);
    }
    Written write(const Bytes& plain, const Content* earlier = nullptr) {
        MemorySource source(plain);
        return std::move(*write(source, Earlier{earlier, {}}));
    }
    Result<> read(const Content& content, ByteView inline_bytes, ByteSink& sink) {
        Reader reader(place, objects, executor);
        Result<> outcome = fail(errors::content_missing);
        TRY(reader.read(content, inline_bytes, sink, [&](Result<> end) -> Result<> {
            outcome = end;
            return {};
        }));
        TRY(reader.flush());
        return outcome;
    }
};

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

}  // namespace

TEST(content_round_trips_at_every_boundary) {
    Bench bench;
    constexpr std::size_t mebibyte = 1U << 20;
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kInlineLimit, kInlineLimit + 1, std::size_t{4096},
                                   std::size_t{4097}, std::size_t{100000}, mebibyte - 1, mebibyte, mebibyte + 1,
                                   2 * mebibyte, 3 * mebibyte + 12345}) {
        expect_round_trip(bench, bench.random(size));
        expect_round_trip(bench, bench.text(size));
        expect_round_trip(bench, Bytes(size));
    }
}

}  // namespace obhut::content
