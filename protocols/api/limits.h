// Limits of the HTTP interface, the same on both sides. Format: docs/protocol/http.md §3.
//
// A server refuses what is larger; a client splits its requests accordingly and refuses larger
// answers.
#pragma once

#include <cstddef>
#include <cstdint>

namespace obhut::api {

inline constexpr std::uint32_t kProtocolVersion = 1;

inline constexpr std::size_t kMaxEntryBytes =
    65535;  // one log entry; tlog-tiles has 16-bit lengths
inline constexpr std::size_t kMaxEntriesPerAppend = 256;   // entries of one Append
inline constexpr std::size_t kMaxEntriesPerAnswer = 8192;  // entries of one Entries
inline constexpr std::size_t kMaxKeysPerRequest =
    1024;  // KEM public keys in one Append or Keys: 1.2 MB
inline constexpr std::size_t kMaxGenerations = 256;  // generations in one Append
inline constexpr std::size_t kMaxBoxes = 4096;       // boxes of one generation or epoch: 4.9 MB
inline constexpr std::size_t kMaxBoxBytes = 2048;    // one box; a 32-byte key takes 1202
inline constexpr std::size_t kMaxBucketsPerDeposit = 64;
inline constexpr std::size_t kMaxSealedKeyBytes = 1024;  // a key link or history link
inline constexpr std::size_t kMaxKitBlobBytes = 16384;   // one sealed kit
inline constexpr std::size_t kMaxNoteBytes = 8192;       // signed note with cosignatures
inline constexpr std::size_t kMaxEmailBytes = 254;       // RFC 5321 path without the brackets
inline constexpr std::size_t kMaxSaltBytes = 32;         // salt of a hashed address
inline constexpr std::size_t kMaxOpenings = 1024;        // address openings of one request or page
inline constexpr std::size_t kMaxLinkBytes =
    1U << 20;  // one link of a chain: a roster of 10,000 principals
inline constexpr std::size_t kMaxLinksPerAnswer = 8192;  // links of one Links
inline constexpr std::size_t kMaxListItems = 65536;  // ids that an answer names as missing: 2.2 MB
inline constexpr std::size_t kMaxInlineObjects = 4096;   // objects that travel with a link
inline constexpr std::size_t kMaxSpaces = 65536;         // spaces of one caller
inline constexpr std::size_t kMaxBatchObjects = 4096;    // objects of one batch
inline constexpr std::size_t kMaxLinkingBytes = 8192;    // offer or answer of linking by code
inline constexpr std::size_t kPageBytes = 1U << 20;      // where a page of entries or links ends
inline constexpr std::size_t kMaxBatchBytes = 8U << 20;  // objects of one batch, head included
inline constexpr std::size_t kMaxBodyBytes = 9U << 20;   // any body, either way
inline constexpr std::size_t kMaxTokenBytes = 128;

// An object of a batch that the server does not have is answered by this length.
inline constexpr std::uint32_t kObjectMissing = 0xFFFFFFFF;

}  // namespace obhut::api
