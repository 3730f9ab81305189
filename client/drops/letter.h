// Letters: what is sent, sealed to one key of an inbox as a drop.
//
//     Letter ─ signed by the sending device (level A), or by nobody (by an upload link, level D)
//        └▶ sealed under a fresh drop key ─ the key in a box to the inbox ─▶ drop
//
// The files of a letter are content sealed for drops, outside of any space: filing them seals them
// anew. Format: docs/protocol/drops.md.
#pragma once

#include "client/links/link.h"
#include "client/session.h"
#include "core/content/content.h"
#include "protocols/api/drops.h"

namespace obhut::client {

using api::DropId;
using api::InboxId;

// LetterId names a letter, however often it is sealed; what `i/<letter id>` is keyed by.
using LetterId = FixedBytes<struct LetterTag, 32>;
using LetterToken = FixedBytes<struct LetterTokenTag, 16>;

inline constexpr std::size_t kMaxLetterFiles = 256;
inline constexpr std::size_t kMaxLetterText = 16U << 10;
inline constexpr std::size_t kMaxFileName = 255;

struct LetterFile {
    std::string name;
    content::Content content;    // sealed for drops
    std::optional<Bytes> bytes;  // of a small file
    std::optional<std::uint32_t> mode;
    std::optional<std::int64_t> modified_ns;

    LetterFile clone() const { return {name, content.clone(), bytes, mode, modified_ns}; }
    static void fields(auto& self, auto& field) {
        field(1, self.name, kMaxFileName);
        field(2, self.content);
        field(3, self.bytes, content::kInlineLimit);
        field(4, self.mode);
        field(5, self.modified_ns);
    }
};

// NameWish asks an administrator to write a name into the address book: of the sender, or of a
// group that he manages (client/names/names.h).
struct NameWish {
    PrincipalId about;
    std::string name;
    Millis time = 0;  // of two wishes the later one counts
    static void fields(auto& self, auto& field) {
        field(1, self.about);
        field(2, self.name, kMaxFileName);
        field(3, self.time);
    }
};

struct Letter {
    OrgId org;
    InboxId inbox;
    std::optional<api::LinkId> link;  // by which it came
    KemKeyHash key;                   // it is sealed to
    LetterToken token;                // random
    std::optional<UserId> sender;     // of a colleague: with device, counter and a signature
    std::optional<DeviceId> device;
    std::optional<std::uint64_t> counter;  // of this device and inbox, from 1 on
    Millis time = 0;                       // by the sender's clock
    std::string text;
    std::vector<LetterFile> files;
    std::optional<NameWish> wish;  // then nothing else is in it

    Letter clone() const;
    LetterId id() const;
    static void fields(auto& self, auto& field) {
        field(1, self.org);
        field(2, self.inbox);
        field(3, self.link);
        field(4, self.key);
        field(5, self.token);
        field(6, self.sender);
        field(7, self.device);
        field(8, self.counter);
        field(9, self.time);
        field(10, self.text, kMaxLetterText);
        field(11, self.files, kMaxLetterFiles);
        field(12, self.wish);
    }
};

// Drop is what the server gets.
struct Drop {
    InboxId inbox;
    std::optional<api::LinkId> link;
    KemKeyHash key;
    Bytes box;   // the drop key
    Bytes body;  // sealed object of type drop
    static void fields(auto& self, auto& field) {
        field(1, self.inbox);
        field(2, self.link);
        field(3, self.key);
        field(4, self.box, 2048);
        field(5, self.body, api::kMaxDropBytes);
    }
};

// drop_place is where content of letters is sealed: in no space.
inline ObjectPlace drop_place(const OrgId& org) { return {labels::object_in_drop, org, SpaceId{}}; }

// seal_letter seals a letter to `recipient`; letter.key is set to it. `signer` is null for letters
// by link. Errors: bad_key, letter_too_large.
Result<Bytes> seal_letter(Letter& letter, const KemPublicKey& recipient, const SigningKey* signer,
                          Entropy& entropy);

// open_letter opens a drop with the secret it was sealed to, and judges who sent it at the newest
// checkpoint of the directory. Errors: letter_malformed, letter_forged (all kinds of lies),
// letter_sender_gone (the device or user that signed does not count any more).
Result<Letter> open_letter(const Session& session, const Drop& drop, const KemSecretKey& secret);

}  // namespace obhut::client
