#include "client/drops/outbox.h"

#include <algorithm>

#include "client/drops/inbox_keys.h"
#include "client/errors.h"
#include "client/profile/vault.h"
#include "core/base/verify.h"
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

// Whether a letter may go later although it does not go now.
bool stays(const Error& error) {
    return error.kind() == Kind::retry || error.kind() == Kind::local;
}

// An error as a row has it: its number and, in the lowest byte, its kind.
std::uint32_t said_as(const Error& error) {
    return std::uint32_t{error.code.number} << 8 | static_cast<std::uint32_t>(error.kind());
}

Error what_was_said(std::uint32_t said) {
    return Error(Code{static_cast<std::uint16_t>(said >> 8), static_cast<Kind>(said & 0xFF)});
}

}  // namespace

// What stands in a row, sealed: the letter, and how it was sealed last.
struct Outbox::Row {
    Letter letter;
    std::vector<ObjectId> objects;
    std::optional<Bytes> drop;
    std::uint32_t number = 0;
    std::optional<std::uint32_t> refused;  // by the server, the last time: said_as
    std::uint32_t generation = 0;          // of the recipient's key when it was sealed
    static void fields(auto& self, auto& field) {
        field(1, self.letter);
        field(2, self.objects, api::kMaxDropObjects);
        field(3, self.drop, api::kMaxDropBytes);
        field(4, self.number);
        field(5, self.refused);
        field(6, self.generation);
    }
};

struct Outbox::Kept {
    Bytes key;
    Row row;
};

std::unique_ptr<Transfer> Outbox::transfer(const InboxId& inbox) {
    return std::make_unique<Transfer>(
        [this, inbox](const Bytes& body) { return session_.remote.upload_to_inbox(inbox, body); },
        [](std::span<const ObjectId>) -> Result<std::vector<Bytes>> {
            return fail(errors::object_withheld);  // a sender reads nothing back
        });
}

// newest_of is the recipient's newest key, as the directory has it now. While it is stale nothing
// is sealed to him: somebody who is gone may hold it, and what his inbox stated under it.
Result<const directory::Generation*> Outbox::newest_of(const InboxId& inbox) {
    TRY(session_.directory.catch_up());
    const auto* newest = session_.directory.state().newest_generation(owner_of(inbox));
    if (newest == nullptr) return fail(errors::no_key_yet);
    VERIFY("SR-36/letter-key-fresh", !newest->stale(), errors::recipient_key_stale);
    return newest;
}

Result<InboxKey> Outbox::key_of(const InboxId& inbox) {
    const directory::Generation newest = *TRY(newest_of(inbox));
    const api::InboxState state = TRY(session_.remote.inbox_key(inbox));
    if (state.statement) {
        const auto statement = open_statement(session_, inbox, *state.statement);
        if (statement) return InboxKey{statement->key, statement->number, newest.number};
        // What does not verify or is over counts for nothing: the directory's key remains.
    }
    return InboxKey{TRY(session_.kem_keys.get(newest.key)), 0, newest.number};
}

Result<Outbox::Kept> Outbox::write_down(Letter letter, std::vector<ObjectId> objects) {
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
              {std::move(letter), std::move(objects), {}, 0, {}, 0}};
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

// take_back forgets a letter that was never in doubt, with its number: nobody misses it.
Result<> Outbox::take_back(const Kept& kept) {
    const auto writer = TRY(session_.store.write(Durability::full));
    const Bytes at = counter_key(kept.row.letter.inbox);
    const auto last = TRY(writer->get(Table::journal, at));
    if (last && last->size() == 8 && read_be64(*last) == kept.row.letter.counter) {
        Bytes before;
        append_be64(before, *kept.row.letter.counter - 1);
        TRY(writer->put(Table::journal, at, before));
    }
    TRY(writer->erase(Table::journal, kept.key));
    return writer->commit();
}

Result<> Outbox::refuse(Kept& kept, const Error& error) {
    const std::uint32_t said = said_as(error);
    if (kept.row.refused == said) return {};
    kept.row.refused = said;
    return keep(kept);
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
    // What was sealed long ago is not sent to keys that somebody who has gone since may have.
    if (row.drop && TRY(newest_of(row.letter.inbox))->number != row.generation) row.drop.reset();
    for (unsigned sealed = 0; sealed < kSeals; ++sealed) {
        if (!row.drop) {
            const InboxKey key = TRY(key_of(row.letter.inbox));
            row.number = key.number;
            row.generation = key.generation;
            row.drop = TRY(
                seal_letter(row.letter, key.key, &session_.secrets().signing, session_.entropy));
            // Kept before it is sent: after a doubt the same bytes go again, and count once.
            TRY(keep(kept));
        }
        const auto put =
            session_.remote.put_drop(row.letter.inbox, {*row.drop, row.objects, row.number});
        if (put) return forget(kept);
        // Objects are kept for seven days, and nothing here has their bytes any more.
        if (put.error().is(errors::upload_missing)) return fail(errors::letter_files_gone);
        if (!put.error().is(errors::inbox_reseal)) return put;
        row.drop.reset();
    }
    return fail(errors::inbox_reseal);
}

Letter Outbox::letter_to(const InboxId& to) {
    Letter letter;
    letter.org = session_.org();
    letter.inbox = to;
    letter.token = session_.entropy.id<LetterToken>();
    letter.sender = session_.user();
    letter.device = session_.device();
    letter.time = session_.remote.now();
    return letter;
}

Result<LetterId> Outbox::post(Letter letter, std::vector<ObjectId> objects) {
    const LetterId id = letter.id();
    Kept kept = TRY(write_down(std::move(letter), std::move(objects)));
    const auto sent = deliver(kept);
    if (sent) return id;
    if (!stays(sent.error())) TRY(take_back(kept));
    return std::unexpected(sent.error());
}

Result<LetterId> Outbox::send(const InboxId& to, std::string text, std::vector<LetterFile> files,
                              std::vector<ObjectId> objects) {
    TRY(session_.ready());
    if (text.size() > kMaxLetterText || files.size() > kMaxLetterFiles)
        return fail(errors::letter_too_large);
    Letter letter = letter_to(to);
    letter.text = std::move(text);
    letter.files = std::move(files);
    return post(std::move(letter), std::move(objects));
}

Result<> Outbox::send_wish(const UserId& administrator, NameWish wish) {
    TRY(session_.ready());
    Letter letter = letter_to(api::inbox(administrator));
    letter.wish = std::move(wish);
    TRY(post(std::move(letter), {}));
    return {};
}

Result<std::size_t> Outbox::run() {
    std::size_t sent = 0;
    for (Kept& kept : TRY(rows())) {
        if (kept.row.refused == said_as(Error(errors::letter_files_gone))) continue;
        const auto delivered = deliver(kept);
        if (delivered)
            ++sent;
        else if (delivered.error().is(errors::recipient_key_stale))
            continue;  // the others need not wait for his devices
        else if (stays(delivered.error()))
            return std::unexpected(delivered.error());
        else
            TRY(refuse(kept, delivered.error()));
    }
    return sent;
}

Result<bool> Outbox::any() {
    const std::vector<Kept> kept = TRY(rows());
    return std::ranges::any_of(kept, [](const Kept& one) { return !one.row.refused; });
}

Result<std::vector<UnsentLetter>> Outbox::waiting() {
    std::vector<UnsentLetter> letters;
    for (const Kept& kept : TRY(rows())) {
        const Letter& letter = kept.row.letter;
        UnsentLetter unsent{letter.id(), letter.inbox, letter.time, {}, letter.wish.has_value(),
                            {}};
        for (const LetterFile& file : letter.files) unsent.files.push_back(file.name);
        if (kept.row.refused) unsent.refused = what_was_said(*kept.row.refused);
        letters.push_back(std::move(unsent));
    }
    return letters;
}

Result<> Outbox::discard(const LetterId& id) {
    for (const Kept& kept : TRY(rows()))
        if (kept.row.letter.id() == id) return forget(kept);
    return fail(errors::letter_not_waiting);
}

}  // namespace obhut::client
