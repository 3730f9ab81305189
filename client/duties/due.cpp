#include "client/duties/due.h"

#include "client/drops/outbox.h"
#include "client/spaces/space_parts.h"
#include "core/crypto/hash.h"

namespace obhut::client {
namespace {

ByteView row_key() { return as_bytes("duties"); }

// Of the last run.
struct DutyMark {
    Millis time = 0;
    std::uint64_t incarnation = 0;
    std::uint64_t directory = 0;  // entries
    Hash spaces;                  // of what digest() hashes

    static void fields(auto& self, auto& field) {
        field(1, self.time);
        field(2, self.incarnation);
        field(3, self.directory);
        field(4, self.spaces);
    }
};

Result<std::optional<DutyMark>> load(LocalStore& store) {
    const auto reader = TRY(store.read());
    const auto row = TRY(reader->get(Table::spaces, row_key()));
    if (!row) return std::nullopt;
    const auto mark = decode<DutyMark>(*row);
    return mark ? std::optional(*mark) : std::nullopt;  // of another version: as if there was none
}

// What of the spaces makes duties; zero if they were not listed. A space's epoch is that of now,
// with what this device itself has done since it was listed.
Result<Hash> digest(Shelf& shelf) {
    if (shelf.listed() == nullptr) return Hash{};
    Bytes all;
    for (const SpaceView& view : *shelf.listed()) {
        append(all, view.id.view());
        append_be64(all, view.trouble ? view.trouble->code.number : 0);
        all.push_back(view.readable ? 1 : 0);
        all.push_back(static_cast<std::uint8_t>(view.role));
        all.push_back(view.kind == kHomeKind && view.drops ? 1 : 0);  // letters, perhaps wishes
        const auto space = shelf.open(view.id);
        append_be64(all, space ? (*space)->parts().chain.chain().last_epoch() : view.epoch);
    }
    return sha256(all);
}

}  // namespace

Result<bool> duties_due(Session& session, Shelf& shelf) {
    const auto mark = TRY(load(session.store));
    const Millis now = session.clock.now();
    if (!mark || now < mark->time || now - mark->time >= kDutiesEvery) return true;
    const directory::Checkpoint& checkpoint = session.directory.checkpoint();
    if (checkpoint.incarnation != mark->incarnation || checkpoint.size != mark->directory ||
        !session.directory.verified())
        return true;
    if (TRY(session.journal.count()) > 0 || TRY(Outbox(session).any())) return true;
    return shelf.listed() != nullptr && TRY(digest(shelf)) != mark->spaces;
}

Result<> note_duties(Session& session, Shelf& shelf) {
    const directory::Checkpoint& checkpoint = session.directory.checkpoint();
    const DutyMark mark{session.clock.now(), checkpoint.incarnation, checkpoint.size,
                        TRY(digest(shelf))};
    const auto writer = TRY(session.store.write(Durability::relaxed));
    TRY(writer->put(Table::spaces, row_key(), encode(mark)));
    return writer->commit();
}

Result<> forget_duties(Session& session) {
    const auto writer = TRY(session.store.write(Durability::relaxed));
    TRY(writer->erase(Table::spaces, row_key()));
    return writer->commit();
}

}  // namespace obhut::client
