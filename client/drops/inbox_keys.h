// Keys of an inbox: short-lived, so that one that leaks opens two weeks of letters and no more.
//
//     mailbox q/<number> → secret        server: statement, signed by an active full device
//
// The mailbox of a user's inbox is his home, of a group's inbox the group's home, which its members
// can open. A key is used for 14 days at most, and only while the generation of the user's or the
// group's own key counts that it was made under: who has been removed, or lost a device, has not
// the next one. It begins a week before the end; an old one is first closed at the server, which
// then takes nothing for it, and its secret is deleted when nothing that was sealed to it waits any
// more. Source: docs/protocol/drops.md §2.
#pragma once

#include <functional>

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
    DeviceId device;               // that signs
    std::uint32_t generation = 0;  // of the owner's key in the directory, under which it was made
    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.inbox);
        field(3, self.number);
        field(4, self.key);
        field(5, self.not_before);
        field(6, self.not_after);
        field(7, self.device);
        field(8, self.generation);
    }
};

// open_statement verifies a statement for now. Errors: inbox_key_false for everything that is wrong
// with it, being over included.
Result<InboxStatement> open_statement(const Session& session, const InboxId& inbox, ByteView bytes);

// owner_of is whose inbox it is, as the directory has him: of users and groups only.
inline PrincipalId owner_of(const InboxId& inbox) { return PrincipalId::from(inbox.view()); }
// inbox_of is the inbox whose mailbox a space is: of a home its user's or group's, else the space's
// own.
InboxId inbox_of(Space& mailbox);

// inbox_secret finds the secret of a key that a letter to a user or group was sealed to: one of the
// inbox's own, or of the directory's. Errors: key_renewal_waits.
Result<KemSecretKey> inbox_secret(Session& session, Space& mailbox, const KemKeyHash& key);

// tend_inbox_keys makes the next key in time, closes old ones, and deletes those that are closed
// and drained: `waiting` gives the keys that waiting letters are sealed to, and is asked only where
// it matters. `server` is what it knows of the inbox. True if it did something. Full devices only.
using WaitingKeys = std::function<Result<std::vector<KemKeyHash>>()>;
Result<bool> tend_inbox_keys(Session& session, Space& mailbox, const api::InboxState& server,
                             const WaitingKeys& waiting);

}  // namespace obhut::client
