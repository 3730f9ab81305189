// Outbox: letters to colleagues and groups, durable before they are sent and counted.
//
//     counter + letter in the journal ─▶ sealed ─▶ sent ─┬─ taken: row erased
//                                                        ├─ in doubt: the same bytes again, later
//                                                        ├─ key closed: sealed to the newest key
//                                                        ├─ key being renewed: later
//                                                        └─ refused: stays, and its sender is told
//
// The counter of a device towards an inbox rises by one with each letter and is durable with it, so
// a receiver who misses a number knows that something was lost. Source: docs/protocol/drops.md §4.
#pragma once

#include "client/drops/letter.h"
#include "client/drops/transfer.h"

namespace obhut::client {

// InboxKey is what letters to somebody are sealed to now.
struct InboxKey {
    KemPublicKey key;
    std::uint32_t number = 0;      // 0: the key that the directory has
    std::uint32_t generation = 0;  // of the recipient's key in the directory, which counts now
};

// UnsentLetter waits in the outbox.
struct UnsentLetter {
    LetterId id;
    InboxId to;
    Millis time = 0;
    std::vector<std::string> files;  // names
    bool wish = false;               // for a name: sent by a duty
    std::optional<Error> refused;    // by the server, the last time
};

class Outbox {
public:
    explicit Outbox(Session& session) : session_(session) {}

    // transfer uploads objects of a letter to somebody. It lives shorter than the session.
    std::unique_ptr<Transfer> transfer(const InboxId& to);
    std::unique_ptr<Transfer> transfer(const UserId& to) { return transfer(api::inbox(to)); }

    // send writes a letter down, then sends it. `objects` were flushed before. After an error of
    // Kind::retry or Kind::local the letter stays and run() sends it later; after others nothing
    // is left. Errors: no_key_yet, letter_too_large, over_quota, not_there (disabled, deleted),
    // recipient_key_stale (its owner's devices renew it first: goes later).
    Result<LetterId> send(const InboxId& to, std::string text, std::vector<LetterFile> files,
                          std::vector<ObjectId> objects);
    Result<LetterId> send(const UserId& to, std::string text, std::vector<LetterFile> files,
                          std::vector<ObjectId> objects) {
        return send(api::inbox(to), std::move(text), std::move(files), std::move(objects));
    }
    // send_wish asks an administrator for a name, in the same way.
    Result<> send_wish(const UserId& administrator, NameWish wish);
    // run sends what waits; how many went. What is refused stays, and waiting() says why; what
    // waits for the recipient's key stays too. Errors: of Kind::retry.
    Result<std::size_t> run();
    // any tells whether something waits that nobody has refused.
    Result<bool> any();
    // waiting is what has not gone, in no order; discard gives one up. Errors: letter_not_waiting.
    Result<std::vector<UnsentLetter>> waiting();
    Result<> discard(const LetterId& id);

private:
    struct Row;
    struct Kept;
    Letter letter_to(const InboxId& to);
    Result<LetterId> post(Letter letter, std::vector<ObjectId> objects);
    Result<Kept> write_down(Letter letter, std::vector<ObjectId> objects);
    Result<> keep(const Kept& kept);
    Result<> forget(const Kept& kept);
    Result<> take_back(const Kept& kept);
    Result<> refuse(Kept& kept, const Error& error);
    Result<std::vector<Kept>> rows();
    Result<> deliver(Kept& kept);
    Result<const directory::Generation*> newest_of(const InboxId& inbox);
    Result<InboxKey> key_of(const InboxId& inbox);

    Session& session_;
};

}  // namespace obhut::client
