#include "client/restore/kept.h"

#include <algorithm>

namespace obhut::client {
namespace {

constexpr std::size_t kTimeBytes = 8;  // before every value: when it was kept, big-endian

ByteView pruned_row() { return as_bytes("p"); }

Bytes row_key(std::string_view kind, ByteView a, ByteView b = {}) {
    Bytes key = to_bytes(kind);
    append(key, a);
    append(key, b);
    return key;
}

Bytes number(std::uint64_t value) {
    Bytes bytes;
    append_be64(bytes, value);
    return bytes;
}

// A row as prune sees it.
struct Found {
    Millis time = 0;
    std::size_t size = 0;
    Bytes key;
};

}  // namespace

Result<> Kept::put(StoreWriter& writer, ByteView key, ByteView value) {
    Bytes row = number(clock_.now());
    obhut::append(row, value);
    return writer.put(Table::kept, key, row);
}

Result<std::optional<Bytes>> Kept::get(ByteView key) {
    const auto reader = TRY(store_.read());
    auto row = TRY(reader->get(Table::kept, key));
    if (!row || row->size() < kTimeBytes) return std::optional<Bytes>();
    row->erase(row->begin(), row->begin() + kTimeBytes);
    return std::optional(std::move(*row));
}

Result<> Kept::write(const std::function<Result<>(StoreWriter&)>& rows) {
    const auto writer = TRY(store_.write(Durability::relaxed));
    TRY(rows(*writer));
    return writer->commit();
}

void Kept::keep(const SpaceId& space, const KeptLink& link, const Content& content) {
    const Bytes key = row_key("l/", space.view(), number(link.sequence));
    (void)write([&](StoreWriter& writer) -> Result<> {
        for (const auto& [id, object] : content)
            TRY(put(writer, row_key("o/", space.view(), id.view()), object));
        return put(writer, key, seal_row(profile_.key(), Table::kept, key, encode(link), entropy_));
    });
}

void Kept::keep_entries(std::uint64_t position, const std::vector<Bytes>& entries) {
    (void)write([&](StoreWriter& writer) -> Result<> {
        for (const Bytes& entry : entries)
            TRY(put(writer, row_key("e/", number(position++)), entry));
        return {};
    });
}

void Kept::keep_append(const Hash& entry, ByteView request) {
    (void)write(
        [&](StoreWriter& writer) { return put(writer, row_key("a/", entry.view()), request); });
}

Result<std::optional<KeptLink>> Kept::link_at(const SpaceId& space, space::Sequence sequence) {
    const Bytes key = row_key("l/", space.view(), number(sequence));
    const auto sealed = TRY(get(key));
    if (!sealed) return std::optional<KeptLink>();
    const auto plain = open_row(profile_.key(), Table::kept, key, *sealed);
    if (!plain) return fail(errors::profile_damaged);
    auto link = decode<KeptLink>(plain->expose());
    if (!link) return fail(errors::profile_damaged);
    return std::optional(std::move(*link));
}

Result<std::optional<Bytes>> Kept::object(const SpaceId& space, const ObjectId& id) {
    return get(row_key("o/", space.view(), id.view()));
}

Result<std::optional<Bytes>> Kept::entry(std::uint64_t position) {
    return get(row_key("e/", number(position)));
}

Result<std::optional<Bytes>> Kept::append(const Hash& entry) {
    return get(row_key("a/", entry.view()));
}

Result<std::vector<space::Sequence>> Kept::links_after(const SpaceId& space,
                                                       space::Sequence sequence) {
    std::vector<space::Sequence> found;
    const auto reader = TRY(store_.read());
    const Bytes from = row_key("l/", space.view(), number(sequence + 1));
    const Bytes to = row_key("l/", space.view(), Bytes(kTimeBytes + 1, 0xFF));
    TRY(reader->scan(Table::kept, from, to, [&](ByteView key, ByteView) {
        found.push_back(read_be64(key.last(kTimeBytes)));
        return true;
    }));
    return found;
}

Result<> Kept::prune() {
    const Millis now = clock_.now();
    const auto last = TRY(get(pruned_row()));
    if (last && last->size() == kTimeBytes && now - std::min(now, read_be64(*last)) < kPrune)
        return {};
    std::vector<Found> rows;
    std::uint64_t bytes = 0;
    const auto writer = TRY(store_.write(Durability::relaxed));
    TRY(writer->scan(Table::kept, {}, {}, [&](ByteView key, ByteView value) {
        if (value.size() < kTimeBytes) return true;
        rows.push_back({read_be64(value.first(kTimeBytes)), value.size(), to_bytes(key)});
        bytes += value.size();
        return true;
    }));
    std::ranges::sort(rows, {}, &Found::time);
    for (const Found& row : rows) {
        if (row.time + kAge > now && bytes <= kMaxBytes) break;
        TRY(writer->erase(Table::kept, row.key));
        bytes -= row.size;
    }
    TRY(put(*writer, pruned_row(), number(now)));
    return writer->commit();
}

}  // namespace obhut::client
