// Content that a server or an insider has tampered with: nothing of it comes out.
#include "tests/support/content_fixture.h"

namespace obhut::content {

using testing::Bench;

namespace {

constexpr std::size_t kMebibyte = 1U << 20;

// Reads and demands an error; the file must not be finished.
void expect_refused(Bench& bench, const Content& content, ByteView inline_bytes, Code code) {
    MemorySink sink;
    EXPECT_ERROR(bench.read(content, inline_bytes, sink), code);
    EXPECT(!sink.finished());
}

// Seals a chunk as an insider would, with a reference of one's own.
Chunk seal(Bench& bench, const Bytes& plain, const Hash& hash) {
    Bytes payload = plain;
    payload.resize(std::max<std::size_t>(plain.size(), kMinPadded));
    SealedObject sealed = seal_object(bench.place, ObjectType::chunk, payload, bench.entropy);
    EXPECT_OK(bench.objects.put(sealed.reference.id, std::move(sealed.bytes)));
    return {hash, std::move(sealed.reference), Coding::plain,
            static_cast<std::uint32_t>(plain.size())};
}

Content lone(const Chunk& chunk, std::uint64_t size) {
    Content content;
    content.size = size;
    content.hash = chunk.hash;
    content.single = LoneChunk{chunk.reference.clone(), chunk.coding, chunk.stored};
    return content;
}

// A file of three chunks whose manifest page is the given one.
Content with_page(Bench& bench, const Content& original, const Page& page) {
    SealedObject sealed = seal_page(bench.place, page.encode(), bench.entropy);
    Content content = original.clone();
    content.manifest->reference = sealed.reference.clone();
    EXPECT_OK(bench.objects.put(sealed.reference.id, std::move(sealed.bytes)));
    return content;
}

Page page_of(Bench& bench, const Content& content) {
    const PagePlace where{0, 0, slots_of(content.size, content.manifest->chunk_size)};
    const Bytes object = *fetch_one(bench.objects, content.manifest->reference.id);
    return std::move(*open_page(bench.place, content.manifest->reference, where, object));
}

void expect_range_refused(Bench& bench, const Content& content, Code code) {
    FileReader file(bench.place, bench.objects, content, {});
    Bytes byte(1);
    EXPECT_ERROR(file.read(content.size - 1, byte), code);
}

}  // namespace

TEST(sr05_flipped_bits_in_chunks_are_refused) {
    Bench bench;
    const Written written = bench.write(bench.text(20000));
    const ObjectId id = written.content.single->reference.id;
    const Bytes good = bench.objects.objects()[id];
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{2}, std::size_t{10}, std::size_t{40}, good.size() - 1}) {
        bench.objects.objects()[id] = good;
        bench.objects.objects()[id][at] ^= 1;
        expect_refused(bench, written.content, {}, errors::object_wrong_id);
    }
    bench.objects.objects()[id].pop_back();
    expect_refused(bench, written.content, {}, errors::object_wrong_id);
    bench.objects.objects().erase(id);
    expect_refused(bench, written.content, {}, errors::content_missing);
}

TEST(sr05_a_chunk_with_other_bytes_than_its_hash_is_refused) {
    Bench bench;
    const Bytes plain = bench.text(20000);
    Bytes other = plain;
    other[7] ^= 1;
    expect_refused(bench, lone(seal(bench, other, sha256(plain)), plain.size()), {},
                   errors::content_wrong_hash);
}

// The server, which a reader of the space has given the key: another object in the place of one.
namespace {

struct Forged {
    Content content;
    Bytes plain;
    Bytes payload;  // what is sealed: stored bytes and padding

    Forged(Bench& bench, const Bytes& original) : plain(original) {
        content = bench.write(plain).content;
        payload =
            *open_object(bench.place, ObjectType::chunk, content.single->reference, object(bench));
    }
    Bytes& object(Bench& bench) const {
        return bench.objects.objects()[content.single->reference.id];
    }
    void give(Bench& bench) const {
        object(bench) =
            seal_with(bench.place, ObjectType::chunk, content.single->reference.key, payload);
    }
};

Result<> read_always(Bench& bench, const Content& content, ByteSink& sink) {
    Reader reader(bench.place, bench.objects, bench.executor, Ids::always);
    Result<> outcome;
    TRY(reader.read(content, {}, sink, [&](Result<> end) -> Result<> {
        outcome = end;
        return {};
    }));
    TRY(reader.flush());
    return outcome;
}

}  // namespace

TEST(sr06_a_server_that_has_the_key_cannot_give_another_chunk) {
    Bench bench;
    Forged forged(bench, bench.random(20000));
    EXPECT(forged.content.single->coding == Coding::plain);
    forged.payload[7] ^= 1;
    forged.give(bench);
    expect_refused(bench, forged.content, {}, errors::object_wrong_id);
    FileReader file(bench.place, bench.objects, forged.content, {});
    Bytes out(1);
    EXPECT_ERROR(file.read(0, out), errors::object_wrong_id);
}

TEST(sr06_a_server_that_has_the_key_cannot_feed_the_decompressor) {
    Bench bench;
    Forged forged(bench, bench.text(20000));
    EXPECT(forged.content.single->coding == Coding::zstd);
    // Whatever differs, padding that nothing would look at: the id is asked before all else.
    forged.payload.back() ^= 1;
    forged.give(bench);
    expect_refused(bench, forged.content, {}, errors::object_wrong_id);
}

TEST(sr06_other_padding_changes_nothing_that_is_read_and_is_found_by_a_check) {
    Bench bench;
    Forged forged(bench, bench.random(20000));
    EXPECT(forged.payload.size() > forged.plain.size());
    forged.payload.back() ^= 1;
    forged.give(bench);
    MemorySink sink;
    EXPECT_OK(bench.read(forged.content, {}, sink));
    EXPECT(sink.finished() && sink.bytes() == forged.plain);
    MemorySink checked;
    EXPECT_ERROR(read_always(bench, forged.content, checked), errors::object_wrong_id);
    EXPECT(!checked.finished());
}

TEST(sr05_who_is_wrong_about_a_chunk_is_told_apart) {
    Bench bench;
    const Written random = bench.write(bench.random(20000));
    const ObjectId id = random.content.single->reference.id;
    const Bytes good = bench.objects.objects()[id];
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{10},
                                 std::size_t{40}, good.size() - 1}) {
        bench.objects.objects()[id] = good;
        bench.objects.objects()[id][at] ^= 1;
        expect_refused(bench, random.content, {}, errors::object_wrong_id);
    }
    // The same by the writer, who names what he stored.
    const auto named = [&](Bytes object) {
        Content content = random.content.clone();
        content.single->reference.id = object_id(object);
        EXPECT_OK(bench.objects.put(content.single->reference.id, std::move(object)));
        return content;
    };
    Bytes commitment = good;
    commitment[10] ^= 1;
    expect_refused(bench, named(commitment), {}, errors::object_tampered);
    Bytes tag = good;
    tag.back() ^= 1;
    expect_refused(bench, named(tag), {}, errors::object_tampered);
    Bytes type = good;
    type[2] = 1;
    expect_refused(bench, named(type), {}, errors::wrong_object_type);
}

TEST(sr06_a_chunk_of_another_length_is_refused) {
    Bench bench;
    const Bytes plain = bench.text(20000);
    for (const std::size_t size : {plain.size() - 1, plain.size() + 1})
        expect_refused(bench, lone(seal(bench, plain, sha256(plain)), size), {},
                       errors::content_wrong_length);
}

TEST(sr06_damaged_compression_is_refused) {
    Bench bench;
    Content content = lone(seal(bench, bench.random(20000), {}), 20000);
    content.single->coding = Coding::zstd;
    expect_refused(bench, content, {}, errors::compressed_damaged);
    content.single->stored = 30000;
    expect_refused(bench, content, {}, errors::content_malformed);
}

TEST(sr06_chunks_of_a_file_swapped_at_the_server_are_refused) {
    Bench bench;
    const Written written = bench.write(bench.random(3 * kMebibyte));
    const Page page = page_of(bench, written.content);
    const ObjectId a = std::get<Chunk>(page.items[0]).reference.id;
    const ObjectId b = std::get<Chunk>(page.items[1]).reference.id;
    std::swap(bench.objects.objects()[a], bench.objects.objects()[b]);
    expect_refused(bench, written.content, {}, errors::object_wrong_id);
}

TEST(sr06_reordered_dropped_and_doubled_chunks_are_refused) {
    Bench bench;
    const Written written = bench.write(bench.random(3 * kMebibyte));
    Page swapped = page_of(bench, written.content);
    std::swap(swapped.items[0], swapped.items[1]);
    expect_refused(bench, with_page(bench, written.content, swapped), {}, errors::file_wrong_hash);
    Page dropped = page_of(bench, written.content);
    dropped.items.pop_back();
    const Content shorter = with_page(bench, written.content, dropped);
    expect_refused(bench, shorter, {}, errors::manifest_wrong_end);
    expect_range_refused(bench, shorter, errors::manifest_wrong_end);
    Page doubled = page_of(bench, written.content);
    doubled.items.push_back(std::get<Chunk>(doubled.items[0]).clone());
    expect_refused(bench, with_page(bench, written.content, doubled), {},
                   errors::manifest_wrong_end);
    Page holed = page_of(bench, written.content);
    holed.items[1] = Holes{1};
    expect_refused(bench, with_page(bench, written.content, holed), {}, errors::file_wrong_hash);
}

TEST(sr06_a_page_of_another_place_is_refused) {
    Bench bench;
    const Written written = bench.write(bench.random(3 * kMebibyte));
    Page moved = page_of(bench, written.content);
    moved.first = kPageItems;
    const Content other_place = with_page(bench, written.content, moved);
    expect_refused(bench, other_place, {}, errors::manifest_wrong_place);
    expect_range_refused(bench, other_place, errors::manifest_wrong_place);
    Page raised = page_of(bench, written.content);
    raised.height = 1;
    raised.items.clear();
    raised.items.push_back(Holes{3});
    expect_refused(bench, with_page(bench, written.content, raised), {},
                   errors::manifest_wrong_place);
}

TEST(sr06_a_manifest_for_another_size_is_refused) {
    Bench bench;
    const Written written = bench.write(bench.random(3 * kMebibyte));
    Content content = written.content.clone();
    content.size = content.manifest->size = 4 * kMebibyte;
    expect_refused(bench, content, {}, errors::manifest_wrong_end);
    content.manifest->size = 3 * kMebibyte;
    expect_refused(bench, content, {}, errors::content_malformed);
    content.size = 3 * kMebibyte - 1;
    content.manifest->size = content.size;
    expect_refused(bench, content, {}, errors::file_wrong_hash);
}

TEST(sr07_inline_bytes_of_another_file_are_refused) {
    Bench bench;
    const Written written = bench.write(to_bytes("one"));
    expect_refused(bench, written.content, as_bytes("two"), errors::content_wrong_hash);
    expect_refused(bench, written.content, {}, errors::inline_bytes_missing);
    FileReader file(bench.place, bench.objects, written.content, to_bytes("two"));
    Bytes out(3);
    EXPECT_ERROR(file.read(0, out), errors::content_wrong_hash);
}

TEST(sr15_a_manifest_page_is_no_chunk) {
    Bench bench;
    const Written written = bench.write(bench.random(3 * kMebibyte));
    const ManifestTop& top = *written.content.manifest;
    Chunk chunk{written.content.hash, top.reference.clone(), Coding::plain, 4096};
    expect_refused(bench, lone(chunk, 4096), {}, errors::wrong_object_type);
}

TEST(content_of_another_space_does_not_open) {
    Bench bench;
    const Written written = bench.write(bench.text(20000));
    bench.place = in_space(OrgId{{1}}, SpaceId{{9}});
    expect_refused(bench, written.content, {}, errors::object_tampered);
}

TEST(content_a_damaged_file_does_not_stop_others) {
    Bench bench;
    const Written bad = bench.write(bench.text(20000));
    const Written good = bench.write(bench.text(30000));
    bench.objects.objects().erase(bad.content.single->reference.id);
    Reader reader(bench.place, bench.objects, bench.executor);
    MemorySink first;
    MemorySink second;
    EXPECT_OK(reader.read(bad.content, {}, first, [](Result<> end) -> Result<> {
        EXPECT_ERROR(end, errors::content_missing);
        return {};
    }));
    EXPECT_OK(reader.read(good.content, {}, second, [](Result<> end) -> Result<> {
        EXPECT_OK(end);
        return {};
    }));
    EXPECT_OK(reader.flush());
    EXPECT(second.finished() && !first.finished());
}

TEST(content_records_that_contradict_themselves_are_refused) {
    Bench bench;
    const Written large = bench.write(bench.random(3 * kMebibyte));
    const Written small = bench.write(bench.text(20000));
    Content both = large.content.clone();
    both.single = small.content.single->clone();
    EXPECT_ERROR(check_content(both), errors::content_malformed);
    Content too_long = small.content.clone();
    too_long.single.reset();
    EXPECT_ERROR(check_content(too_long), errors::content_malformed);
    Content huge;
    huge.size = kMaxFileSize + 1;
    EXPECT_ERROR(check_content(huge), errors::file_too_large);
    ManifestTop top = large.content.manifest->clone();
    for (const std::uint32_t chunk_size : {0U, 1U, 65535U, 8U << 20}) {
        top.chunk_size = chunk_size;
        CborWriter writer;
        top.encode_to(writer);
        const Bytes bytes = writer.take();
        CborReader reader(bytes);
        EXPECT_ERROR(ManifestTop::decode_from(reader), errors::content_malformed);
    }
    top.chunk_size = kSmallChunk;
    top.height = 1;
    CborWriter writer;
    top.encode_to(writer);
    const Bytes bytes = writer.take();
    CborReader reader(bytes);
    EXPECT_ERROR(ManifestTop::decode_from(reader), errors::content_malformed);
}

}  // namespace obhut::content
