#include "client/drops/outbox.h"

#include "client/drops/inbox_keys.h"
#include "client/errors.h"
#include "client/profile/vault.h"
#include "protocols/api/errors.h"

namespace obhut::client {
namespace {

constexpr unsigned kSeals = 4;  // of one letter while keys are being closed

// In the journal: `o/<inbox>/<token>` letters, `k/<inbox>` the last counter.
Bytes row_key(const InboxId& inbox, const LetterToken& token) {
    Bytes key = to_bytes("o/");
    append(key, inbox.view());
    append(key, token.view());
    return key;
}

Bytes counter_key(const InboxId& inbox) {
    Bytes key = to_bytes("k/");
    append(key, inbox.view());
    return key;
}

}  // namespace

// What stands in a row, sealed: the letter, and how it was sealed last.
struct Outbox::Row {
    UserId to;
    Letter letter;
    std::vector<ObjectId> objects;
    std::optional<Bytes> drop;
    std::uint32_t number = 0;
    static void fields(auto& self, auto& field) {
        field(1, self.to);
        field(2, self.letter);
        field(3, self.objects, api::kMaxDropObjects);
        field(4, self.drop, api::kMaxDropBytes);
        field(5, self.number);
    }
};

struct Outbox::Kept {
    Bytes key;
    Row row;
};

std::unique_ptr<Transfer> Outbox::transfer(const UserId& to) {
    const InboxId inbox = api::inbox(to);
    return std::make_unique<Transfer>(
        [this, inbox](const Bytes& body) { return session_.remote.upload_to_inbox(inbox, body); },
        [](std::span<const ObjectId>) -> Result<std::vector<Bytes>> {
            return fail(errors::object_withheld);  // a sender reads nothing back
        });
}

Result<InboxKey> Outbox::key_of(const UserId& to) {
    TRY(session_.directory.catch_up());
    const InboxId inbox = api::inbox(to);
    const api::InboxState state = TRY(session_.remote.inbox_key(inbox));
    if (state.statement) {
        const auto statement = open_statement(session_, inbox, *state.statement);
        if (statement) return InboxKey{statement->key, statement->number};
        // What does not verify or is over counts for nothing: the directory's key remains.
    }
    const directory::Generation* newest =
        session_.directory.state().newest_generation(principal(to));
    if (newest == nullptr) return fail(errors::no_key_yet);
    return InboxKey{TRY(session_.kem_keys.get(newest->key)), 0};
}

Result<Outbox::Kept> Outbox::write_down(const UserId& to, Letter letter,
                                        std::vector<ObjectId> objects) {
    const auto writer = TRY(session_.store.write(Durability::full));
    const Bytes at = counter_key(letter.inbox);
    std::uint64_t last = 0;
    if (const auto known = TRY(writer->get(Table::journal, at)); known && known->size() == 8)
        last = read_be64(*known);
    letter.counter = last + 1;
    Bytes next;
    append_be64(next, last + 1);
    TRY(writer->put(Table::journal, at, next));
    Kept kept{row_key(letter.inbox, letter.token),
              {to, std::move(letter), std::move(objects), {}, 0}};
    TRY(writer->put(Table::journal, kept.key,
                    seal_row(session_.profile.key(), Table::journal, kept.key, encode(kept.row),
                             session_.entropy)));
    TRY(writer->commit());
    return kept;
}

Result<> Outbox::keep(const Kept& kept) {
    const auto writer = TRY(session_.store.write(Durability::full));
    TRY(writer->put(Table::journal, kept.key,
                    seal_row(session_.profile.key(), Table::journal, kept.key, encode(kept.row),
                             session_.entropy)));
    return writer->commit();
}

Result<> Outbox::forget(const Kept& kept) {
    const auto writer = TRY(session_.store.write(Durability::full));
    TRY(writer->erase(Table::journal, kept.key));
    return writer->commit();
}

Result<std::vector<Outbox::Kept>> Outbox::rows() {
    const auto reader = TRY(session_.store.read());
    std::vector<std::pair<Bytes, Bytes>> sealed;
    TRY(reader->scan(Table::journal, as_bytes("o/"), as_bytes("o0"),
                     [&](ByteView key, ByteView value) {
                         sealed.emplace_back(to_bytes(key), to_bytes(value));
                         return true;
                     }));
    std::vector<Kept> rows;
    for (auto& [key, value] : sealed) {
        const SecretBytes plain = TRY(open_row(session_.profile.key(), Table::journal, key, value));
        rows.push_back({key, TRY(decode<Row>(plain.expose()))});
    }
    return rows;
}

Result<> Outbox::deliver(Kept& kept) {
    Row& row = kept.row;
    for (unsigned sealed = 0; sealed < kSeals; ++sealed) {
        if (!row.drop) {
            const InboxKey key = TRY(key_of(row.to));
            row.number = key.number;
            row.drop = TRY(
                seal_letter(row.letter, key.key, &session_.secrets().signing, session_.entropy));
            // Kept before it is sent: after a doubt the same bytes go again, and count once.
            TRY(keep(kept));
        }
        const auto put =
            session_.remote.put_drop(row.letter.inbox, {*row.drop, row.objects, row.number});
        if (put) return forget(kept);
        if (!put.error().is(errors::inbox_reseal)) return put;
        row.drop.reset();
    }
    return fail(errors::inbox_reseal);
}

Result<LetterId> Outbox::send(const UserId& to, std::string text, std::vector<LetterFile> files,
                              std::vector<ObjectId> objects) {
    TRY(session_.ready());
    Letter letter;
    letter.org = session_.org();
    letter.inbox = api::inbox(to);
    letter.token = session_.entropy.id<LetterToken>();
    letter.sender = session_.user();
    letter.device = session_.device();
    letter.time = session_.remote.now();
    if (text.size() > kMaxLetterText || files.size() > kMaxLetterFiles)
        return fail(errors::letter_too_large);
    letter.text = std::move(text);
    letter.files = std::move(files);
    const LetterId id = letter.id();
    Kept kept = TRY(write_down(to, std::move(letter), std::move(objects)));
    TRY(deliver(kept));
    return id;
}

Result<std::size_t> Outbox::run() {
    std::size_t sent = 0;
    for (Kept& kept : TRY(rows())) {
        const auto delivered = deliver(kept);
        if (delivered)
            ++sent;
        else if (delivered.error().kind() == Kind::retry)
            return std::unexpected(delivered.error());
    }
    return sent;
}

Result<std::size_t> Outbox::waiting() { return TRY(rows()).size(); }

}  // namespace obhut::client
