// The bodies of requests and answers: one record per line of docs/protocol/http.md §2.
//
// Log entries, links of chains, kit blobs and boxes are opaque bytes here: their formats belong to
// core/. Nothing in these records is signed, so nothing a user sees may come from them unchecked.
// Every list and string has a limit (limits.h); decode() refuses what is over it. Threads: values.
#pragma once

#include "core/base/clock.h"
#include "core/crypto/kem_public.h"
#include "core/crypto/sign.h"
#include "core/directory/generation.h"
#include "core/space/lists.h"
#include "core/space/material.h"
#include "protocols/api/blob.h"
#include "protocols/api/limits.h"
#include "protocols/api/links.h"

namespace obhut::api {

using EntryBlob = Blob<kMaxEntryBytes>;
using LinkBlob = Blob<kMaxLinkBytes>;
using ObjectBlob = Blob<kMaxBatchBytes>;

// ---- the server
// -----------------------------------------------------------------------------------------------

// Answer of GET /server. Unsigned: the organisation id says only which server this is; trust comes
// from the kit, the invitation or the profile.
struct ServerInfo {
    std::uint32_t protocol_min = kProtocolVersion;
    std::uint32_t protocol_max = kProtocolVersion;
    std::optional<OrgId> org;  // absent before the organisation is created
    std::string log_name;      // name on the notes of the log
    NotePublicKey log_key;
    std::uint64_t incarnation = 0;
    Millis time = 0;            // the server's clock
    bool token_needed = false;  // creating the organisation takes the token that obhutd printed
    static void fields(auto& self, auto& field) {
        field(1, self.protocol_min);
        field(2, self.protocol_max);
        field(3, self.org);
        field(4, self.log_name, 256);
        field(5, self.log_key);
        field(6, self.incarnation);
        field(7, self.time);
        field(8, self.token_needed);
    }
};

// ---- directory
// ------------------------------------------------------------------------------------------------

// Whom a box of a generation is for: a user, device or bucket.
using RecipientId = directory::HolderId;

struct GenerationBox {
    RecipientId recipient;
    Bytes box;
    static void fields(auto& self, auto& field) {
        field(1, self.recipient);
        field(2, self.box, kMaxBoxBytes);
    }
};

// The boxes of a bucket's fresh key.
struct BucketMaterial {
    std::uint16_t index = 0;
    std::vector<GenerationBox> boxes;  // ascending by recipient
    static void fields(auto& self, auto& field) {
        field(1, self.index);
        field(2, self.boxes, kMaxBoxes);
    }
};

// What belongs to a generation of a user's or group's key and is not logged. Up: with the entry
// that starts the generation, everything; with one that adds a device or members to it, the added
// boxes alone. Down: the boxes of the caller's device and user, those to buckets he sits in, and
// his boxes of those buckets' newest keys.
struct GenerationMaterial {
    PrincipalId principal;
    std::uint32_t number = 0;
    std::optional<Bytes> key_link =
        {};  // the previous generation sealed under this one; absent in the first
    std::vector<GenerationBox> boxes = {};     // ascending by recipient
    std::vector<BucketMaterial> buckets = {};  // ascending by index: those whose key is fresh
    static void fields(auto& self, auto& field) {
        field(1, self.principal);
        field(2, self.number);
        field(3, self.key_link, kMaxSealedKeyBytes);
        field(4, self.boxes, kMaxBoxes);
        field(5, self.buckets, directory::kMaxBuckets);
    }
};

// Body of POST /generations/buckets: boxes of fresh bucket keys, ahead of the entry that names the
// keys, so that no request carries those of a whole large group. Kept for a day for the device that
// sent them, one for each index.
struct DepositedBucket {
    KemKeyHash key;
    BucketMaterial bucket;
    static void fields(auto& self, auto& field) {
        field(1, self.key);
        field(2, self.bucket);
    }
};

struct BucketDeposit {
    GroupId group;
    std::vector<DepositedBucket> buckets;
    static void fields(auto& self, auto& field) {
        field(1, self.group);
        field(2, self.buckets, kMaxBucketsPerDeposit);
    }
};

struct GenerationWanted {
    PrincipalId principal;
    std::uint32_t number = 0;
    static void fields(auto& self, auto& field) {
        field(1, self.principal);
        field(2, self.number);
    }
};

// The two sealed copies of a kit's seed. The server keeps the hashes, and gives a blob for the auth
// part whose SHA-256 is the hash.
struct KitDeposit {
    UserId user;
    Hash password_auth_hash;  // SHA-256 of the password's auth part
    Bytes password_blob;
    Hash recovery_auth_hash;  // SHA-256 of the recovery key's auth part
    Bytes recovery_blob;
    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.password_auth_hash);
        field(3, self.password_blob, kMaxKitBlobBytes);
        field(4, self.recovery_auth_hash);
        field(5, self.recovery_blob, kMaxKitBlobBytes);
    }
};

// Opening of the salted hash of an e-mail address that the log holds; deleted when a person is
// erased.
struct Opening {
    UserId user;
    std::string email;
    Bytes salt;
    static void fields(auto& self, auto& field) {
        field(1, self.user);
        field(2, self.email, kMaxEmailBytes);
        field(3, self.salt, kMaxSaltBytes);
    }
};

// Body of POST /log/entries and POST /join: entries and everything they name by hash. All or
// nothing.
struct Append {
    std::vector<EntryBlob> entries;
    std::vector<KemPublicKey> keys;
    std::vector<GenerationMaterial> generations;
    std::optional<KitDeposit> kit;
    std::vector<Opening> openings;
    // A newer note than the log has: what a restored server lost is brought back.
    std::optional<std::string> lost = {};
    static void fields(auto& self, auto& field) {
        field(1, self.entries, kMaxEntriesPerAppend);
        field(2, self.keys, kMaxKeysPerRequest);
        field(3, self.generations, kMaxGenerations);
        field(4, self.kit);
        field(5, self.openings, kMaxOpenings);
        field(6, self.lost, kMaxNoteBytes);
    }
};

// Body of POST /organisation.
struct CreateOrganisation {
    std::optional<std::string> token;  // needed anywhere but on loopback
    Append append;
    static void fields(auto& self, auto& field) {
        field(1, self.token, kMaxTokenBytes);
        field(2, self.append);
    }
};

// Answer of everything that appends to the log: the checkpoint that covers what was appended.
struct Note {
    std::string note;  // C2SP signed note
    static void fields(auto& self, auto& field) { field(1, self.note, kMaxNoteBytes); }
};

// Answer of GET /log/entries?from=N: at most kPageBytes, at least one entry where there is one.
struct Entries {
    std::uint64_t from = 0;
    std::vector<EntryBlob> entries;
    std::string note;  // the newest checkpoint; it may be far beyond these entries
    static void fields(auto& self, auto& field) {
        field(1, self.from);
        field(2, self.entries, kMaxEntriesPerAnswer);
        field(3, self.note, kMaxNoteBytes);
    }
};

struct KeysWanted {
    std::vector<KemKeyHash> hashes;
    static void fields(auto& self, auto& field) { field(1, self.hashes, kMaxKeysPerRequest); }
};

// Keys the server has, in the order asked; what it has not is left out. Check each against its
// hash.
struct Keys {
    std::vector<KemPublicKey> keys;
    static void fields(auto& self, auto& field) { field(1, self.keys, kMaxKeysPerRequest); }
};

// A page of openings, ordered by user id; the last page has `more` unset.
struct Openings {
    std::vector<Opening> openings;
    bool more = false;
    static void fields(auto& self, auto& field) {
        field(1, self.openings, kMaxOpenings);
        field(2, self.more);
    }
};

enum class Credential : std::uint8_t { password = 1, recovery = 2 };
constexpr bool is_known(Credential which) {
    return which == Credential::password || which == Credential::recovery;
}

struct SignIn {
    std::string email;
    Credential which = Credential::password;
    Secret<32> auth;  // the auth part; the wrap part never leaves the client
    static void fields(auto& self, auto& field) {
        field(1, self.email, kMaxEmailBytes);
        field(2, self.which);
        field(3, self.auth);
    }
};

struct KitBlob {
    Bytes blob;
    static void fields(auto& self, auto& field) { field(1, self.blob, kMaxKitBlobBytes); }
};

// Rendezvous of linking by code; both halves are opaque to the server (docs/protocol/kit.md).
using LinkingId = FixedBytes<struct LinkingTag, 16>;

struct LinkingOffer {
    LinkingId id;  // SHA-256 of the offer, first half: it cannot be taken by somebody else
    Bytes offer;
    static void fields(auto& self, auto& field) {
        field(1, self.id);
        field(2, self.offer, kMaxLinkingBytes);
    }
};

struct LinkingAnswer {
    Bytes answer;
    static void fields(auto& self, auto& field) { field(1, self.answer, kMaxLinkingBytes); }
};

struct LinkingState {
    Bytes offer;
    std::optional<Bytes> answer;
    static void fields(auto& self, auto& field) {
        field(1, self.offer, kMaxLinkingBytes);
        field(2, self.answer, kMaxLinkingBytes);
    }
};

// ---- spaces
// ---------------------------------------------------------------------------------------------------

// Where a chain ends. Answer of everything that appends to one; body of 409 chain-moved.
struct Head {
    std::uint64_t sequence = 0;
    Hash hash;  // of the newest link
    std::uint64_t epoch = 0;
    std::uint64_t incarnation = 0;
    static void fields(auto& self, auto& field) {
        field(1, self.sequence);
        field(2, self.hash);
        field(3, self.epoch);
        field(4, self.incarnation);
    }
};

struct SpaceInfo {
    SpaceId space;
    Head head;
    std::optional<bool> drops;  // some wait, of upload links; of the caller's home, letters too
    static void fields(auto& self, auto& field) {
        field(1, self.space);
        field(2, self.head);
        field(3, self.drops);
    }
};

// Answer of GET /spaces: all that a device asks to know whether anything is new to it.
struct Spaces {
    std::vector<SpaceInfo> spaces;
    std::optional<std::string> note;  // the newest one
    static void fields(auto& self, auto& field) {
        field(1, self.spaces, kMaxSpaces);
        field(2, self.note, kMaxNoteBytes);
    }
};

// What belongs to a roster entry beside its own bytes goes to the server as space::EpochMaterial,
// and comes back as the caller's part of it: the boxes of his principals, each with its proof.
struct EpochAnswer {
    std::optional<Bytes> history;  // absent in the first epoch
    std::vector<space::ProvenBox> boxes;
    static void fields(auto& self, auto& field) {
        field(1, self.history, space::kHistoryLinkBytes);
        field(2, self.boxes, kMaxBoxes);
    }
};

// Body of POST /spaces/<id>/links: one roster entry or commit and what it needs. All or nothing.
struct AppendLink {
    LinkBlob link;
    std::vector<ObjectBlob> objects;                    // nodes and content not uploaded ahead
    std::optional<space::EpochMaterial> epoch;          // with a roster entry
    std::optional<space::Lists> lists;                  // with a commit
    std::optional<std::vector<LinkChange>> links = {};  // links by URL that the commit is about
    std::optional<bool> again = {};                     // brought back to a restored server
    static void fields(auto& self, auto& field) {
        field(1, self.link);
        field(2, self.objects, kMaxInlineObjects);
        field(3, self.epoch);
        field(4, self.lists);
        field(5, self.links, kMaxLinkChanges);
        field(6, self.again);
    }
};

// Body of POST /spaces: a chain's beginning; the first commit may come later.
struct NewSpace {
    LinkBlob genesis;
    LinkBlob roster;
    space::EpochMaterial epoch;
    std::optional<LinkBlob> commit;
    std::vector<ObjectBlob> objects;
    std::optional<space::Lists> lists;
    std::optional<bool> again = {};  // brought back to a restored server
    static void fields(auto& self, auto& field) {
        field(1, self.genesis);
        field(2, self.roster);
        field(3, self.epoch);
        field(4, self.commit);
        field(5, self.objects, kMaxInlineObjects);
        field(6, self.lists);
        field(7, self.again);
    }
};

// Answer of GET /spaces/<id>/links?from=N: consecutive links, at most kPageBytes, at least one
// where there is one.
struct Links {
    std::uint64_t from = 0;
    std::vector<LinkBlob> links;
    Head head;
    static void fields(auto& self, auto& field) {
        field(1, self.from);
        field(2, self.links, kMaxLinksPerAnswer);
        field(3, self.head);
    }
};

// Answer of GET /spaces/<id>/rosters?from=N: genesis (if N = 0) and roster entries with sequence ≥
// N, paged as above. When `more` is unset the newest link ends the list, if it is not a roster
// entry itself.
struct Rosters {
    std::vector<LinkBlob> links;
    bool more = false;
    Head head;
    static void fields(auto& self, auto& field) {
        field(1, self.links, kMaxLinksPerAnswer);
        field(2, self.more);
        field(3, self.head);
    }
};

// ---- objects
// --------------------------------------------------------------------------------------------------

struct BatchItem {
    ObjectId id;
    std::uint32_t length = 0;
    static void fields(auto& self, auto& field) {
        field(1, self.id);
        field(2, self.length);
    }
};

// Head of an upload: what follows it in the body, in this order. Its SHA-256 is what the request's
// signature covers.
struct BatchHead {
    std::vector<BatchItem> items;
    static void fields(auto& self, auto& field) { field(1, self.items, kMaxBatchObjects); }
};

struct Stored {
    std::uint32_t count = 0;
    // Bytes that the next commit may still bring, where something limits the space; the objects
    // that wait for it are not taken off.
    std::optional<std::uint64_t> room;
    static void fields(auto& self, auto& field) {
        field(1, self.count);
        field(2, self.room);
    }
};

struct ObjectsWanted {
    std::vector<ObjectId> ids;
    static void fields(auto& self, auto& field) { field(1, self.ids, kMaxBatchObjects); }
};

// Answer of renewing pins, and body of 422 upload-missing.
struct ObjectsMissing {
    std::vector<ObjectId> ids;
    static void fields(auto& self, auto& field) { field(1, self.ids, kMaxListItems); }
};

// ---- quota
// ----------------------------------------------------------------------------------------------------

struct SpaceUsage {
    SpaceId space;
    std::uint64_t bytes = 0;
    static void fields(auto& self, auto& field) {
        field(1, self.space);
        field(2, self.bytes);
    }
};

struct Quota {
    std::uint64_t limit = 0;  // bytes; 0 = none
    std::uint64_t used = 0;   // bytes in the caller's own spaces
    std::vector<SpaceUsage> spaces;
    static void fields(auto& self, auto& field) {
        field(1, self.limit);
        field(2, self.used);
        field(3, self.spaces, kMaxSpaces);
    }
};

}  // namespace obhut::api
