#include "client/journal/journal.h"

namespace obhut::client {
namespace {

// What stands around the sealed commit.
struct Row {
    ProgramId owner;
    Millis until = 0;
    Bytes sealed;

    static void fields(auto& self, auto& field) {
        field(1, self.owner);
        field(2, self.until);
        field(3, self.sealed, kMaxStoreValue);
    }
};

Bytes space_prefix(const SpaceId& space) {
    Bytes key = to_bytes("c/");
    append(key, space.view());
    return key;
}

Bytes row_key(const SpaceId& space, const OperationId& operation) {
    Bytes key = space_prefix(space);
    append(key, operation.view());
    return key;
}

Bytes behind(Bytes prefix) {
    prefix.insert(prefix.end(), OperationId::kSize + 1, 0xFF);
    return prefix;
}

}  // namespace

Result<> Journal::write(const JournalCommit& commit) {
    const auto writer = TRY(store_.write(Durability::full));
    TRY(write_in(*writer, commit));
    return writer->commit();
}

Result<> Journal::write_in(StoreWriter& writer, const JournalCommit& commit) {
    const Bytes key = row_key(commit.space, commit.operation);
    Row row{self_, clock_.now() + kJournalLease, {}};
    row.sealed = seal_row(profile_.key(), Table::journal, key, encode(commit), entropy_);
    return writer.put(Table::journal, key, encode(row));
}

Result<> Journal::erase_in(StoreWriter& writer, const JournalCommit& commit) {
    return writer.erase(Table::journal, row_key(commit.space, commit.operation));
}

Result<> Journal::erase(const JournalCommit& commit) {
    const auto writer = TRY(store_.write(Durability::relaxed));
    TRY(erase_in(*writer, commit));
    return writer->commit();
}

Result<bool> Journal::any(const SpaceId& space) {
    const auto reader = TRY(store_.read());
    bool found = false;
    TRY(reader->scan(Table::journal, space_prefix(space), behind(space_prefix(space)),
                     [&](ByteView, ByteView) {
                         found = true;
                         return false;
                     }));
    return found;
}

Result<std::size_t> Journal::count() {
    const auto reader = TRY(store_.read());
    std::size_t count = 0;
    TRY(reader->scan(Table::journal, as_bytes("c/"), as_bytes("c0"), [&](ByteView, ByteView) {
        ++count;
        return true;
    }));
    return count;
}

Result<std::vector<JournalCommit>> Journal::claim(const SpaceId& space) {
    const Millis now = clock_.now();
    const auto writer = TRY(store_.write(Durability::relaxed));
    std::vector<std::pair<Bytes, Row>> rows;
    std::optional<Error> damaged;
    TRY(writer->scan(Table::journal, space_prefix(space), behind(space_prefix(space)),
                     [&](ByteView key, ByteView value) {
                         auto row = decode<Row>(value);
                         if (!row)
                             damaged = Error(errors::profile_damaged);
                         else if (row->owner == self_ || row->until < now ||
                                  row->until > now + kJournalLease)
                             rows.emplace_back(to_bytes(key), std::move(*row));
                         return true;
                     }));
    std::vector<JournalCommit> commits;
    for (auto& [key, row] : rows) {
        const SecretBytes plain = TRY(open_row(profile_.key(), Table::journal, key, row.sealed));
        commits.push_back(TRY(decode<JournalCommit>(plain.expose())));
        row.owner = self_;
        row.until = now + kJournalLease;
        TRY(writer->put(Table::journal, key, encode(row)));
    }
    TRY(writer->commit());
    if (damaged) return std::unexpected(*damaged);
    return commits;
}

}  // namespace obhut::client
