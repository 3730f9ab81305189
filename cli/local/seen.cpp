#include "cli/local/seen.h"

#include "core/base/record.h"
#include "core/crypto/hash.h"

namespace obhut::cli {

namespace {

constexpr std::string_view kPrefix = "cli/seen/";
constexpr std::size_t kHashPart = 16;

void append_hash(Bytes& out, const std::string& text) {
    const Hash hash = sha256(as_bytes(text));
    append(out, hash.view().first(kHashPart));
}

}  // namespace

Result<SeenFolder> SeenFolder::load(client::LocalStore& store, const SpaceId& space,
                                    const std::string& path) {
    SeenFolder folder;
    folder.prefix_ = to_bytes(kPrefix);
    append(folder.prefix_, space.view());
    append_hash(folder.prefix_, path);
    Bytes end = folder.prefix_;
    append(end, Bytes(kHashPart + 1, 0xFF));
    const auto reader = TRY(store.read());
    TRY(reader->scan(client::Table::apps, folder.prefix_, end, [&](ByteView key, ByteView value) {
        // A record that does not decode is one that is not there.
        if (auto seen = decode<SeenFile>(value)) folder.files_.emplace(to_bytes(key), *seen);
        return true;
    }));
    return folder;
}

Bytes SeenFolder::key(const std::string& name) const {
    Bytes key = prefix_;
    append_hash(key, name);
    return key;
}

bool SeenFolder::is_unchanged(const std::string& name, const platform::FileStatus& status,
                              const files::Entry& there) const {
    if (files_.empty()) return false;
    const auto found = files_.find(key(name));
    if (found == files_.end()) return false;
    const SeenFile& seen = found->second;
    const bool same_here = seen.device == status.device && seen.inode == status.inode &&
                           seen.size == status.size && seen.modified == status.modified &&
                           seen.changed == status.changed;
    const bool same_there = seen.file == there.id && seen.put_at == there.changed &&
                            there.size() == status.size && there.attributes.mode == status.mode;
    return same_here && same_there;
}

bool is_settled(const platform::FileStatus& status, Millis read_at) {
    const auto limit =
        static_cast<platform::FileTime>(read_at - std::min(read_at, kTooFresh)) * 1'000'000;
    return status.modified < limit && status.changed < limit;
}

Result<> remember(client::LocalStore& store,
                  std::span<const std::pair<SeenNote, const files::Entry*>> notes) {
    if (notes.empty()) return {};
    auto writer = TRY(store.write(client::Durability::relaxed));
    for (const auto& [note, entry] : notes) {
        const SeenFile seen{note.status.device,   note.status.inode,   note.status.size,
                            note.status.modified, note.status.changed, entry->id,
                            entry->changed};
        TRY(writer->put(client::Table::apps, note.key, encode(seen)));
    }
    return writer->commit();
}

}  // namespace obhut::cli
