#include "client/journal/chunks.h"

#include <algorithm>

namespace obhut::client {
namespace {

struct Row {
    Millis time = 0;
    content::Chunk chunk;

    static void fields(auto& self, auto& field) {
        field(1, self.time);
        field(2, self.chunk);
    }
};

Bytes behind(Bytes prefix) {
    prefix.insert(prefix.end(), Hash::kSize + 1, 0xFF);
    return prefix;
}

}  // namespace

Bytes ChunkJournal::prefix_of(ByteView source) const {
    Bytes key = to_bytes(space_.view());
    append(key, sha256(source).view());
    return key;
}

Result<> ChunkJournal::remember(ByteView source, const content::Chunk& chunk) {
    waiting_.push_back({prefix_of(source), chunk.clone()});
    return waiting_.size() % kAtOnce == 0 ? save() : Result<>();
}

Result<> ChunkJournal::save() {
    const auto sent = std::partition(waiting_.begin(), waiting_.end(), [&](const Waiting& waiting) {
        return exchange_.is_waiting(waiting.chunk.reference.id);
    });
    if (sent == waiting_.end()) return {};
    const auto writer = TRY(store_.write(Durability::relaxed));
    for (auto at = sent; at != waiting_.end(); ++at) {
        Bytes key = at->prefix;
        append(key, at->chunk.hash.view());
        const Row row{clock_.now(), at->chunk.clone()};
        TRY(writer->put(Table::uploads, key,
                        seal_row(profile_.key(), Table::uploads, key, encode(row), entropy_)));
    }
    TRY(writer->commit());
    waiting_.erase(sent, waiting_.end());
    return {};
}

Result<std::vector<content::Chunk>> ChunkJournal::recall(ByteView source) {
    const Bytes prefix = prefix_of(source);
    std::vector<content::Chunk> chunks;
    const Millis now = clock_.now();
    const auto reader = TRY(store_.read());
    TRY(reader->scan(Table::uploads, prefix, behind(prefix), [&](ByteView key, ByteView value) {
        // A row that does not open helps nobody: the chunk is sealed again.
        const auto plain = open_row(profile_.key(), Table::uploads, key, value);
        if (!plain) return true;
        auto row = decode<Row>(plain->expose());
        if (row && row->time <= now && now - row->time < kKept)
            chunks.push_back(std::move(row->chunk));
        return true;
    }));
    return chunks;
}

Result<> ChunkJournal::forget(ByteView source) {
    const Bytes prefix = prefix_of(source);
    std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.prefix == prefix; });
    const auto writer = TRY(store_.write(Durability::relaxed));
    TRY(writer->erase_range(Table::uploads, prefix, behind(prefix)));
    return writer->commit();
}

}  // namespace obhut::client
