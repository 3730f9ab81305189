// Decoders of content and files: records, manifest pages, keys, compressed chunks.
#include "apps/files/entry.h"
#include "core/content/compress.h"
#include "core/content/lists.h"
#include "core/content/manifest.h"
#include "tests/fuzz/target.h"

namespace obhut {

namespace {

Reference some_reference() { return {ObjectId::from(Bytes(32, 1)), ObjectKey(Bytes(32, 2)), 4096}; }

content::Content long_content() {
    content::Content content;
    content.size = 3U << 20;
    content.hash = Hash::from(Bytes(32, 3));
    content.manifest =
        content::ManifestTop{some_reference(), content.size, content::kSmallChunk, 0, true};
    return content;
}

content::Page some_page() {
    content::Page page;
    page.items.push_back(
        content::Chunk{Hash::from(Bytes(32, 3)), some_reference(), content::Coding::zstd, 1000});
    page.items.push_back(content::Holes{7});
    return page;
}

files::Entry some_entry() {
    files::Entry entry;
    entry.id = FileId::from(Bytes(16, 4));
    entry.content = long_content();
    entry.attributes.modified_ns = -1;
    entry.attributes.owner = files::Owner{1, 2, "a", "b"};
    entry.attributes.extended = std::vector<files::Attribute>{{"user.x", Bytes(3, 5)}};
    return entry;
}

Bytes some_frame() {
    content::Compressor compressor;
    Bytes scratch;
    const Bytes plain(5000, 'x');
    scratch.resize(compressor.compress(plain, plain.size(), scratch));
    return scratch;
}

}  // namespace

FUZZ_TARGET(content_record, encode(long_content())) {
    const auto content = decode<content::Content>(input);
    if (content) (void)content::check_content(*content);
    fuzz::check_record<content::Content>(input);
}

FUZZ_TARGET(content_page, some_page().encode()) {
    const auto page = content::Page::decode(input);
    if (page) fuzz::demand(equal(page->encode(), input), "a page has one encoding");
}

FUZZ_TARGET(content_manifests, encode(some_entry())) {
    content::Named named;
    (void)content::named_in(input, named);
}

FUZZ_TARGET(content_frame, some_frame()) {
    content::Compressor compressor;
    Bytes plain(5000);
    (void)compressor.decompress(input, plain);
}

FUZZ_TARGET(files_entry, encode(some_entry())) {
    (void)files::parse_entry(input);
    fuzz::check_record<files::Entry>(input);
    fuzz::check_record<files::Trashed>(input);
    fuzz::check_record<files::Where>(input);
}

FUZZ_TARGET(files_key, files::entry_key(FileId::from(Bytes(16, 4)), "brief.odt")) {
    (void)files::parse_key(input);
    (void)files::check_name(as_text(input));
}

}  // namespace obhut
