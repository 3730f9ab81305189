// Keys of an inbox: short-lived, so that one that leaks opens two weeks of letters and no more.
//
//     home tree q/<number> → secret        server: statement, signed by an active full device
//
// A key is used for 14 days at most. The next one begins a week before; an old one is first closed
// at the server, which then takes nothing for it, and its secret is deleted when nothing that was
// sealed to it waits any more. Source: docs/protocol/drops.md §2.
#pragma once

#include "client/drops/letter.h"
#include "client/spaces/space.h"

namespace obhut::client {

inline constexpr Millis kInboxKeyTime = 14 * kDay;
inline constexpr Millis kInboxKeyAhead = 7 * kDay;  // how long before its end the next one begins

// InboxStatement says what to seal letters to.
struct InboxStatement {
    OrgId org;
    InboxId inbox;
    std::uint32_t number = 0;  // from 1 on
    KemPublicKey key;
    Millis not_before = 0;
    Millis not_after = 0;
    DeviceId device;  // that signs
    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.inbox);
        field(3, self.number);
        field(4, self.key);
        field(5, self.not_before);
        field(6, self.not_after);
        field(7, self.device);
    }
};

// open_statement verifies a statement for now. Errors: inbox_key_false for everything that is wrong
// with it, being over included.
Result<InboxStatement> open_statement(const Session& session, const InboxId& inbox, ByteView bytes);

// inbox_secret finds the secret of a key that a letter to this user was sealed to: one of the
// inbox's own, or of the directory's. Errors: no_key_yet.
Result<KemSecretKey> inbox_secret(Session& session, Space& home, const KemKeyHash& key);

// tend_inbox_keys makes the next key in time, closes old ones, and deletes those that are closed
// and drained: `waiting` are the keys that waiting letters are sealed to. True if it did something.
// Full devices only.
Result<bool> tend_inbox_keys(Session& session, Space& home, std::span<const KemKeyHash> waiting);

}  // namespace obhut::client
