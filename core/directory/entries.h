// Entries of the organisation's log, signed and kept for ever: docs/protocol/directory.md §3.
//
//     signed entry = { 1: suite, 2: payload, 3: [ { 1: key id, 2: signature } … ] }
//     payload      = { 1: previous, 2: time, ? 3: note, 4: [ kind, body ] }
//
// The bytes of the signed entry are the leaf of the log. `previous` is the leaf hash of the newest
// valid entry about the same subject, zero if there is none. Parsing says nothing about validity:
// that is State. Nobody's name stands here, only ids and hashes.
#pragma once

#include <variant>

#include "core/crypto/hash.h"
#include "core/directory/entries_group.h"
#include "core/directory/entries_org.h"
#include "core/directory/entries_people.h"

namespace obhut::directory {

// Body holds one of all kinds; its encoding is the array [kind, record].
struct Body {
    using Any = std::variant<RootStatement, AdminGranted, AdminRevoked, RootPolicy, DirectoryReset,
                             UserInvited, InvitationWithdrawn, UserDisabled, UserEnabled,
                             UserEnrolled, DeviceAdded, DeviceRevoked, DeviceRetired, KitResealed,
                             KitNotice, KitNoticeCancelled, KitConfirmed, KitReplaced,
                             UserKeyRotated, Pulse, GroupCreated, GroupChanged, RemovedFromGroup,
                             ServiceKey, GeneralPolicy, Snapshot, ReaderRaised, ChainClosed>;
    Any any;

    EntryKind kind() const;
    Subject subject() const;
    void encode_to(CborWriter& writer) const;
    // Errors: entry_unknown_kind, and those of decoding.
    static Result<Body> decode_from(CborReader& reader);
};

// Entry is the payload that is signed.
struct Entry {
    Hash previous;
    Millis time = 0;  // by the signer's clock, corrected by what the server's refusals taught it
    std::optional<Bytes> note;  // signed checkpoint that the signer saw: makes a fork show
    Body body;

    static void fields(auto& self, auto& field) {
        field(1, self.previous);
        field(2, self.time);
        field(3, self.note, kMaxEntryNote);
        field(4, self.body);
    }
    EntryKind kind() const { return body.kind(); }
    Subject subject() const { return body.subject(); }
};

struct EntrySignature {
    KeyId signer;
    Signature signature;

    static void fields(auto& self, auto& field) {
        field(1, self.signer);
        field(2, self.signature);
    }
};

// SignedEntry is what is appended, sent and hashed: the leaf of the log.
struct SignedEntry {
    std::uint8_t suite = static_cast<std::uint8_t>(Suite::one);
    Bytes payload;
    std::vector<EntrySignature> signatures;

    static void fields(auto& self, auto& field) {
        field(1, self.suite);
        field(2, self.payload, kMaxEntryBytes);
        field(3, self.signatures, kMaxSignatures);
    }
};

// organisation_id is the first 16 bytes of SHA-256(label ‖ 0x00 ‖ root key ‖ key id of the next
// root).
OrgId organisation_id(const RootStatement& first);

// root_fingerprint is what invitations and kits pin: SHA-256(label ‖ 0x00 ‖ root key ‖ key id of
// the next root).
Hash root_fingerprint(const RootStatement& first);

// email_hash is SHA-256(label ‖ 0x00 ‖ salt ‖ address in lower case); the salt has 16 bytes.
Hash email_hash(ByteView salt16, std::string_view address);

}  // namespace obhut::directory
