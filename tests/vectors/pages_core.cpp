// Encoding, sealed objects, boxes, nodes of a tree, content.
#include "client/kit/typed_text.h"
#include "core/content/chunk.h"
#include "core/content/manifest.h"
#include "core/crypto/box.h"
#include "core/crypto/padding.h"
#include "tests/vectors/pages.h"

namespace obhut::test {
namespace {

struct Sample {
    std::uint64_t number = 1;
    std::string text = "a";
    std::optional<Bytes> bytes;

    static void fields(auto& self, auto& field) {
        field(1, self.number);
        field(2, self.text, 64);
        field(3, self.bytes, 64);
    }
};

Page refused(const char* why, const char* bytes) { return {{"why", why}, {"bytes", bytes}}; }

OrgId some_org() { return OrgId::truncated(sha256(as_bytes("organisation")).view()); }
SpaceId some_space() { return SpaceId::truncated(sha256(as_bytes("space")).view()); }

Page sealed(const char* name, const ObjectPlace& place, ObjectType type, ByteView plaintext,
            const SealedObject& object) {
    return {{"what", name},
            {"label", place.label.text},
            {"org", place.org.hex()},
            {"space", place.space.hex()},
            {"type", static_cast<int>(type)},
            {"object_key", text_of(object.reference.key.expose())},
            {"padded_size", object.reference.size},
            {"plaintext", text_of(plaintext)},
            {"id", object.reference.id.hex()},
            {"object", text_of(object.bytes)}};
}

Page reference(const Reference& of) {
    return {
        {"id", of.id.hex()}, {"object_key", text_of(of.key.expose())}, {"padded_size", of.size}};
}

Page chunk_page(const content::SealedChunk& sealed, ByteView plain) {
    return {{"plaintext", text_of(plain)},
            {"hash", sealed.chunk.hash.hex()},
            {"reference", reference(sealed.chunk.reference)},
            {"coding", static_cast<int>(sealed.chunk.coding)},
            {"stored", sealed.chunk.stored},
            {"object", text_of(sealed.object)}};
}

content::SealedChunk seal_chunk(const ObjectPlace& place, std::uint32_t chunk_size, Bytes plain,
                                Entropy& entropy) {
    const std::size_t size = plain.size();
    const Hash hash = sha256(plain);
    return content::ChunkCoder().seal(place, {chunk_size}, hash, plain, size, entropy);
}

}  // namespace

Page encoding_page() {
    const SigningKey key(sha256(as_bytes("signing key")).view());
    const Bytes record = encode(Sample{1, "a", to_bytes("abc")});
    const OrgId org = some_org();
    Page page{{"page", "encoding.md"}};
    page["records"] = {{{"record", "{1: 1, 2: \"a\", 3: h'616263'}"}, {"bytes", text_of(record)}},
                       {{"record", "{1: 1, 2: \"a\"}"}, {"bytes", text_of(encode(Sample{}))}}};
    page["refused"] = {refused("long form of 1", "a1011801"),
                       refused("keys out of order", "a202010101"),
                       refused("indefinite length", "bf0101ff"),
                       refused("key twice", "a201010101"),
                       refused("float", "a101f93c00"),
                       refused("undefined", "a101f7"),
                       refused("bytes after the end", "a1010100"),
                       refused("text is not UTF-8", "a10161ff"),
                       refused("cut off", "a101"),
                       refused("longer than the input", "a10142ff")};
    page["signature"] = {{"seed", text_of(key.expose())},
                         {"public_key", key.public_key().hex()},
                         {"key_id", key_id(key.public_key()).hex()},
                         {"label", labels::sign_entry.text},
                         {"org", org.hex()},
                         {"payload", text_of(record)},
                         {"signature", sign(key, labels::sign_entry, org, record).hex()}};
    page["address"] = {{"salt", "000102030405060708090a0b0c0d0e0f"},
                       {"address", "Anna@Example.org"},
                       {"hash", directory::email_hash(*from_hex("000102030405060708090a0b0c0d0e0f"),
                                                      "Anna@Example.org")
                                    .hex()}};
    const Bytes body = *from_hex("00112233445566778899aabbccddeeff");
    page["typed_text"] = {{"prefix", "obhut-example"},
                          {"version", 1},
                          {"body", text_of(body)},
                          {"text", client::write_typed("obhut-example", 1, body, 4)}};
    return page;
}

Page object_page() {
    TestEntropy entropy(1);
    Page page{{"page", "object.md"}};
    Bytes plain = to_bytes("eine Akte");
    pad(plain, 64);
    const ObjectPlace inside = in_space(some_org(), some_space());
    const ObjectPlace outside{labels::object_in_drop, some_org(), SpaceId{}};
    page["objects"] = {sealed("value in a space", inside, ObjectType::value, plain,
                              seal_object(inside, ObjectType::value, plain, entropy)),
                       sealed("chunk in a letter", outside, ObjectType::chunk, plain,
                              seal_object(outside, ObjectType::chunk, plain, entropy))};
    page["unpadded"] = text_of(*unpadded(plain));
    page["padme"] = Page::array();
    for (const std::uint64_t length :
         {0ULL, 1ULL, 2ULL, 9ULL, 100ULL, 4097ULL, 10'000ULL, 100'000ULL, 1'048'577ULL, 1ULL << 40})
        page["padme"].push_back({length, padme(length)});
    const KemSecretKey secret = KemSecretKey::generate(entropy);
    const KemPublicKey open = kem_public_key(secret);
    const Bytes context = to_bytes("where this box belongs");
    const Bytes content = to_bytes(ObjectKey::generate(entropy).expose());
    const Bytes box = *seal_box(open, labels::box_epoch_key, some_org(), context, content, entropy);
    page["box"] = {{"secret_key", text_of(secret.expose())},
                   {"public_key", open.hex()},
                   {"hash_of_public_key", kem_key_hash(open).hex()},
                   {"label", labels::box_epoch_key.text},
                   {"org", some_org().hex()},
                   {"context", text_of(context)},
                   {"shared_secret", shared_secret(secret, box)},
                   {"content", text_of(content)},
                   {"box", text_of(box)}};
    return page;
}

Page tree_page() {
    TestEntropy entropy(2);
    MemoryNodes nodes;
    tree::Nodes opened(some_org(), some_space(), nodes);
    tree::Builder builder(opened, entropy, nodes);
    Page page{{"page", "tree.md"}, {"org", some_org().hex()}, {"space", some_space().hex()}};
    page["entries"] = Page::array();
    const auto add = [&](std::string_view key, const Bytes& value) {
        CHECK(builder.add(as_bytes(key), value));
        page["entries"].push_back({{"key", text_of(as_bytes(key))}, {"value", text_of(value)}});
    };
    add("a/long", Bytes(3000, 0x61));
    for (int i = 0; i < 120; ++i) {
        const std::string number = std::to_string(1000 + i);
        add("f/" + number, to_bytes("value of " + number + std::string(90, '.')));
    }
    page["root"] = reference(*builder.finish());
    page["objects"] = Page::array();
    for (const auto& [id, bytes] : nodes.objects) page["objects"].push_back(text_of(bytes));
    return page;
}

Page content_page() {
    TestEntropy entropy(3);
    const ObjectPlace place = in_space(some_org(), some_space());
    constexpr std::uint32_t kChunk = 65536;
    Page page{{"page", "content.md"}, {"org", some_org().hex()}, {"space", some_space().hex()}};
    Bytes noise(5000);
    entropy.fill(noise);
    page["lone_chunk"] = chunk_page(seal_chunk(place, 0, noise, entropy), noise);
    // Four slots: a chunk that compresses, two holes, what is left.
    const Bytes first(kChunk, 0x20);
    const Bytes last = to_bytes("das Ende");
    const content::SealedChunk a = seal_chunk(place, kChunk, first, entropy);
    const content::SealedChunk b = seal_chunk(place, kChunk, last, entropy);
    const std::uint64_t size = 3ULL * kChunk + last.size();
    content::Page top;
    top.items.emplace_back(a.chunk.clone());
    top.items.emplace_back(content::Holes{2});
    top.items.emplace_back(b.chunk.clone());
    const SealedObject sealed_page = content::seal_page(place, top.encode(), entropy);
    content::RootHasher hasher(size, kChunk);
    hasher.chunk(a.chunk.hash);
    hasher.holes(2);
    hasher.chunk(b.chunk.hash);
    content::Content record;
    record.size = size;
    record.hash = hasher.finish();
    record.manifest = content::ManifestTop{sealed_page.reference.clone(), size, kChunk, 0, true};
    CHECK(content::check_content(record));
    page["long_file"] = {{"size", size},
                         {"chunk_size", kChunk},
                         {"chunks", {chunk_page(a, first), chunk_page(b, last)}},
                         {"manifest_page", text_of(sealed_page.bytes)},
                         {"record", text_of(encode(record))}};
    return page;
}

}  // namespace obhut::test
