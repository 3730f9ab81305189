#include "core/content/content.h"

#include <bit>

#include "core/content/errors.h"
#include "core/content/manifest.h"

namespace obhut::content {

namespace {

constexpr std::uint32_t kMinChunk = 64U << 10;

template <class T>
std::optional<T> cloned(const std::optional<T>& value) {
    return value ? std::optional<T>(value->clone()) : std::nullopt;
}

}  // namespace

void ManifestTop::encode_to(CborWriter& writer) const {
    writer.tag(kManifestTag);
    writer.array(5);
    reference.encode_to(writer);
    writer.uint(size);
    writer.uint(chunk_size);
    writer.uint(height);
    writer.boolean(sparse);
}

Result<ManifestTop> ManifestTop::decode_from(CborReader& reader) {
    if (TRY(reader.tag()) != kManifestTag || TRY(reader.array(5)) != 5)
        return fail(errors::wrong_type);
    ManifestTop top;
    top.reference = TRY(Reference::decode_from(reader));
    top.size = TRY(reader.uint());
    const std::uint64_t chunk_size = TRY(reader.uint());
    const std::uint64_t height = TRY(reader.uint());
    top.sparse = TRY(reader.boolean());
    if (top.size > kMaxFileSize) return fail(errors::file_too_large);
    if (chunk_size < kMinChunk || chunk_size > kLargeChunk || !std::has_single_bit(chunk_size))
        return fail(errors::content_malformed);
    top.chunk_size = static_cast<std::uint32_t>(chunk_size);
    if (height != height_for(slots_of(top.size, top.chunk_size)))
        return fail(errors::content_malformed);
    top.height = static_cast<std::uint8_t>(height);
    return top;
}

Content Content::clone() const { return {size, hash, cloned(single), cloned(manifest), bytes}; }

Result<> check_content(const Content& content) {
    if (content.size > kMaxFileSize) return fail(errors::file_too_large);
    const int forms = int{content.single.has_value()} + int{content.manifest.has_value()} +
                      int{content.bytes.has_value()};
    if (forms > 1) return fail(errors::content_malformed);
    if (content.single && (content.size == 0 || content.size > kLargeChunk))
        return fail(errors::content_malformed);
    if (content.is_inline() && content.size > kInlineLimit) return fail(errors::content_malformed);
    if (content.bytes && content.bytes->size() != content.size)
        return fail(errors::content_malformed);
    if (content.manifest && content.manifest->size != content.size)
        return fail(errors::content_malformed);
    return {};
}

std::uint32_t chunk_size_for(std::uint64_t size) {
    return size > kLargeFile ? kLargeChunk : kSmallChunk;
}

Result<Bytes> fetch_one(ContentSource& source, const ObjectId& id) {
    std::vector<std::optional<Bytes>> objects = TRY(source.fetch({&id, 1}));
    if (objects.size() != 1 || !objects[0]) return fail(errors::content_missing);
    return std::move(*objects[0]);
}

}  // namespace obhut::content
