// For tests of files: a space's tree as a plain map, and files in it with made-up content.
#pragma once

#include <map>

#include "apps/files/editor.h"
#include "core/crypto/hash.h"
#include "tests/support/entropy.h"

namespace obhut::files::test {

// MapReading keeps keys and values in a map; apply() writes a draft into it.
class MapReading final : public Reading {
public:
    std::map<Bytes, Bytes> values;

    Result<std::optional<Bytes>> get(ByteView key) const override {
        const auto found = values.find(to_bytes(key));
        return found == values.end() ? std::nullopt : std::optional<Bytes>(found->second);
    }
    Result<> each(ByteView prefix, ByteView from, const Visitor& visit) const override {
        const Bytes start = to_bytes(as_text(from) > as_text(prefix) ? from : prefix);
        for (auto at = values.lower_bound(start); at != values.end(); ++at) {
            if (!as_text(at->first).starts_with(as_text(prefix))) break;
            if (!TRY(visit(at->first, at->second))) break;
        }
        return {};
    }
    void apply(const Draft& draft) {
        for (const auto& [key, value] : draft.changes()) {
            if (value)
                values[key] = *value;
            else
                values.erase(key);
        }
    }
};

// small_file is a file whose bytes stand in the tree.
inline NewFile small_file(std::string_view text) {
    NewFile file;
    file.content.size = text.size();
    file.content.hash = sha256(as_bytes(text));
    file.inline_bytes = to_bytes(text);
    return file;
}

// large_file is a file with a made-up reference.
inline NewFile large_file(Entropy& entropy, std::uint64_t size = 20000) {
    NewFile file;
    file.content.size = size;
    file.content.hash = entropy.id<Hash>();
    file.content.single =
        content::LoneChunk{{entropy.id<ObjectId>(), ObjectKey::generate(entropy), 20480},
                           content::Coding::plain,
                           static_cast<std::uint32_t>(size)};
    return file;
}

}  // namespace obhut::files::test
