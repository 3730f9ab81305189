#include "core/content/again.h"

#include "core/content/chunk.h"
#include "core/content/manifest.h"
#include "core/crypto/errors.h"

namespace obhut::content {
namespace {

// Visit is called for every chunk with its place in the file.
using Visit = std::function<Result<>(const Chunk&, std::uint64_t offset, std::size_t size)>;

Result<> each_chunk(const ObjectPlace& place, ContentSource& pages, const Content& content,
                    const Visit& visit) {
    TRY(check_content(content));
    if (content.single) return visit(content.chunk(), 0, static_cast<std::size_t>(content.size));
    if (!content.manifest) return {};
    ManifestCursor cursor(place, pages, *content.manifest);
    const std::uint64_t chunk_size = cursor.chunk_size();
    for (std::uint64_t slot = 0; slot < cursor.slots();) {
        const Slots slots = TRY(cursor.at(slot));
        if (slots.chunk != nullptr) {
            const std::uint64_t offset = slot * chunk_size;
            const auto size = static_cast<std::size_t>(std::min(chunk_size, content.size - offset));
            TRY(visit(*slots.chunk, offset, size));
        }
        slot = slots.first + slots.count;
    }
    return {};
}

// Whether the file has that many bytes from there on.
Result<bool> read_all(ByteSource& file, std::uint64_t offset, MutableByteView out) {
    while (!out.empty()) {
        const std::size_t count = TRY(file.read(offset, out));
        if (count == 0 || count > out.size()) return false;
        offset += count;
        out = out.subspan(count);
    }
    return true;
}

}  // namespace

Result<std::size_t> seal_again(const ObjectPlace& place, ContentSource& pages,
                               const Content& content, ByteSource& file, std::set<ObjectId>& wanted,
                               const Taker& take) {
    ChunkCoder coder;
    Bytes plain;
    std::set<ObjectId> left;  // a chunk may stand in several places
    const Padding padding{content.manifest ? content.manifest->chunk_size : 0};
    const auto one = [&](const Chunk& chunk, std::uint64_t offset, std::size_t size) -> Result<> {
        const ObjectId& id = chunk.reference.id;
        if (!wanted.contains(id)) return {};
        left.insert(id);
        if (plain.size() < size) plain.resize(size);
        if (!TRY(read_all(file, offset, MutableByteView(plain).first(size)))) return {};
        auto made = coder.seal_again(place, padding, chunk, plain, size);
        if (!made && made.error().is(errors::object_wrong_id)) return {};
        TRY(take(id, TRY(std::move(made))));
        wanted.erase(id);
        left.erase(id);
        return {};
    };
    TRY(each_chunk(place, pages, content, one));
    return left.size();
}

}  // namespace obhut::content
