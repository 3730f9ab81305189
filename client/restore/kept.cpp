#include "client/restore/kept.h"

#include <algorithm>
#include <tuple>

namespace obhut::client {
namespace {

constexpr std::size_t kTimeBytes = 8;  // before every value: when it was kept, big-endian

// When prune was last here, and how many bytes were kept since.
ByteView pruned_row() { return as_bytes("p"); }
ByteView since_row() { return as_bytes("s"); }

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

// A row as prune sees it. Chunks go first when there is too much: many can be made again.
struct Found {
    Millis time = 0;
    bool chunk = false;
    std::size_t size = 0;
    Bytes key;
};

bool is_chunk_row(ByteView key, ByteView value) {
    const std::size_t type = kTimeBytes + 2;
    return as_text(key).starts_with("o/") && value.size() > type &&
           value[type] == static_cast<std::uint8_t>(ObjectType::chunk);
}

}  // namespace

Result<> Kept::put(StoreWriter& writer, ByteView key, ByteView value) {
    Bytes row = number(std::max(clock_.now(), passed_));
    obhut::append(row, value);
    written_ += row.size();
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
    written_ = 0;
    const auto writer = TRY(store_.write(Durability::relaxed));
    TRY(rows(*writer));
    const std::uint64_t since = TRY(read_since(*writer));
    TRY(writer->put(Table::kept, since_row(), number(since + written_)));
    return writer->commit();
}

Result<std::uint64_t> Kept::read_since(StoreReader& reader) {
    const auto row = TRY(reader.get(Table::kept, since_row()));
    return row && row->size() == kTimeBytes ? read_be64(*row) : 0;
}

void Kept::keep(const SpaceId& space, const KeptLink& link, const Content& content) {
    const Bytes key = row_key("l/", space.view(), number(link.sequence));
    (void)write([&](StoreWriter& writer) -> Result<> {
        for (const auto& [id, object] : content)
            TRY(put(writer, row_key("o/", space.view(), id.view()), object));
        return put(writer, key, seal_row(profile_.key(), Table::kept, key, encode(link), entropy_));
    });
}

void Kept::keep_objects(const SpaceId& space, const Content& objects) {
    if (objects.empty()) return;
    (void)write([&](StoreWriter& writer) -> Result<> {
        for (const auto& [id, object] : objects)
            TRY(put(writer, row_key("o/", space.view(), id.view()), object));
        return {};
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

void Kept::keep_heads(const api::Heads& list, std::uint64_t incarnation) {
    const auto root = space::heads_root(list.heads);
    if (!root) return;
    (void)write([&](StoreWriter& writer) {
        Bytes value = number(incarnation);
        obhut::append(value, encode(list));
        return put(writer, row_key("h/", root->view()), value);
    });
}

Result<std::vector<api::Heads>> Kept::heads_before(std::uint64_t incarnation) {
    std::vector<api::Heads> lists;
    const auto reader = TRY(store_.read());
    TRY(reader->scan(Table::kept, as_bytes("h/"), as_bytes("h0"), [&](ByteView, ByteView value) {
        if (value.size() < 2 * kTimeBytes) return true;
        if (read_be64(value.subspan(kTimeBytes, kTimeBytes)) >= incarnation) return true;
        auto list = decode<api::Heads>(value.subspan(2 * kTimeBytes));
        if (list) lists.push_back(std::move(*list));
        return true;
    }));
    return lists;
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

Result<Bytes> Kept::tried(const SpaceId& space, const ObjectId& content) {
    return TRY(get(row_key("t/", space.view(), content.view()))).value_or(Bytes());
}

void Kept::note_tried(const SpaceId& space, const ObjectId& content, ByteView state) {
    (void)write([&](StoreWriter& writer) {
        return put(writer, row_key("t/", space.view(), content.view()), state);
    });
}

Bytes Kept::lost_key(const SpaceId& space, const std::string& target) const {
    return row_key("w/", space.view(), sha256(as_bytes(target)).view());
}

Result<std::vector<LostFile>> Kept::lost_files(const SpaceId& space) {
    std::vector<LostFile> files;
    const auto reader = TRY(store_.read());
    const Bytes from = row_key("w/", space.view());
    const Bytes to = row_key("w/", space.view(), Bytes(Hash::kSize + 1, 0xFF));
    TRY(reader->scan(Table::kept, from, to, [&](ByteView key, ByteView value) {
        if (value.size() < kTimeBytes) return true;
        const auto plain = open_row(profile_.key(), Table::kept, key, value.subspan(kTimeBytes));
        auto file = plain ? decode<LostFile>(plain->expose())
                          : Result<LostFile>(std::unexpected(plain.error()));
        if (file) files.push_back(std::move(*file));
        return true;
    }));
    return files;
}

void Kept::note_lost(const SpaceId& space, const LostFile& file) {
    put_sealed(lost_key(space, file.target), encode(file));
}

void Kept::put_sealed(ByteView key, ByteView plain) {
    (void)write([&](StoreWriter& writer) {
        return put(writer, key, seal_row(profile_.key(), Table::kept, key, plain, entropy_));
    });
}

void Kept::erase(ByteView key) {
    (void)write([&](StoreWriter& writer) { return writer.erase(Table::kept, key); });
}

void Kept::found_again(const SpaceId& space, const std::vector<Origin>& origins) {
    const auto lost = lost_files(space);
    if (!lost || lost->empty()) return;
    (void)write([&](StoreWriter& writer) -> Result<> {
        for (const Origin& origin : origins)
            TRY(writer.erase(Table::kept, lost_key(space, origin.target)));
        return {};
    });
}

Result<std::vector<LostLink>> Kept::lost_links(const SpaceId& space) {
    std::vector<LostLink> links;
    const auto reader = TRY(store_.read());
    const Bytes from = row_key("x/", space.view());
    const Bytes to = row_key("x/", space.view(), Bytes(LinkId::kSize + 1, 0xFF));
    TRY(reader->scan(Table::kept, from, to, [&](ByteView key, ByteView value) {
        if (value.size() < kTimeBytes) return true;
        const auto plain = open_row(profile_.key(), Table::kept, key, value.subspan(kTimeBytes));
        auto link = plain ? decode<LostLink>(plain->expose())
                          : Result<LostLink>(std::unexpected(plain.error()));
        if (link) links.push_back(std::move(*link));
        return true;
    }));
    return links;
}

void Kept::note_lost_link(const SpaceId& space, const LostLink& link) {
    put_sealed(row_key("x/", space.view(), link.id.view()), encode(link));
}

void Kept::link_is_there(const SpaceId& space, const LinkId& link) {
    erase(row_key("x/", space.view(), link.view()));
}

void Kept::note_ended(const SpaceId& space, const LinkId& link, std::uint64_t incarnation) {
    (void)write([&](StoreWriter& writer) {
        return put(writer, row_key("r/", space.view(), link.view()), number(incarnation));
    });
}

Result<std::vector<LinkId>> Kept::ended_before(const SpaceId& space, std::uint64_t incarnation) {
    std::vector<LinkId> links;
    const auto reader = TRY(store_.read());
    const Bytes from = row_key("r/", space.view());
    const Bytes to = row_key("r/", space.view(), Bytes(LinkId::kSize + 1, 0xFF));
    TRY(reader->scan(Table::kept, from, to, [&](ByteView key, ByteView value) {
        const bool earlier =
            value.size() == 2 * kTimeBytes && read_be64(value.last(kTimeBytes)) < incarnation;
        if (earlier) links.push_back(LinkId::from(key.last(LinkId::kSize)));
        return true;
    }));
    return links;
}

Result<> Kept::prune(Millis newest) {
    const Millis now = std::min(clock_.now(), newest);
    const auto last = TRY(get(pruned_row()));
    const bool lately =
        last && last->size() == kTimeBytes && now - std::min(now, read_be64(*last)) < kPrune;
    if (lately && TRY(read_since(*TRY(store_.read()))) < kMaxBytes / 4) return {};
    std::vector<Found> rows;
    std::uint64_t bytes = 0;
    const auto writer = TRY(store_.write(Durability::relaxed));
    TRY(writer->scan(Table::kept, {}, {}, [&](ByteView key, ByteView value) {
        if (value.size() < kTimeBytes || equal(key, since_row())) return true;
        rows.push_back({read_be64(value.first(kTimeBytes)), is_chunk_row(key, value), value.size(),
                        to_bytes(key)});
        bytes += value.size();
        return true;
    }));
    // First what is too old, then chunks, then the rest; the oldest of each.
    std::ranges::sort(rows, {}, [&](const Found& row) {
        return std::tuple(row.time + kAge > now, !row.chunk, row.time);
    });
    for (const Found& row : rows) {
        if (row.time + kAge > now && bytes <= kMaxBytes) break;
        TRY(writer->erase(Table::kept, row.key));
        bytes -= row.size;
    }
    TRY(put(*writer, pruned_row(), number(now)));
    TRY(writer->put(Table::kept, since_row(), number(0)));
    return writer->commit();
}

}  // namespace obhut::client
